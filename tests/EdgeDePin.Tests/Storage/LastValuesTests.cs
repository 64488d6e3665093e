using System.Globalization;
using EdgeDePin.Storage;
using EdgeDePin.Storage.InfluxQl;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Storage;

/// <summary>The newest values in memory say what reading everything says, whatever has happened in between.</summary>
public sealed class LastValuesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Each question has a twin that the newest values cannot answer: a range that ends before the end of time, or a limit of two.
    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 40)]
    [InlineData(3, 40)]
    [InlineData(4, 0)]
    [InlineData(5, 0)]
    [InlineData(6, 0)]
    public void Late_points_repeated_points_shards_and_restarts_change_nothing(int seed, int late)
    {
        var random = new Random(seed);
        Store store = Stores.Open(_folder);
        try
        {
            for (int round = 0; round < 60; round++)
            {
                store.Append(Stores.Points(string.Join('\n', Enumerable.Range(0, random.Next(1, 12))
                    .Select(at => Line(random, (round * 20) + (late == 0 ? at : random.Next(-late, 20)))))));
                if (random.Next(5) == 0)
                {
                    store.Compact();
                }

                if (random.Next(8) == 0)
                {
                    store.Dispose();
                    store = Stores.Open(_folder);
                }

                Compare(store, random, $"seed {seed}, round {round}");
            }
        }
        finally
        {
            store.Dispose();
        }
    }

    [Fact]
    public void A_series_whose_last_shard_was_dropped_has_no_newest_value()
    {
        var options = new StoreOptions { Folder = _folder, Database = "bench", RetainFor = TimeSpan.FromSeconds(100) };
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch);
        using Store store = Store.Open(options, time, NullLogger.Instance);
        store.Append(Stores.Points("m,k=old v=1 10\nm,k=new v=2 20"));
        store.Compact();
        store.Append(Stores.Points("m,k=new v=3 200000000000"));
        Assert.Contains("old", Json(store, "SELECT last(v) FROM m GROUP BY k"), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromSeconds(250));
        store.Compact();
        Assert.DoesNotContain("old", Json(store, "SELECT last(v) FROM m GROUP BY k"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_about_the_newest_reads_no_table_and_no_file_again()
    {
        using Store store = Stores.Open(_folder);
        store.Append(Stores.Points("m,k=a v=1 10\nm,k=b v=2 20"));
        StatementResult answer = store.Query("SELECT last(v) FROM m GROUP BY k", DateTimeOffset.UnixEpoch).Statements[0];
        Assert.Equal((2, 0), (answer.Series.Count, answer.Sql!.Count));
        Assert.Single(store.Query("SELECT v FROM m GROUP BY k ORDER BY time DESC LIMIT 2", DateTimeOffset.UnixEpoch).Statements[0].Sql!);
    }

    private static void Compare(Store store, Random random, string when)
    {
        string by = random.Next(3) switch { 0 => "", 1 => " GROUP BY k", _ => " GROUP BY *" };
        string where = random.Next(4) switch
        {
            0 => "",
            1 => " WHERE k != 'b'",
            2 => string.Create(CultureInfo.InvariantCulture, $" WHERE v >= {random.Next(8)}"),
            _ => $" WHERE k = 'a' AND w < v + {random.Next(3)}",
        };
        string field = random.Next(3) switch { 0 => "v", 1 => "w", _ => "s" };
        Same(store, $"SELECT last({field}) FROM m{where}{by}", $"SELECT last({field}) FROM m{Bounded(where)}{by}", when);
        Same(store, $"SELECT last({field}), k FROM m{where}{by}", $"SELECT last({field}), k FROM m{Bounded(where)}{by}", when);
        string rows = $"SELECT {(random.Next(2) == 0 ? "*" : "v, w")} FROM m{where}{by} ORDER BY time DESC LIMIT";
        // Of two rows the first is the one.
        Assert.True(First(store, $"{rows} 1") == First(store, $"{rows} 2"), $"{when}: {rows} 1\n{First(store, $"{rows} 1")}\n{First(store, $"{rows} 2")}");
    }

    // A bucket that holds all time is no question for the newest values.
    private static string Bounded(string where) => $"{(where.Length == 0 ? " WHERE" : $"{where} AND")} (v > -1 OR w > -1 OR s =~ /./)";

    private static void Same(Store store, string query, string twin, string when) =>
        Assert.True(Json(store, query) == Json(store, twin), $"{when}: {query}\n{Json(store, query)}{Json(store, twin)}");

    private static string First(Store store, string query) => string.Join('\n', store.Query(query, DateTimeOffset.UnixEpoch).Statements[0].Series
        .Select(series => $"{string.Join(',', series.Tags ?? [])} {string.Join(',', series.Rows[0])}"));

    private static string Line(Random random, int instant)
    {
        string fields = random.Next(4) switch { 0 => $"v={random.Next(9)}", 1 => $"w={random.Next(9)}i", 2 => $"v={random.Next(9)}.5,w={random.Next(9)}i", _ => $"s=\"{random.Next(9)}\",v={random.Next(9)}" };
        return $"m,k={"abc"[random.Next(3)]}{(random.Next(3) == 0 ? ",j=x" : "")} {fields} {Math.Max(0, instant)}";
    }

    private static string Json(Store store, string query) => System.Text.Encoding.UTF8.GetString(
        InfluxJson.Write(store.Query(query, DateTimeOffset.UnixEpoch), "ns", pretty: false));
}
