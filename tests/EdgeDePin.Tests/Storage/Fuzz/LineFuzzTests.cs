using System.Text;
using System.Text.Json;
using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Storage.Fuzz;

/// <summary>Lines that nobody would write: a point or a word about each, and what was read can be written and read again.</summary>
public sealed class LineFuzzTests
{
    private static readonly long[] Precisions = [1, 1_000, 1_000_000, 1_000_000_000, 3_600_000_000_000];

    private static readonly byte[][] Seeds =
    [
        "m f=1 1"u8.ToArray(), "cpu,host=a,region=eu v=1,s=\"x\" 1500000000000000000\ncpu,host=b v=2i"u8.ToArray(),
        "0 \\\\=\"=\""u8.ToArray(), "m \\0=\",\"=3,\"=\""u8.ToArray(), "tag\\ ged,k\\,ey=va\\=lue f=\"a \\\"b\\\" c\",g=t,h=-1.5e-7,u=3u -5\r\n#c\n\n"u8.ToArray(),
        [.. "m f=\""u8, 0xC3, 0x28, .. "\" 1\nm,t=\u00e4 \u00fc=1"u8],
    ];

    [Fact]
    public void Each_line_is_a_point_or_an_error_and_a_point_comes_back_unchanged()
    {
        byte[][] seeds = [.. Seeds, .. Corpus()];
        FuzzRun.Run(
            40_000, 1,
            random => (Text: Mutation.Bytes(random, seeds[random.Next(seeds.Length)], () => seeds[random.Next(seeds.Length)]), Precision: Precisions[random.Next(Precisions.Length)]),
            input => Check(input.Text, input.Precision),
            input => $"precision {input.Precision}, {Convert.ToBase64String(input.Text)}",
            input => 200_000 + (2_000L * input.Text.Length));
    }

    private static void Check(byte[] text, long precision)
    {
        LineBatch batch = LineProtocol.Decode(text, defaultInstant: 7, precision);
        Assert.Equal(batch.Errors.Count, LineRefusal.Of(batch.Errors, text).Count());
        int lines = text.Count(one => one == '\n') + 1, before = 0;
        foreach (LineError error in batch.Errors)
        {
            Assert.True(error.Line > before && error.Line <= lines && error.Column >= 1 && error.Message.Length > 0, error.ToString());
            before = error.Line;
        }

        Assert.True(batch.Points.Count + batch.Errors.Count <= lines);
        bool says = Encoding.Latin1.GetString(text).Split('\n').Any(line => line.TrimStart(' ', '\t', '\r', '\0') is { Length: > 0 } rest && rest[0] != '#');
        Assert.True(batch.Points.Count + batch.Errors.Count > 0 || !says, "neither a point nor an error");
        foreach (Point point in batch.Points)
        {
            string once = point.ToString();
            LineBatch again = LineProtocol.Decode(Encoding.UTF8.GetBytes(once), 0);
            Assert.True(again.Errors.Count == 0, $"{once}: {string.Join(' ', again.Errors)}");
            Assert.Equal(once, Assert.Single(again.Points).ToString());
        }
    }

    private static IEnumerable<byte[]> Corpus()
    {
        string path = SharedData.Require("influx", "line-protocol-corpus.json");
        using JsonDocument corpus = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. corpus.RootElement.GetProperty("decode").EnumerateObject().Select(entry => entry.Value.GetProperty("input").GetProperty("text"))
            .Select(text => text.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(text.GetString()!) : text.GetProperty("binary").GetBytesFromBase64())
            .Where(bytes => bytes.Length < 2_000)];
    }
}
