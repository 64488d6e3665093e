using System.Collections.Immutable;
using DuckDB.NET.Data;

namespace EdgeDePin.Storage.Duck;

/// <summary>Rows of the tables as points again, in the order in which they were stored.</summary>
internal static class PointReader
{
    public static List<StoredPoint> Read(
        DuckDBConnection connection, IReadOnlyDictionary<string, MeasurementSchema> schema, long after, long until)
    {
        var points = new List<StoredPoint>();
        foreach (MeasurementSchema measurement in schema.Values)
        {
            string columns = string.Concat(measurement.Fields.Select(field => $", {field.Column}"));
            Dictionary<int, ImmutableArray<Tag>>? tags = null;
            foreach (DuckDBDataReader row in connection.Rows(
                $"SELECT seq, series, ts{columns} FROM {measurement.Table} WHERE seq > ? AND seq <= ?", after, until))
            {
                // The planner leaves out a condition that its statistics call always true, and rows may come before the scan.
                // A row beyond the window would take the cursor past rows of other measurements.
                if (row.GetInt64(0) > until)
                {
                    continue;
                }

                tags ??= measurement.Series.ToDictionary(series => series.Id, series => series.Tags);
                ImmutableArray<Field>.Builder fields = ImmutableArray.CreateBuilder<Field>(measurement.Fields.Length);
                for (int at = 0; at < measurement.Fields.Length; at++)
                {
                    if (Value(row, at + 3, measurement.Fields[at].Kind) is { } value)
                    {
                        fields.Add(new Field(measurement.Fields[at].Key, value));
                    }
                }

                // A series younger than the snapshot belongs to a commit that this reader does not see yet.
                if (tags.TryGetValue(row.GetInt32(1), out ImmutableArray<Tag> ofSeries) && fields.Count > 0)
                {
                    points.Add(new StoredPoint(row.GetInt64(0),
                        Point.Checked(measurement.Name, ofSeries, fields.DrainToImmutable(), row.GetInt64(2))));
                }
            }
        }

        points.Sort((left, right) => left.Sequence.CompareTo(right.Sequence));
        return points;
    }

    public static FieldValue? Value(DuckDBDataReader row, int column, FieldKind kind) =>
        row.IsDBNull(column) ? null : kind switch
        {
            FieldKind.Float => FieldValue.Float(row.GetDouble(column)),
            FieldKind.Integer => FieldValue.Integer(row.GetInt64(column)),
            FieldKind.Boolean => FieldValue.Boolean(row.GetBoolean(column)),
            _ => FieldValue.String(row.GetString(column)),
        };
}
