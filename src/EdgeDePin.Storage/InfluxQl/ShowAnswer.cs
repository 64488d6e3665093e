using System.Buffers;
using System.Text;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>SHOW MEASUREMENTS, TAG KEYS, TAG VALUES and FIELD KEYS, from the catalogue alone.</summary>
internal static class ShowAnswer
{
    public static IReadOnlyList<ResultSeries> Of(Statement.Show show, IReadOnlyList<MeasurementSchema> measurements)
    {
        Func<Series, bool> where = SeriesCondition.All(show.Where);
        if (show.Subject.EndsWith("CARDINALITY", StringComparison.Ordinal))
        {
            return Cardinality(show, measurements, where);
        }

        if (show.Subject == "SERIES")
        {
            IEnumerable<FieldValue?[]> keys = measurements.SelectMany(measurement => measurement.Series.Where(where)
                    .Select(series => SeriesKey(measurement.Name, series)))
                .Order(Utf8Order.Instance).Select(key => (FieldValue?[])[FieldValue.String(key)]);
            return NotEmpty([new ResultSeries(null, null, ["key"], Page(keys, show.Limits))]);
        }

        if (show.Subject == "MEASUREMENTS")
        {
            Func<string, bool> named = Key(show.Measurement);
            IEnumerable<FieldValue?[]> names = measurements
                .Where(measurement => named(measurement.Name) && measurement.Series.Any(where))
                .Select(measurement => (FieldValue?[])[FieldValue.String(measurement.Name)]);
            return NotEmpty([new ResultSeries("measurements", null, ["name"], Page(names, show.Limits))]);
        }

        return NotEmpty(measurements.Select(measurement => show.Subject switch
        {
            "TAG KEYS" => new ResultSeries(measurement.Name, null, ["tagKey"], Page(TagKeys(measurement, where), show.Limits)),
            "FIELD KEYS" => new ResultSeries(measurement.Name, null, ["fieldKey", "fieldType"], Page(FieldKeys(measurement), show.Limits)),
            _ => new ResultSeries(measurement.Name, null, ["key", "value"], Page(TagValues(measurement, Key(show.Key), where), show.Limits)),
        }));
    }

    private static List<ResultSeries> Cardinality(Statement.Show show, IReadOnlyList<MeasurementSchema> measurements, Func<Series, bool> where)
    {
        switch (show.Subject)
        {
            case "SERIES CARDINALITY":
                return One("cardinality estimation", measurements.Sum(measurement => measurement.Series.Length));
            case "MEASUREMENT CARDINALITY":
                return One("cardinality estimation", measurements.Count);
            case "MEASUREMENT EXACT CARDINALITY":
                return One("count", measurements.Count(measurement => measurement.Series.Any(where)));
            default:
                Func<string, bool> key = Key(show.Key);
                return [.. measurements.Select(measurement => (measurement.Name, Count: show.Subject.Split(' ')[0] switch
                {
                    "SERIES" => measurement.Series.Count(where),
                    "FIELD" => measurement.Fields.Length,
                    _ when show.Subject.StartsWith("TAG KEY", StringComparison.Ordinal) => TagKeys(measurement, where).Count(),
                    _ => TagValues(measurement, key, where).Count(),
                })).Where(one => one.Count > 0).Select(one => new ResultSeries(one.Name, null, ["count"], [[FieldValue.Integer(one.Count)]]))];
        }

        static List<ResultSeries> One(string column, long count) => [new ResultSeries(null, null, [column], [[FieldValue.Integer(count)]])];
    }

    private static string SeriesKey(string measurement, Series series)
    {
        var key = new ArrayBufferWriter<byte>(64);
        new LineWriter(key).WriteSeries(measurement, series.Tags);
        return Encoding.UTF8.GetString(key.WrittenSpan);
    }

    private static IEnumerable<FieldValue?[]> TagKeys(MeasurementSchema measurement, Func<Series, bool> where) =>
        measurement.Series.Where(where).SelectMany(series => series.Tags).Select(tag => tag.Key)
            .Distinct(StringComparer.Ordinal).Order(Utf8Order.Instance)
            .Select(key => (FieldValue?[])[FieldValue.String(key)]);

    private static IEnumerable<FieldValue?[]> FieldKeys(MeasurementSchema measurement) =>
        measurement.Fields.OrderBy(field => field.Key, Utf8Order.Instance)
            .Select(field => (FieldValue?[])[FieldValue.String(field.Key), FieldValue.String(InfluxName(field.Kind))]);

    private static IEnumerable<FieldValue?[]> TagValues(MeasurementSchema measurement, Func<string, bool> key, Func<Series, bool> where) =>
        measurement.Series.Where(where).SelectMany(series => series.Tags).Where(tag => key(tag.Key)).Distinct()
            .OrderBy(tag => tag.Key, Utf8Order.Instance).ThenBy(tag => tag.Value, Utf8Order.Instance)
            .Select(tag => (FieldValue?[])[FieldValue.String(tag.Key), FieldValue.String(tag.Value)]);

    private static Func<string, bool> Key(Expression? with)
    {
        switch (with)
        {
            case null:
                return _ => true;
            case Expression.Binary { Operator: "OR" } either:
                Func<string, bool> left = Key(either.Left), right = Key(either.Right);
                return name => left(name) || right(name);
            default:
                var comparison = (Expression.Binary)with;
                return SeriesCondition.Text(comparison.Operator, comparison.Right, "key");
        }
    }

    private static List<ResultSeries> NotEmpty(IEnumerable<ResultSeries> series) =>
        [.. series.Where(one => one.Rows.Count > 0)];

    private static List<FieldValue?[]> Page(IEnumerable<FieldValue?[]> rows, Limits limits)
    {
        IEnumerable<FieldValue?[]> rest = rows.Skip((int)Math.Min(limits.RowOffset, int.MaxValue));
        return [.. limits.Rows is { } limit ? rest.Take((int)Math.Min(limit, int.MaxValue)) : rest];
    }

    private static string InfluxName(FieldKind kind) => kind switch
    {
        FieldKind.Float => "float",
        FieldKind.Integer => "integer",
        FieldKind.Boolean => "boolean",
        _ => "string",
    };
}
