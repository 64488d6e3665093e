using System.Collections.Immutable;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>What a SELECT reads: a measurement of the store, or the answer of an inner SELECT.</summary>
internal sealed class Relation
{
    private readonly RowsSql _rows;

    /// <param name="rows">The rows of the measurement as SQL.</param>
    /// <param name="last">The newest values of fields by series.</param>
    public Relation(
        MeasurementSchema measurement, StoredRows rows,
        Func<IReadOnlyList<FieldColumn>, IReadOnlyList<IReadOnlyDictionary<int, LastValue>>?> last)
        : this(measurement.Name, measurement.Fields, measurement.Series, measurement.TagKeys, rows.Rows) => Last = last;

    private Relation(
        string name, ImmutableArray<FieldColumn> fields, ImmutableArray<Series> series, ImmutableArray<string> tagKeys, RowsSql rows) =>
        (Name, Fields, Series, TagKeys, _rows) = (name, fields, series, tagKeys, rows);

    private delegate string RowsSql(IReadOnlyList<FieldColumn> fields, string series, long? from, long until);

    public string Name { get; }

    public ImmutableArray<FieldColumn> Fields { get; }

    public ImmutableArray<Series> Series { get; }

    /// <summary>Tag keys that a wildcard spreads over, in the order of the bytes.</summary>
    public ImmutableArray<string> TagKeys { get; }

    /// <summary>
    /// An inner SELECT: its times may be bucket starts before the range of the query, which is no reason to leave them out,
    /// and rows of one series may share an instant, so they carry their number in a column <c>nr</c>.
    /// </summary>
    public bool IsDerived { get; private init; }

    /// <summary>The newest value of each of some fields, by series; null where none are remembered.</summary>
    public Func<IReadOnlyList<FieldColumn>, IReadOnlyList<IReadOnlyDictionary<int, LastValue>>?>? Last { get; }

    /// <summary>The rows themselves where they are few and lie here; null where they are the engine's.</summary>
    public IReadOnlyList<InnerRow>? Here { get; private init; }

    /// <summary>Parameters of the SQL of <see cref="Rows"/>.</summary>
    public IReadOnlyList<DuckDBParameter> Parameters { get; private init; } = [];

    /// <param name="table">SQL of a table with <c>series</c>, <c>ts</c>, <c>nr</c> and a column per field.</param>
    /// <param name="parameters">Of that SQL.</param>
    public static Relation Derived(
        string name, ImmutableArray<FieldColumn> fields, ImmutableArray<Series> series, ImmutableArray<string> tagKeys, string table,
        IReadOnlyList<DuckDBParameter> parameters) =>
        new(name, fields, series, tagKeys, (columns, where, _, _) =>
            $"(SELECT series, ts, nr{string.Concat(columns.Select(field => $", {field.Column}"))} FROM {table} WHERE {where})")
        {
            IsDerived = true,
            Parameters = parameters,
        };

    /// <summary>The same, where the rows lie here and go into a table only when SQL is to read them.</summary>
    /// <param name="table">Makes the table and names it.</param>
    public static Relation Inner(
        string name, ImmutableArray<FieldColumn> fields, ImmutableArray<Series> series, ImmutableArray<string> tagKeys,
        IReadOnlyList<InnerRow>? rows, Func<string> table)
    {
        var made = new Lazy<string>(table, isThreadSafe: false);
        return new Relation(name, fields, series, tagKeys, (columns, where, _, _) => Derived(name, fields, series, tagKeys, made.Value, []).Rows(columns, where, null, long.MaxValue))
        {
            IsDerived = true,
            Here = rows,
        };
    }

    public FieldColumn? Field(string key) => Fields.FirstOrDefault(field => field.Key == key);

    /// <summary>A FROM clause with a row per series and instant; a derived relation may have several.</summary>
    /// <param name="series">A condition on <c>series</c>.</param>
    /// <param name="from">Instants before are left out, but not those of a derived relation.</param>
    public string Rows(IReadOnlyList<FieldColumn> fields, string series, long? from, long until) => _rows(fields, series, from, until);
}
