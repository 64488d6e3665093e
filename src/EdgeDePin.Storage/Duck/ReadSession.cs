using System.Collections.Immutable;
using DuckDB.NET.Data;

namespace EdgeDePin.Storage.Duck;

/// <summary>One consistent view of the store: what the schema says is what the connection sees, until it is disposed.</summary>
/// <param name="head">Every sequence up to it is visible.</param>
/// <param name="lastVersion">The version of the newest values when this began.</param>
internal sealed class ReadSession(
    DuckDBConnection connection, ImmutableSortedDictionary<string, MeasurementSchema> schema, long head, LastValues last, int lastVersion, Action<DuckDBConnection> done)
    : IDisposable
{
    public DuckDBConnection Connection => connection;

    public ImmutableSortedDictionary<string, MeasurementSchema> Schema => schema;

    /// <summary>Every sequence up to it is visible.</summary>
    public long Head => head;

    /// <summary>The newest values of fields by series; null where there are too many.</summary>
    public IReadOnlyList<IReadOnlyDictionary<int, LastValue>>? Last(
        MeasurementSchema measurement, IReadOnlyList<FieldColumn> fields, RowFilter? filter) =>
        last.Of(connection, measurement, fields, filter, head, lastVersion);

    public void Dispose()
    {
        connection.Execute("ROLLBACK");
        done(connection);
    }
}
