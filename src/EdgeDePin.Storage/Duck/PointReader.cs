using System.Globalization;
using DuckDB.NET.Data;

namespace EdgeDePin.Storage.Duck;

/// <summary>Rows of the tables as points again, in the order in which they were stored.</summary>
internal static class PointReader
{
    /// <param name="after">The sequence before the first one wanted.</param>
    /// <param name="until">The last one wanted, which the session must see already.</param>
    public static StoredColumns Read(ReadSession session, long after, long until)
    {
        var parts = new List<MeasurementColumns>();
        foreach (MeasurementSchema measurement in session.Schema.Values)
        {
            MeasurementColumns? columns = null;
            using var chunk = new ResultChunks(session.Connection, Select(measurement, after, until), []);
            while (chunk.Next())
            {
                (columns ??= new MeasurementColumns(measurement)).Add(chunk);
            }

            if (columns is not null)
            {
                parts.Add(columns);
            }
        }

        return new StoredColumns(parts, after, until);
    }

    // Only the files that can hold such sequences: a file lies in the order of series, so all of it is looked at.
    private static string Select(MeasurementSchema measurement, long after, long until)
    {
        string Of(string instant, Func<FieldColumn, string> column, string from, string? hidden = null) =>
            $"SELECT {instant}, seq, series{string.Concat(measurement.Fields.Select(field => $", {column(field)}"))} FROM {from}"
            + $" WHERE seq > {Number(after)} AND seq <= {Number(until)}{(hidden is null ? "" : $" AND NOT ({hidden})")}";
        return string.Join(" UNION ALL ", measurement.Cold.Where(file => file.Last > after && file.First <= until)
            .Select(file => Of(file.Instant, file.Column, $"read_parquet('{HotDatabase.Quoted(file.Path)}')", file.Hidden))
            .Append(Of("ts", field => field.Column, measurement.HotTable)));
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
