using System.Collections.Immutable;
using DuckDB.NET.Data;

namespace EdgeDePin.Storage.Duck;

/// <summary>One consistent view of the store: what the schema says is what the connection sees, until it is disposed.</summary>
internal sealed class ReadSession(DuckDBConnection connection, ImmutableSortedDictionary<string, MeasurementSchema> schema, Action<DuckDBConnection> done) : IDisposable
{
    public DuckDBConnection Connection => connection;

    public ImmutableSortedDictionary<string, MeasurementSchema> Schema => schema;

    public void Dispose()
    {
        connection.Execute("ROLLBACK");
        done(connection);
    }
}
