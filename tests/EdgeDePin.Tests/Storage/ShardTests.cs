using DuckDB.NET.Data;
using EdgeDePin.Storage;
using EdgeDePin.Storage.InfluxQl;
using EdgeDePin.Storage.Segments;
using EdgeDePin.Storage.Shards;

namespace EdgeDePin.Tests.Storage;

/// <summary>A shard answers as the log did before it, and its damage is its own.</summary>
public sealed class ShardTests : IDisposable
{
    private static readonly string[] Queries =
    [
        "SELECT * FROM m", "SELECT * FROM n WHERE k = 'b' ORDER BY time DESC", "SELECT mean(v), count(w), last(s) FROM m GROUP BY k",
        "SELECT max(v) FROM m WHERE time >= 0 AND time < 400 GROUP BY time(50ns), k fill(none)", "SELECT first(x) FROM /./",
        "SHOW FIELD KEYS", "SHOW TAG VALUES WITH KEY = k", "SELECT count(*) FROM m, n",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_store_that_is_compacted_and_reopened_at_any_time_answers_like_one_that_is_not(int seed)
    {
        var random = new Random(seed);
        using var plainFolder = new TemporaryFolder();
        using Store plain = Stores.Open(plainFolder);
        Store store = Stores.Open(_folder);
        try
        {
            for (int round = 0; round < 25; round++)
            {
                IReadOnlyList<Point> batch = Stores.Points(string.Join('\n', Enumerable.Range(0, random.Next(1, 40)).Select(_ => Line(random))));
                plain.Append(batch);
                store.Append(batch);
                if (random.Next(3) == 0)
                {
                    store.Compact();
                }

                if (random.Next(3) == 0)
                {
                    store.Dispose();
                    store = Stores.Open(_folder);
                }
            }

            foreach (string query in Queries)
            {
                Assert.True(Json(plain, query) == Json(store, query), $"seed {seed}, {query}:\n{Json(plain, query)}{Json(store, query)}");
            }

            Assert.Equal((plain.PointCount, plain.HeadSequence, 1L), (store.PointCount, store.HeadSequence, store.Epoch));
            Assert.True(Directory.GetDirectories(_folder.Sub("shards")).Length > 1, $"seed {seed}");
        }
        finally
        {
            store.Dispose();
        }
    }

    [Fact]
    public void What_the_cursor_reads_is_the_same_from_shards_and_log()
    {
        using Store store = Stores.Open(_folder);
        store.Append(Stores.Points("m,k=a v=1 30\nn w=1i 20\nm,k=b v=2 10"));
        store.Compact();
        store.Append(Stores.Points("m,k=a v=3,s=\"new\" 40"));
        Assert.Equal(
            [(1L, "m,k=a v=1 30"), (2L, "n w=1i 20"), (3L, "m,k=b v=2 10"), (4L, "m,k=a v=3,s=\"new\" 40")],
            store.ReadAfter(0, 100).Select(stored => (stored.Sequence, stored.Point.ToString())));
    }

    [Fact]
    public void After_compaction_the_log_holds_cursors_and_quarantine_and_no_points()
    {
        using (Store store = Stores.Open(_folder))
        {
            store.Append(Stores.Points("m v=1 10\nm v=1i 20"));
            store.SetCursor("influxdb", 1);
            store.Compact();
            string log = Assert.Single(Directory.GetFiles(_folder.Sub("segments")));
            var kinds = new List<FrameKind>();
            SegmentScan.Visit(File.ReadAllBytes(log), frame => kinds.Add(frame.Kind), (_, _) => { });
            // The last one is the count of quarantine, which outlives what was resolved.
            Assert.Equal([FrameKind.Start, FrameKind.Quarantined, FrameKind.Resolved], kinds);
        }

        using Store again = Stores.Open(_folder);
        Assert.Equal((1L, 1L, 1L, 1L), (again.GetCursor("influxdb"), again.QuarantineCount, again.PointCount, again.Epoch));
        Assert.Equal(2, again.Append(Stores.Points("m v=2 20")));
    }

    [Fact]
    public void Duplicates_of_a_span_are_one_row_with_the_last_write_of_each_field()
    {
        using Store store = Stores.Open(_folder);
        store.Append(Stores.Points("m,k=a v=1,w=1i 10\nm,k=a v=2 10\nm,k=a s=\"x\" 10"));
        store.Compact();
        Assert.Equal("m,k=a v=2,w=1i,s=\"x\" 10", Assert.Single(store.ReadAfter(0, 10)).Point.ToString());
        string shard = Assert.Single(Directory.GetDirectories(_folder.Sub("shards")));
        Assert.Equal(1, Shard.Open(shard, out _)!.Rows);
    }

    // Another engine session, with nothing of ours: the file is plain Parquet, sorted.
    [Fact]
    public void A_shard_is_sorted_by_series_and_time_and_readable_by_anyone()
    {
        using (Store store = Stores.Open(_folder))
        {
            store.Append(Stores.Points("m,k=b v=1 30\nm,k=a v=2 20\nm,k=b v=3 10\nm,k=a v=4 40"));
            store.Compact();
        }

        string file = Assert.Single(Directory.GetFiles(_folder.Sub("shards"), "*.parquet", SearchOption.AllDirectories));
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT string_agg(series || ':' || ts || '=' || f0, ' ') FROM '{file}'";
        Assert.Equal("1:10=3 1:30=1 2:20=2 2:40=4", command.ExecuteScalar());
    }

    [Theory]
    [InlineData("points_1.parquet")]
    [InlineData(Shard.ContentFile)]
    public void A_damaged_shard_is_set_aside_and_the_others_answer(string file)
    {
        using (Store store = Stores.Open(_folder))
        {
            for (int shard = 0; shard < 3; shard++)
            {
                store.Append(Stores.Points($"m v=1 {shard}1\nm v=2 {shard}2"));
                store.Compact();
            }
        }

        string damaged = Directory.GetDirectories(_folder.Sub("shards")).Order(StringComparer.Ordinal).ElementAt(1);
        byte[] bytes = File.ReadAllBytes(Path.Combine(damaged, file));
        bytes[bytes.Length / 2] ^= 4;
        File.WriteAllBytes(Path.Combine(damaged, file), bytes);
        using Store again = Stores.Open(_folder);
        Assert.Contains("/damaged/", Assert.Single(again.MovedAside), StringComparison.Ordinal);
        Assert.Equal([1, 2, 5, 6, 7, 8], again.ReadAfter(0, 2).Concat(again.ReadAfter(2, 10)).Select(stored => stored.Sequence));
        Assert.StartsWith($"{Gap.Measurement},reason=shard\\ damaged first_sequence=3i,last_sequence=4i,", again.ReadAfter(6, 1)[0].Point.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("storage_loss,reason=damage,source=*,tag_set=* points=2i,", again.ReadAfter(7, 1)[0].Point.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, again.Epoch);
    }

    [Fact]
    public void A_cut_before_the_old_segments_are_gone_counts_nothing_twice()
    {
        using var copy = new TemporaryFolder();
        using (Store store = Stores.Open(_folder))
        {
            store.Append(Stores.Points("m v=1 10\nm v=2 20"));
            Stores.Copy(_folder, copy);
            store.Compact();
            Stores.Copy(_folder.Sub("shards"), copy.Sub("shards"));
        }

        using Store again = Stores.Open(copy);
        Assert.Equal([1, 2], again.ReadAfter(0, 10).Select(stored => stored.Sequence));
        Assert.Equal(3, again.Append(Stores.Points("m v=3 30")));
        Assert.Empty(again.MovedAside);
    }

    [Fact]
    public void A_shard_within_another_is_what_a_failure_left_and_counts_nothing_twice()
    {
        using var shorter = new TemporaryFolder();
        foreach ((string folder, string lines) in ((string, string)[])[(shorter, "m v=1 10\nm v=2 20"), (_folder, "m v=1 10\nm v=2 20\nm v=3 30")])
        {
            using Store store = Stores.Open(folder);
            store.Append(Stores.Points(lines));
            store.Compact();
        }

        Stores.Copy(shorter.Sub("shards"), _folder.Sub("shards"));
        Assert.Equal(2, Directory.GetDirectories(_folder.Sub("shards")).Length);
        using Store again = Stores.Open(_folder);
        Assert.Equal([1, 2, 3], again.ReadAfter(0, 10).Select(stored => stored.Sequence));
        Assert.Empty(again.MovedAside);
        Assert.Single(Directory.GetDirectories(_folder.Sub("shards")));
    }

    // A cut between the name of a shard and the removal of its segments: both have the points, and one of them is damaged.
    [Fact]
    public void What_a_damaged_shard_held_is_read_from_the_log_that_is_still_there()
    {
        using var copy = new TemporaryFolder();
        using (Store store = Stores.Open(_folder))
        {
            store.Append(Stores.Points("m v=1 10\nm v=2 20"));
            Stores.Copy(_folder, copy);
            store.Compact();
            Stores.Copy(_folder.Sub("shards"), copy.Sub("shards"));
        }

        string file = Assert.Single(Directory.GetFiles(copy.Sub("shards"), "*.parquet", SearchOption.AllDirectories));
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^1]);
        using Store again = Stores.Open(copy);
        Assert.Equal(["m v=1 10", "m v=2 20"], again.ReadAfter(0, 10).Select(stored => stored.Point.ToString()));
        Assert.Single(again.MovedAside);
    }

    [Fact]
    public async Task Shards_appear_by_themselves_while_points_come_and_are_read()
    {
        using Store store = Store.Open(
            // Merged they would be one shard by the end.
            new StoreOptions { Folder = _folder, ShardPoints = 2_000, MergePoints = 0 }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Task writer = Task.Run(
            () =>
            {
                for (int batch = 0; batch < 100; batch++)
                {
                    store.Append([.. Enumerable.Range(batch * 100, 100).Select(at => new Point("m", [new("k", $"{at % 3}")], [new("v", (long)at)], at))]);
                }
            },
            TestContext.Current.CancellationToken);
        while (!writer.IsCompleted)
        {
            long head = store.HeadSequence;
            StatementResult answer = store.Query("SELECT count(v) FROM m", DateTimeOffset.UnixEpoch).Statements[0];
            Assert.Null(answer.Error);
            Assert.True(answer.Series.Count == 0 ? head == 0 : answer.Series[0].Rows[0][1]!.Value.AsInteger >= head);
        }

        await writer;
        Assert.Equal(10_000, store.PointCount);
        store.Compact();
        Shard[] shards = [.. Directory.GetDirectories(_folder.Sub("shards")).Select(folder => Shard.Open(folder, out _)!)];
        Assert.True(shards.Length > 1);
        Assert.All(shards, shard => Assert.Equal(shard.Last - shard.First + 1, shard.Rows));
    }

    private static string Line(Random random) => random.Next(4) switch
    {
        0 => $"m,k={"ab"[random.Next(2)]} v={random.Next(100)} {random.Next(500)}",
        1 => $"m,k=c v={random.Next(100)}.5,w={random.Next(9)}i {random.Next(500)}",
        2 => $"m s=\"t{random.Next(9)}\" {random.Next(500)}",
        _ => $"n,k={"ab"[random.Next(2)]},j=z x={random.Next(100)}i,y=true {random.Next(500)}",
    };

    private static string Json(Store store, string query) => System.Text.Encoding.UTF8.GetString(
        InfluxJson.Write(store.Query(query, DateTimeOffset.UnixEpoch), "ns", pretty: false));
}
