using EdgeDePin.Storage;
using EdgeDePin.Storage.InfluxQl;
using EdgeDePin.Storage.Shards;

namespace EdgeDePin.Tests.Storage;

/// <summary>However a shard keeps its columns, every value comes back as the same bits, and sensor data becomes small.</summary>
public sealed class ShardEncodingTests : IDisposable
{
    private static readonly double[] Odd =
    [
        0, -0.0, 0.1, 0.30000000000000004, -273.15, 1e-7, 1e21, 123456789.123456789, 9007199254740993, 4.9e-324, double.MaxValue, 1.0 / 3, 99999999.9, 1e9, -1e17, 999999999999999999,
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public void Every_value_and_instant_comes_back_as_the_same_bits(int seed)
    {
        var random = new Random(seed);
        using Store store = Stores.Open(_folder);
        var written = new List<Point>();
        for (int shard = 0; shard < 4; shard++)
        {
            long unit = (long)Math.Pow(10, random.Next(4) * 3);
            int decimals = random.Next(12);
            Func<double> value = random.Next(4) switch
            {
                0 => () => Odd[random.Next(Odd.Length)],
                1 => () => BitConverter.Int64BitsToDouble(random.NextInt64()) is var any && double.IsFinite(any) ? any : 1.5,
                2 => () => random.Next(-50, 50) == 0 ? -0.0 : Math.Round((random.NextDouble() - 0.5) * 1000, decimals % 10),
                _ => () => Math.Round((random.NextDouble() - 0.5) * 1e6, decimals % 8),
            };
            Point[] batch = [.. Enumerable.Range(0, 3_000).Select(at => new Point(
                "m", [new("k", $"{at % 3}")],
                [new("v", value()), new("i", random.NextInt64(long.MinValue, long.MaxValue)), new("s", FieldValue.String($"{random.Next(9)}")), new("b", at % 2 == 0)],
                ((shard * 10_000L) + at - 7_000) * unit))];
            store.Append(batch);
            written.AddRange(batch);
            store.Compact();
        }

        IEnumerable<string> Bits(IEnumerable<Point> points) => points.Select(point =>
            $"{point.Instant} {point.Tags[0].Value} {string.Join(' ', point.Fields.Select(field => field.Value.Kind == FieldKind.Float ? $"{BitConverter.DoubleToInt64Bits(field.Value.AsFloat):x}" : field.Value.ToString()))}");
        var seen = new List<Point>();
        long cursor = 0;
        while (store.ReadAfter(cursor, 5_000) is { Count: > 0 } batch)
        {
            seen.AddRange(batch.Select(stored => stored.Point));
            cursor = batch[^1].Sequence;
        }

        // Instants of two shards may meet where their units differ; the log keeps both, in the order in which they came.
        Assert.Equal(Bits(written), Bits(seen));
    }

    [Fact]
    public void Tenths_and_milliseconds_are_kept_as_whole_numbers_and_thirds_as_they_are()
    {
        using Store store = Stores.Open(_folder);
        store.Append([.. Enumerable.Range(0, 5_000).Select(at => new Point(
            "m", [], [new("tenths", at / 10.0), new("thirds", at / 3.0), new("zero", at == 4_999 ? -0.0 : 0.0), new("n", (long)at)], at * 7_000_000L))]);
        store.Compact();
        ShardMeasurement kept = Shard.Open(Assert.Single(Directory.GetDirectories(_folder.Sub("shards"))), out _)!.Content.Measurements[0];
        Assert.Equal((1_000_000, "DECIMAL(9,1)", null, "DECIMAL(9,0) with -0", null), (kept.Unit, Type("tenths"), Type("thirds"), Type("zero"), Type("n")));
        string? Type(string key) => kept.Fields.Single(field => field.Key == key).Type;
    }

    // The same points in a store that never compacts are the truth. Late points fall into spans of older shards, fields appear
    // later and get more decimals, instants change their unit.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Shards_of_different_shapes_that_overlap_in_time_answer_as_one(int seed)
    {
        var random = new Random(seed);
        using var plainFolder = new TemporaryFolder();
        // Merged they would have one shape, and this is about several.
        using Store plain = Stores.Open(plainFolder), store = Stores.Open(_folder, mergePoints: 0);
        for (int round = 0; round < 12; round++)
        {
            int from = Math.Max(0, (round * 100) - random.Next(250));
            string lines = string.Join('\n', Enumerable.Range(0, 60).Select(_ =>
            {
                int at = from + random.Next(150);
                string more = round > 4 && random.Next(2) == 0 ? $",w={random.Next(9)}.{random.Next(99)}" : "";
                return $"m,k={"abc"[random.Next(3)]} v={random.Next(50)}.{random.Next(round < 6 ? 9 : 999)}{more} {at}{(random.Next(round < 8 ? 99 : 2) == 0 ? "000001" : "000000")}";
            }));
            plain.Append(Stores.Points(lines));
            store.Append(Stores.Points(lines));
            if (random.Next(3) > 0)
            {
                store.Compact();
            }
        }

        Assert.True(Directory.GetDirectories(_folder.Sub("shards")).Length > 3, $"seed {seed}");
        for (int turn = 0; turn < (LongForm.IsOn ? 200 : 60); turn++)
        {
            int low = random.Next(1_300), high = low + random.Next(900);
            string where = random.Next(4) == 0 ? "" : $" WHERE time >= {low}{(random.Next(2) == 0 ? "ms" : "000001")} AND time <= {high}ms{(random.Next(3) == 0 ? " AND k != 'b'" : "")}";
            string query = random.Next(4) switch
            {
                0 => $"SELECT * FROM m{where}",
                1 => $"SELECT count(v), max(w), min(v) FROM m{where} GROUP BY k",
                2 => $"SELECT last(v), k FROM m{where}",
                _ => $"SELECT v, w FROM m{where} GROUP BY k ORDER BY time DESC LIMIT {random.Next(1, 5)}",
            };
            Assert.True(Json(plain, query) == Json(store, query), $"seed {seed}, {query}:\n{Json(plain, query)}{Json(store, query)}");
        }
    }

    private static string Json(Store store, string query) => System.Text.Encoding.UTF8.GetString(
        InfluxJson.Write(store.Query(query, DateTimeOffset.UnixEpoch), "ns", pretty: false));
}
