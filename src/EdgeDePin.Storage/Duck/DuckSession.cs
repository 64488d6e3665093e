using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using DuckDB.NET.Data;

namespace EdgeDePin.Storage.Duck;

/// <summary>Statements on one connection. Names in SQL are ours (<c>points_3.f7</c>); text of others travels as parameters.</summary>
internal static class DuckSession
{
    public static void Execute(this DuckDBConnection connection, string sql, params ReadOnlySpan<object> parameters)
    {
        using DuckDBCommand command = connection.Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    public static IEnumerable<DuckDBDataReader> Rows(this DuckDBConnection connection, string sql, params object[] parameters)
    {
        using DuckDBCommand command = connection.Command(sql, parameters);
        using DuckDBDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return reader;
        }
    }

    public static long Number(this DuckDBConnection connection, string sql)
    {
        using DuckDBCommand command = connection.Command(sql, []);
        return command.ExecuteScalar() is long value ? value : 0;
    }

    /// <summary>
    /// Gives back to the system what the engine has freed. Its allocator keeps that for ten seconds otherwise, which after
    /// sorting a shard was 90 MB; setting the limit, though to what it was, empties it. What it was stands in the connection string:
    /// the engine itself tells it with one decimal only, cut, so that it would shrink each time.
    /// </summary>
    public static void GiveBack(this DuckDBConnection connection) =>
        connection.Execute($"SET memory_limit = '{new DbConnectionStringBuilder { ConnectionString = connection.ConnectionString }["memory_limit"]}'");

    [SuppressMessage("Security", "CA2100", Justification = "The one place where SQL meets the engine; see the summary above.")]
    private static DuckDBCommand Command(this DuckDBConnection connection, string sql, ReadOnlySpan<object> parameters)
    {
        DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (object parameter in parameters)
        {
            command.Parameters.Add(parameter as DuckDBParameter ?? new DuckDBParameter(parameter));
        }

        return command;
    }
}
