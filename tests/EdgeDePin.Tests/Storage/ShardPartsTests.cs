using DuckDB.NET.Data;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Shards;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Storage;

/// <summary>A shard that is sorted part by part is sorted as a whole.</summary>
public sealed class ShardPartsTests : IDisposable
{
    private const int Rows = 130_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_large_shard_has_each_instant_once_in_the_order_of_series_and_time_and_so_has_one_merged_of_several(int threads)
    {
        using Store store = Store.Open(
            new StoreOptions { Folder = _folder, Database = "bench", Threads = threads, MergePoints = 4 * Rows }, TimeProvider.System, NullLogger.Instance);
        var random = new Random(7);
        var last = new Dictionary<(int Series, long Instant), long>();
        long written = 0;
        for (int shard = 0; shard < 4; shard++)
        {
            // Most rows are of one series, which is cut by time; of some instants, also of earlier shards, there are several.
            Point[] points = [.. Enumerable.Range(0, Rows / 2).Select(_ =>
            {
                // Series are numbered as they come: the first point is of series 0.
                (int series, long instant) = written > 5 ? (random.Next(8) == 0 ? random.Next(1, 6) : 0, random.Next(2 * Rows)) : ((int)written, 1L);
                last[(series, instant)] = ++written;
                return new Point("m", [new("k", $"{series}")], [new("v", written)], instant);
            })];
            foreach (Point[] batch in points.Chunk(20_000))
            {
                store.Append(batch);
            }

            store.Compact();
        }

        string folder = Assert.Single(Directory.GetDirectories(_folder.Sub("shards")));
        Assert.Equal(last.Count, Shard.Open(folder, out _)!.Content.Measurements[0].Rows);
        Assert.Empty(Directory.GetFiles(folder, "stage*"));
        Assert.Equal(
            last.OrderBy(one => one.Key.Series).ThenBy(one => one.Key.Instant).Select(one => one.Value),
            Values(Path.Combine(folder, "points_1.parquet")));
        Assert.Equal(last.Count, store.PointCount);
    }

    private static List<long> Values(string file)
    {
        using var engine = new DuckDBConnection("Data Source=:memory:");
        engine.Open();
        using DuckDBCommand asked = engine.CreateCommand();
        asked.CommandText = $"SELECT f0::BIGINT FROM read_parquet('{file}')";
        using DuckDBDataReader read = asked.ExecuteReader();
        var values = new List<long>();
        while (read.Read())
        {
            values.Add(read.GetInt64(0));
        }

        return values;
    }

    [Fact]
    public void Parts_hold_every_row_once_also_at_the_ends_of_time()
    {
        using var engine = new DuckDBConnection("Data Source=:memory:");
        engine.Open();
        using DuckDBCommand made = engine.CreateCommand();
        made.CommandText = "CREATE TABLE t AS SELECT 1 AS series, CASE WHEN n < 60000 THEN (-9223372036854775807 - 1)::BIGINT WHEN n < 90000 THEN n ELSE 9223372036854775807 END AS ts FROM range(200000) AS r(n)";
        made.ExecuteNonQuery();
        IReadOnlyList<string> parts = ShardParts.Of(engine, "t WHERE ts <> 70000", byTime: true);
        Assert.InRange(parts.Count, 2, 4);
        made.CommandText = $"SELECT count(*), count(*) FILTER (WHERE {string.Join(" + ", parts.Select(part => $"({part})::INT"))} = 1) FROM t";
        using DuckDBDataReader read = made.ExecuteReader();
        Assert.True(read.Read());
        Assert.Equal((200_000L, 200_000L), (read.GetInt64(0), read.GetInt64(1)));
    }
}
