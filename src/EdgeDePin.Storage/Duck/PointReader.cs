using System.Collections.Immutable;
using System.Runtime.InteropServices;
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
            using var rows = new ChunkReader(connection, $"SELECT seq, series, ts{columns} FROM {measurement.Table} WHERE seq > {after} AND seq <= {until}");
            Dictionary<int, ImmutableArray<Tag>>? tags = null;
            while (rows.Next())
            {
                tags ??= measurement.Series.ToDictionary(series => series.Id, series => series.Tags);
                Add(points, rows, measurement, tags, until);
            }
        }

        if (!IsSorted(points))
        {
            points.Sort((left, right) => left.Sequence.CompareTo(right.Sequence));
        }

        return points;
    }

    private static void Add(
        List<StoredPoint> points, ChunkReader rows, MeasurementSchema measurement, Dictionary<int, ImmutableArray<Tag>> tags, long until)
    {
        ReadOnlySpan<long> sequences = rows.Longs(0), instants = rows.Longs(2);
        ReadOnlySpan<int> series = rows.Integers(1);
        for (int row = 0; row < rows.Count; row++)
        {
            // The planner leaves out a condition that its statistics call always true, and rows may come before the scan.
            // A row beyond the window would take the cursor past rows of other measurements.
            // A series younger than the snapshot belongs to a commit that this reader does not see yet.
            if (sequences[row] <= until && tags.TryGetValue(series[row], out ImmutableArray<Tag> ofSeries)
                && Fields(rows, row, measurement) is { IsEmpty: false } fields)
            {
                points.Add(new StoredPoint(sequences[row], Point.Checked(measurement.Name, ofSeries, fields, instants[row])));
            }
        }
    }

    private static ImmutableArray<Field> Fields(ChunkReader rows, int row, MeasurementSchema measurement)
    {
        var fields = new Field[measurement.Fields.Length];
        int count = 0;
        for (int at = 0; at < fields.Length; at++)
        {
            if (rows.Value(at + 3, row, measurement.Fields[at].Kind) is { } value)
            {
                fields[count++] = new Field(measurement.Fields[at].Key, value);
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(count == fields.Length ? fields : fields[..count]);
    }

    private static bool IsSorted(List<StoredPoint> points)
    {
        for (int at = 1; at < points.Count; at++)
        {
            if (points[at - 1].Sequence > points[at].Sequence)
            {
                return false;
            }
        }

        return true;
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
