using EdgeDePin.Storage;
using EdgeDePin.Storage.InfluxQl;
using EdgeDePin.Storage.Shards;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.Storage;

/// <summary>Before anything is dropped it is thinned: to a minute, then to an hour, and the ledger counts what became less.</summary>
public sealed class ThinningTests : IDisposable
{
    private const long Second = 1_000_000_000, Minute = 60 * Second, Hour = 60 * Minute;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddHours(10));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_minute_becomes_its_mean_with_extremes_and_count_and_the_last_of_what_is_no_float()
    {
        using Store store = Open(new StoreOptions { ThinToMinutesAfter = TimeSpan.FromHours(5) });
        store.Append(Stores.Points(string.Join('\n', Enumerable.Range(0, 30).Select(at => $"m,k=a f={at}.5,i={at}i,s=\"s{at}\",b={(at % 2 == 0 ? "true" : "false")} {at * 10 * Second}"))));
        CloseSpan(store);
        // Five minutes of six points: the first and the last stay as they are.
        Assert.Equal(
            ["m,k=a f=0.5,i=0i,s=\"s0\",b=true 0", "m,k=a f=5.5,i=5i,s=\"s5\",b=false 50000000000",
                "m,k=a f=9,i=11i,s=\"s11\",b=false,f_min=6.5,f_max=11.5,f_count=6i 60000000000",
                "m,k=a f=15,i=17i,s=\"s17\",b=false,f_min=12.5,f_max=17.5,f_count=6i 120000000000",
                "m,k=a f=21,i=23i,s=\"s23\",b=false,f_min=18.5,f_max=23.5,f_count=6i 180000000000",
                "m,k=a f=24.5,i=24i,s=\"s24\",b=true 240000000000"],
            store.ReadAfter(0, 100).Where(stored => stored.Point.Measurement == "m").Select(stored => stored.Point.ToString()).Where((_, at) => at is 0 or >= 5 and <= 9));
        Assert.Equal(
            "storage_loss,reason=thinned-1m,source=m,tag_set=k\\=a points=15i,kept=3i,unforwarded=0i,first_instant=60000000000i,last_instant=230000000000i,"
            + $"cause=\"age\",span=\"{Shard.NameOf(1, 30)}\" 230000000000",
            Assert.Single(store.ReadAfter(0, 100), stored => stored.Point.Measurement == "storage_loss").Point.ToString());
    }

    [Fact]
    public void A_shard_that_was_thinned_is_in_force_only_after_the_ledger_knows_of_it()
    {
        using (Store store = Open(new StoreOptions()))
        {
            store.Append(Stores.Points(string.Join('\n', Enumerable.Range(0, 30).Select(at => $"m f={at}.5 {at * 10 * Second}"))));
            CloseSpan(store);
        }

        // As when the power fails between the two: thinned, and nobody has said so.
        using (var engine = new StoreEngine(new StoreOptions { Folder = _folder.Path }, _time, NullLogger.Instance))
        {
            var losses = new List<Loss>();
            Assert.NotNull(engine.Rewrite(new Rewriting([engine.Shards[0]], new Dictionary<string, long> { ["m"] = Minute }, "age"), engine.Deleted, long.MaxValue, losses));
            Assert.Equal(15, Assert.Single(losses).Before - losses[0].After);
        }

        using Store after = Open(new StoreOptions());
        Assert.Equal(30, after.ReadAfter(0, 100).Count(stored => stored.Point.Measurement == "m"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Thinned_or_not_means_extremes_and_sums_of_counts_agree_and_the_ledger_accounts_for_every_point(int seed)
    {
        var random = new Random(seed);
        using var plainFolder = new TemporaryFolder();
        using Store plain = Stores.Open(plainFolder);
        Store store = Open(new StoreOptions { ThinToMinutesAfter = TimeSpan.FromMinutes(30), ThinToHoursAfter = TimeSpan.FromHours(5), MergePoints = 100_000 });
        try
        {
            long instant = 0, appended = 0;
            while (instant < 9 * Hour)
            {
                var batch = new List<Point>();
                for (int count = random.Next(200, 2_000); count > 0 && instant < 9 * Hour; count--)
                {
                    instant += random.Next(1, 5) * Second;
                    batch.Add(new Point("m", [new("k", $"{random.Next(3)}")], [new("f", random.Next(1000) / 8.0)], instant));
                }

                plain.Append(batch);
                store.Append(batch);
                appended += batch.Count;
                store.Compact();
                if (random.Next(3) == 0)
                {
                    store.Dispose();
                    store = Open(new StoreOptions { ThinToMinutesAfter = TimeSpan.FromMinutes(30), ThinToHoursAfter = TimeSpan.FromHours(5), MergePoints = 100_000 });
                }
            }

            store.Compact();
            foreach (string k in (string[])["0", "1", "2"])
            {
                // Minutes that were thinned have exactly the mean that the points had.
                Dictionary<long, double> expected = Means(plain, k), actual = Means(store, k);
                Assert.True(actual.Count < expected.Count, $"seed {seed}");
                Assert.Equal(Number(plain, $"SELECT max(f) FROM m WHERE k = '{k}'"), Math.Max(Number(store, $"SELECT max(f) FROM m WHERE k = '{k}'"), Number(store, $"SELECT max(f_max) FROM m WHERE k = '{k}'")));
                Assert.Equal(Number(plain, $"SELECT min(f) FROM m WHERE k = '{k}'"), Math.Min(Number(store, $"SELECT min(f) FROM m WHERE k = '{k}'"), Number(store, $"SELECT min(f_min) FROM m WHERE k = '{k}'")));
                Assert.Equal(Sum(plain, k), Sum(store, k), 1e-6 * Sum(plain, k));
            }

            double kept = Number(store, "SELECT count(f) FROM m"), lost = Number(store, "SELECT sum(points) FROM storage_loss WHERE source = 'm'");
            Assert.True(appended == kept + lost, $"seed {seed}: {appended} appended, {kept} kept, {lost} in the ledger");
            Assert.Equal(appended, Number(store, "SELECT sum(f_count) FROM m") + Number(store, "SELECT count(f) FROM m") - Number(store, "SELECT count(f_count) FROM m"));
            Assert.True(kept < appended / 2, $"seed {seed}: {kept} of {appended}");
        }
        finally
        {
            store.Dispose();
        }
    }

    [Fact]
    public void A_counter_keeps_its_last_value_and_text_that_looks_like_a_companion_is_left_alone()
    {
        using Store store = Open(new StoreOptions { ThinToMinutesAfter = TimeSpan.FromHours(5) });
        store.Append(Stores.Points(string.Join('\n', Enumerable.Range(0, 30).Select(at => $"grid,sensor=a energy={at}.25,power={at},power_max=\"text\" {at * 10 * Second}"))));
        CloseSpan(store);
        Assert.Equal(
            "grid,sensor=a energy=11.25,power=8.5,power_max=\"text\",power_min=6,power_count=6i 60000000000",
            store.ReadAfter(0, 100).Select(stored => stored.Point.ToString()).Single(line => line.EndsWith(" 60000000000", StringComparison.Ordinal)));
    }

    [Fact]
    public void Points_that_are_rarer_than_a_minute_stay_as_they_are()
    {
        using Store store = Open(new StoreOptions { ThinToMinutesAfter = TimeSpan.FromHours(5) });
        string[] lines = [.. Enumerable.Range(0, 30).Select(at => $"m f={at}.5 {(at * 2 * Minute) + 7}")];
        store.Append(Stores.Points(string.Join('\n', lines)));
        CloseSpan(store);
        Assert.Equal(lines, store.ReadAfter(0, 100).Where(stored => stored.Point.Measurement == "m").Select(stored => stored.Point.ToString()));
        Assert.Equal(0, Number(store, "SELECT count(points) FROM storage_loss"));
    }

    [Fact]
    public void Under_the_quota_what_the_node_says_of_itself_becomes_coarse_before_what_it_observed_and_both_before_anything_is_dropped()
    {
        var random = new Random(3);
        using Store store = Open(new StoreOptions { QuotaMegabytes = 1, MergePoints = 0 });
        for (int shard = 0; shard < 20; shard++)
        {
            var batch = new List<Point>();
            for (int at = 0; at < 5_000; at++)
            {
                long instant = (shard * 20 * Hour) + (at * 10 * Second);
                batch.Add(new Point("health", [new("node", "n")], [new("v", random.NextDouble())], instant));
                batch.Add(new Point("weather", [new("node", "n")], [new("v", random.NextDouble())], instant));
            }

            store.Append(batch);
            store.Compact();
        }

        Assert.InRange(store.Stats().ShardBytes, 1, 1_000_000);
        double Lost(string source, string reason) => Number(store, $"SELECT sum(points) FROM storage_loss WHERE source = '{source}' AND reason = '{reason}'");
        Assert.True(Lost("health", "thinned-1m") > 60_000 && Lost("health", "thinned-1h") > 100);
        Assert.Equal(0, Lost("weather", "thinned-1h"));
        Assert.True(Lost("weather", "thinned-1m") < Lost("health", "thinned-1m"));
        Assert.Equal(0, Lost("weather", "quota") + Lost("health", "quota"));
        Assert.Equal(100_000, Number(store, "SELECT count(v) FROM weather") + Lost("weather", "thinned-1m"));
    }

    [Fact]
    public void What_a_destination_lacks_waits_and_is_counted_where_the_quota_does_not_let_it()
    {
        var random = new Random(3);
        var options = new StoreOptions { QuotaMegabytes = 1, MergePoints = 0, ThinToMinutesAfter = TimeSpan.FromMinutes(1), RetainFor = TimeSpan.FromMinutes(1) };
        using Store store = Open(options);
        store.Follow("influxdb");
        void Fill(int shard)
        {
            store.Append([.. Enumerable.Range(0, 6_000).Select(at => new Point("m", [], [new("v", random.NextDouble())], (shard * Hour) + (at * Second / 2)))]);
            store.Compact();
        }

        for (int shard = 0; shard < 6; shard++)
        {
            Fill(shard);
        }

        Assert.Equal((36_000, 0), (Number(store, "SELECT count(v) FROM m"), Number(store, "SELECT count(points) FROM storage_loss")));
        for (int shard = 6; shard < 24; shard++)
        {
            Fill(shard);
        }

        Assert.True(Number(store, "SELECT sum(unforwarded) FROM storage_loss WHERE reason = 'thinned-1m'") > 5_000);
        Assert.InRange(store.Stats().ShardBytes, 1, 1_000_000);
        store.SetCursor("influxdb", store.HeadSequence);
        Fill(24);
        Fill(25);
        Assert.True(Number(store, "SELECT sum(points) FROM storage_loss WHERE reason = 'age'") > 0);
        Assert.Equal(0, Number(store, "SELECT sum(unforwarded) FROM storage_loss WHERE reason = 'age'"));
    }

    // The newest shard is never touched: one more makes the one before an old one.
    private static void CloseSpan(Store store)
    {
        store.Compact();
        store.Append(Stores.Points($"other v=1 {9 * Hour}"));
        store.Compact();
    }

    private static Dictionary<long, double> Means(Store store, string k) =>
        store.Query($"SELECT mean(f) FROM m WHERE k = '{k}' AND time >= 0 AND time < 10h GROUP BY time(1m) fill(none)", DateTimeOffset.UnixEpoch)
            .Statements[0].Series[0].Rows.ToDictionary(row => row[0]!.Value.AsInteger, row => row[1]!.Value.AsFloat);

    private static double Sum(Store store, string k) => store.ReadAfter(0, 1_000_000)
        .Where(stored => stored.Point.Measurement == "m" && stored.Point.Tags[0].Value == k)
        .Sum(stored => Value(stored.Point, "f")!.Value.AsFloat * (Value(stored.Point, "f_count")?.AsInteger ?? 1));

    private static FieldValue? Value(Point point, string key) =>
        point.Fields.Where(field => field.Key == key).Select(field => (FieldValue?)field.Value).FirstOrDefault();

    private static double Number(Store store, string query)
    {
        StatementResult answer = store.Query(query, DateTimeOffset.UnixEpoch).Statements[0];
        Assert.Null(answer.Error);
        return answer.Series.Count == 0 ? 0 : answer.Series[0].Rows[0][1]!.Value is { Kind: FieldKind.Integer } whole ? whole.AsInteger : answer.Series[0].Rows[0][1]!.Value.AsFloat;
    }

    private Store Open(StoreOptions options)
    {
        options.Folder = _folder;
        return Store.Open(options, _time, NullLogger.Instance);
    }
}
