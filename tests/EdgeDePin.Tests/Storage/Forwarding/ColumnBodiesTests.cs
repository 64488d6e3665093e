using System.IO.Compression;
using System.Text;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Duck;
using EdgeDePin.Storage.Forwarding;

namespace EdgeDePin.Tests.Storage.Forwarding;

/// <summary>A body made from columns is the one that would be made of the points.</summary>
public sealed class ColumnBodiesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void Columns_and_points_make_the_same_lines_in_the_order_in_which_they_were_stored(int seed, bool compacts)
    {
        var random = new Random(seed);
        using Store store = Stores.Open(_folder);
        for (int batch = 0; batch < 10; batch++)
        {
            store.Append([.. Enumerable.Range(0, 200).Select(_ => Any(random))]);
            if (compacts && batch % 3 == 1)
            {
                store.Compact();
            }
        }

        StoredColumns all = store.ColumnsAfter(0, 10_000);
        Assert.Equal(store.HeadSequence, all.Count);
        Assert.Equal(Enumerable.Range(1, all.Count).Select(at => (long)at), all.Select(stored => stored.Sequence));
        foreach (ServerKind server in new[] { ServerKind.InfluxDb1, ServerKind.VictoriaMetrics })
        {
            var bodies = new ColumnBodies(server);
            foreach (StoredColumns part in all.Chunks(300).Select(part => part.Of(measurement => measurement != "left out")))
            {
                Assert.Equal(Text(WriteBody.Compressed(part.Select(stored => stored.Point), server)), Text(bodies.Of(part).Bytes));
            }
        }

        Assert.Equal(700, Assert.Single(all.Until(700).Chunks(1_000)).Count);
    }

    [Fact]
    public void Where_a_server_could_keep_nothing_there_is_no_body()
    {
        using Store store = Stores.Open(_folder);
        store.Append(Stores.Points("m s=\"only a text\" 1"));
        StoredColumns all = store.ColumnsAfter(0, 10);
        Assert.Null(new ColumnBodies(ServerKind.VictoriaMetrics).Of(all).Bytes);
        Assert.Equal("m s=\"only a text\" 1\n", Text(new ColumnBodies(ServerKind.InfluxDb1).Of(all).Bytes));
    }

    private static Point Any(Random random)
    {
        string[] texts = ["", "short", "longer than twelve bytes, with \"quotes\" and \\", "ünïcode ✓ that is longer as well"];
        var fields = new List<Field>();
        if (random.Next(3) > 0)
        {
            fields.Add(new Field("f", random.Next(4) switch
            {
                0 => Math.Round(random.NextDouble() * 100, 2),
                1 => random.NextDouble() * Math.Pow(10, random.Next(-12, 25)),
                2 => -random.Next(1_000_000),
                _ => -0.0,
            }));
        }

        if (random.Next(2) == 0)
        {
            fields.Add(new Field("i", random.NextInt64(long.MinValue, long.MaxValue)));
        }

        if (random.Next(2) == 0)
        {
            fields.Add(new Field("b o,ol", random.Next(2) == 0));
        }

        if (fields.Count == 0 || random.Next(2) == 0)
        {
            fields.Add(new Field("s", FieldValue.String(texts[random.Next(texts.Length)])));
        }

        return new Point(
            random.Next(3) switch { 0 => "m", 1 => "left out", _ => "other, measurement" },
            [new("k", $"v {random.Next(5)}")], [.. fields], random.NextInt64(-1_000_000_000_000, 1_800_000_000_000_000_000));
    }

    private static string? Text(byte[]? body)
    {
        if (body is null)
        {
            return null;
        }

        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var text = new StreamReader(gzip, Encoding.UTF8);
        return text.ReadToEnd();
    }
}
