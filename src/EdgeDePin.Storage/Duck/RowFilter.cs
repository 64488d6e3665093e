using DuckDB.NET.Data;

namespace EdgeDePin.Storage.Duck;

/// <summary>A condition on rows as SQL.</summary>
/// <param name="Fields">Columns that it reads.</param>
/// <param name="Series">The series that can have rows for which it holds.</param>
internal sealed record RowFilter(
    string Sql, IReadOnlyList<DuckDBParameter> Parameters, IReadOnlyCollection<FieldColumn> Fields, IReadOnlyList<int> Series)
{
    /// <summary>Two filters of the same key hold for the same rows.</summary>
    public string Key { get; } = string.Join('\0', Parameters.Select(parameter => $"{parameter.Value}").Prepend(Sql));
}
