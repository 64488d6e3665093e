using System.Globalization;
using System.Text.Json;
using EdgeDePin.Storage.InfluxQl;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>
/// Count and hash of the field values of a span, per series. The hash is a sum, so neither the order of the rows nor the kind
/// of server matters; a number counts by its value, since JSON does not tell 5 from 5.0.
/// </summary>
internal sealed class SpanDigest
{
    private readonly Dictionary<ulong, (long Count, ulong Hash)> _series = [];

    public long Count => _series.Values.Sum(one => one.Count);

    public ulong Hash => _series.Values.Aggregate(0UL, (sum, one) => unchecked(sum + one.Hash));

    /// <summary>Leaves out the series that another digest does not have: other nodes write to the same server.</summary>
    public SpanDigest Of(SpanDigest other)
    {
        var common = new SpanDigest();
        foreach ((ulong series, (long Count, ulong Hash) values) in _series.Where(one => other._series.ContainsKey(one.Key)))
        {
            common._series[series] = values;
        }

        return common;
    }

    public static SpanDigest Of(IEnumerable<ResultSeries> answer)
    {
        var digest = new SpanDigest();
        foreach (ResultSeries series in answer)
        {
            ulong key = Key(series.Name ?? "", (series.Tags ?? []).Select(tag => (tag.Key, tag.Value)));
            foreach (FieldValue?[] row in series.Rows)
            {
                for (int at = 1; at < row.Length; at++)
                {
                    if (row[at] is { } value)
                    {
                        digest.Add(key, series.Columns[at], row[0]!.Value.AsInteger, Hashed(value));
                    }
                }
            }
        }

        return digest;
    }

    /// <summary>From the JSON of a server, asked with <c>epoch=ns</c>.</summary>
    public static SpanDigest Of(JsonElement answer)
    {
        var digest = new SpanDigest();
        foreach (JsonElement series in Items(answer.GetProperty("results")[0], "series"))
        {
            ulong key = Key(series.GetProperty("name").GetString()!, series.TryGetProperty("tags", out JsonElement tags)
                ? tags.EnumerateObject().Select(tag => (tag.Name, tag.Value.GetString() ?? "")) : []);
            string[] columns = [.. series.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!)];
            foreach (JsonElement row in Items(series, "values"))
            {
                long instant = row[0].GetInt64();
                for (int at = 1; at < columns.Length; at++)
                {
                    if (row[at].ValueKind != JsonValueKind.Null)
                    {
                        digest.Add(key, columns[at], instant, Hashed(row[at]));
                    }
                }
            }
        }

        return digest;
    }

    private void Add(ulong series, string field, long instant, ulong value)
    {
        ulong hash = StableHash.Mixed(StableHash.Of(instant, StableHash.Of(field, series)) ^ value);
        (long count, ulong sum) = _series.GetValueOrDefault(series);
        _series[series] = (count + 1, unchecked(sum + hash));
    }

    private static IEnumerable<JsonElement> Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement items) ? items.EnumerateArray() : [];

    // A tag that a series lacks is empty under GROUP BY *.
    private static ulong Key(string measurement, IEnumerable<(string Key, string Value)> tags) => tags
        .Where(tag => tag.Value.Length > 0)
        .OrderBy(tag => tag.Key, StringComparer.Ordinal)
        .Aggregate(StableHash.Of(measurement, StableHash.Start), (hash, tag) => StableHash.Of(tag.Value, StableHash.Of(tag.Key, hash)));

    private static ulong Hashed(FieldValue value) => value.Kind switch
    {
        FieldKind.Float => Hashed(value.AsFloat),
        FieldKind.Integer => StableHash.Of(value.AsInteger, 1),
        FieldKind.Boolean => StableHash.Of(value.AsBoolean ? 1 : 0, 3),
        _ => StableHash.Of(value.ToString(), 4),
    };

    private static ulong Hashed(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => long.TryParse(value.GetRawText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)
            ? StableHash.Of(whole, 1) : Hashed(value.GetDouble()),
        JsonValueKind.True => StableHash.Of(1, 3),
        JsonValueKind.False => StableHash.Of(0, 3),
        _ => StableHash.Of(value.GetString() ?? "", 4),
    };

    private static ulong Hashed(double number) => number == Math.Floor(number) && Math.Abs(number) < 9e18
        ? StableHash.Of((long)number, 1)
        : StableHash.Of(BitConverter.DoubleToInt64Bits(number), 2);
}
