using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Storage;

/// <summary>Truth from outside: every case of influxdata/line-protocol-corpus.</summary>
public sealed class LineProtocolCorpusTests
{
    [Fact]
    public void Every_decode_case_of_the_corpus_comes_out_as_published()
    {
        using JsonDocument corpus = Corpus();
        var wrong = new List<string>();
        int cases = 0;
        foreach (JsonProperty entry in corpus.RootElement.GetProperty("decode").EnumerateObject())
        {
            cases++;
            JsonElement input = entry.Value.GetProperty("input");
            JsonElement text = input.GetProperty("text");
            byte[] bytes = text.ValueKind == JsonValueKind.String
                ? Encoding.UTF8.GetBytes(text.GetString()!)
                : text.GetProperty("binary").GetBytesFromBase64();
            long precision = input.GetProperty("precision").GetString() switch
            {
                "1ns" => 1,
                "1µs" => 1_000,
                "1ms" => 1_000_000,
                _ => 1_000_000_000,
            };
            LineBatch batch = LineProtocol.Decode(bytes, input.GetProperty("defaultTime").GetInt64(), precision);
            string actual = batch.Errors.Count > 0 ? "error" : string.Join('\n', batch.Points.Select(Describe));
            string expected = Expected(entry.Value.GetProperty("output"));
            if (actual != expected)
            {
                wrong.Add($"{entry.Name}: {text} gave {actual} {string.Join("; ", batch.Errors)}, expected {expected}");
            }
        }

        Assert.Equal(6_615, cases);
        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong:\n{string.Join('\n', wrong.Take(20))}");
    }

    [Fact]
    public void Every_encode_case_of_the_corpus_comes_out_as_published()
    {
        using JsonDocument corpus = Corpus();
        int cases = 0;
        foreach (JsonProperty entry in corpus.RootElement.GetProperty("encode").EnumerateObject())
        {
            cases++;
            JsonElement point = entry.Value.GetProperty("input").GetProperty("point");
            JsonElement output = entry.Value.GetProperty("output");
            if (output.TryGetProperty("result", out JsonElement line))
            {
                Assert.Equal(line.GetString(), LineProtocol.Encode(Build(point)));
            }
            else
            {
                Assert.Throws<ArgumentException>(() => Build(point));
            }
        }

        Assert.Equal(115, cases);
    }

    private static JsonDocument Corpus() =>
        JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("influx", "line-protocol-corpus.json")));

    private static Point Build(JsonElement point) => new(
        point.GetProperty("name").GetString()!,
        point.GetProperty("tags").EnumerateArray().Select(tag => new Tag(Text(tag, "key"), Text(tag, "value"))),
        point.GetProperty("fields").EnumerateArray().Select(field => new Field(Text(field, "key"), Value(field))),
        point.GetProperty("time").GetInt64());

    private static FieldValue Value(JsonElement field)
    {
        JsonProperty value = field.GetProperty("value").EnumerateObject().Single();
        return value.Name switch
        {
            "float" => FieldValue.Float(value.Value.GetDouble()),
            "int" => FieldValue.Integer(value.Value.GetInt64()),
            "uint" => FieldValue.Unsigned(value.Value.GetUInt64()),
            "bool" => FieldValue.Boolean(value.Value.GetBoolean()),
            _ => FieldValue.String(value.Value.ValueKind == JsonValueKind.String
                ? value.Value.GetString()!
                : Encoding.UTF8.GetString(value.Value.GetProperty("binary").GetBytesFromBase64())),
        };
    }

    private static string Text(JsonElement element, string name)
    {
        JsonElement text = element.GetProperty(name);
        return text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : Encoding.UTF8.GetString(text.GetProperty("binary").GetBytesFromBase64());
    }

    private static string Expected(JsonElement output) =>
        !output.TryGetProperty("result", out JsonElement result) ? "error" : string.Join('\n', result.EnumerateArray().Select(point =>
            Describe(Text(point, "name"),
                point.TryGetProperty("tags", out JsonElement tags)
                    ? tags.EnumerateArray().Select(tag => new Tag(Text(tag, "key"), Text(tag, "value"))) : [],
                point.GetProperty("fields").EnumerateArray().Select(field => new Field(Text(field, "key"), Value(field))),
                point.GetProperty("time").GetInt64())));

    private static string Describe(Point point) => Describe(point.Measurement, point.Tags, point.Fields, point.Instant);

    // -0 and 0 are the same float; the corpus writes the former as the latter.
    private static string Describe(string name, IEnumerable<Tag> tags, IEnumerable<Field> fields, long instant) =>
        $"{name}|{string.Join(',', tags)}|{string.Join(',', fields.Select(field => $"{field.Key}={field.Value.Kind}:{(field.Value.Kind == FieldKind.Float ? (field.Value.AsFloat + 0.0).ToString("R", CultureInfo.InvariantCulture) : field.Value)}"))}|{instant}";
}
