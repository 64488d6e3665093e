using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using DuckDB.NET.Data;

namespace EdgeDePin.Storage.Duck;

/// <summary>Rows of the tables as points again, in the order in which they were stored.</summary>
internal static class PointReader
{
    /// <param name="after">The sequence before the first one wanted.</param>
    /// <param name="until">The last one wanted, which the session must see already.</param>
    public static List<StoredPoint> Read(ReadSession session, long after, long until)
    {
        var points = new List<StoredPoint>();
        foreach (MeasurementSchema measurement in session.Schema.Values)
        {
            ImmutableArray<Tag>[] tags = Tags(measurement);
            foreach (DuckDBDataReader row in session.Connection.Rows(Select(measurement, after, until)))
            {
                int series = row.GetInt32(1);
                if (series < tags.Length && !tags[series].IsDefault && Fields(row, measurement) is { Length: > 0 } fields)
                {
                    points.Add(new StoredPoint(row.GetInt64(0), Point.Checked(measurement.Name, tags[series], fields, row.GetInt64(2))));
                }
            }
        }

        points.Sort((left, right) => left.Sequence.CompareTo(right.Sequence));
        return points;
    }

    // Only the files that can hold such sequences: a file lies in the order of series, so all of it is looked at.
    private static string Select(MeasurementSchema measurement, long after, long until)
    {
        string Of(string instant, Func<FieldColumn, string> column, string from, string? hidden = null) =>
            $"SELECT seq, series, {instant}{string.Concat(measurement.Fields.Select(field => $", {column(field)}"))} FROM {from} WHERE seq > {Number(after)} AND seq <= {Number(until)}"
            + (hidden is null ? "" : $" AND NOT ({hidden})");
        return string.Join(" UNION ALL ", measurement.Cold.Where(file => file.Last > after && file.First <= until)
            .Select(file => Of(file.Instant, file.Column, $"read_parquet('{HotDatabase.Quoted(file.Path)}')", file.Hidden))
            .Append(Of("ts", field => field.Column, measurement.HotTable)));
    }

    private static ImmutableArray<Tag>[] Tags(MeasurementSchema measurement)
    {
        var tags = new ImmutableArray<Tag>[measurement.Series.Select(series => series.Id).DefaultIfEmpty().Max() + 1];
        foreach (Series series in measurement.Series)
        {
            tags[series.Id] = series.Tags;
        }

        return tags;
    }

    private static ImmutableArray<Field> Fields(DuckDBDataReader row, MeasurementSchema measurement)
    {
        var fields = new Field[measurement.Fields.Length];
        int count = 0;
        for (int at = 0; at < fields.Length; at++)
        {
            if (Value(row, at + 3, measurement.Fields[at].Kind) is { } value)
            {
                fields[count++] = new Field(measurement.Fields[at].Key, value);
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(count == fields.Length ? fields : fields[..count]);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static FieldValue? Value(DuckDBDataReader row, int column, FieldKind kind) =>
        row.IsDBNull(column) ? null : kind switch
        {
            FieldKind.Float => FieldValue.Float(row.GetDouble(column)),
            FieldKind.Integer => FieldValue.Integer(row.GetInt64(column)),
            FieldKind.Boolean => FieldValue.Boolean(row.GetBoolean(column)),
            _ => FieldValue.String(row.GetString(column)),
        };
}
