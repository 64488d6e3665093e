using System.Collections.Immutable;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>A measurement by name, or all whose name matches. The database, where one is named, must be the store's.</summary>
internal sealed record Source(string? Database, string? Name, string? Regex);

internal sealed record SelectField(Expression Expression, string? Alias);

/// <summary>What empty buckets of GROUP BY time become.</summary>
internal abstract record Fill
{
    private Fill()
    {
    }

    public sealed record Nothing : Fill;
    public sealed record Null : Fill;
    public sealed record Previous : Fill;
    public sealed record Value(double Number) : Fill;
}

/// <param name="Nanoseconds">Length of a bucket; at least 1.</param>
/// <param name="Offset">Shift of the grid in ns.</param>
internal sealed record TimeBuckets(long Nanoseconds, long Offset)
{
    /// <summary>The start of the bucket that holds an instant.</summary>
    public long StartOf(long instant)
    {
        Int128 shifted = (Int128)instant - Offset;
        Int128 start = instant - (((shifted % Nanoseconds) + Nanoseconds) % Nanoseconds);
        return start < long.MinValue ? long.MinValue : (long)start;
    }
}

/// <param name="All">GROUP BY *.</param>
internal sealed record Dimensions(TimeBuckets? Time, ImmutableArray<string> Tags, ImmutableArray<string> Regexes, bool All);

/// <param name="Rows">LIMIT and OFFSET, per series; null is no limit.</param>
/// <param name="Series">SLIMIT and SOFFSET.</param>
internal sealed record Limits(long? Rows, long RowOffset, long? Series, long SeriesOffset);

internal abstract record Statement
{
    private Statement()
    {
    }

    public sealed record Select(
        ImmutableArray<SelectField> Fields, ImmutableArray<Source> Sources, Expression? Where, Dimensions Dimensions,
        Fill? Fill, bool Descending, Limits Limits) : Statement;

    /// <summary>SHOW about the content of a database.</summary>
    /// <param name="Subject"><c>MEASUREMENTS</c>, <c>TAG KEYS</c>, <c>TAG VALUES</c> or <c>FIELD KEYS</c>.</param>
    /// <param name="Key">Which tag keys SHOW TAG VALUES is about.</param>
    /// <param name="Measurement">What follows WITH MEASUREMENT.</param>
    public sealed record Show(
        string Subject, string? Database, ImmutableArray<Source> Sources, Expression? Key, Expression? Measurement,
        Expression? Where, Limits Limits) : Statement;

    public sealed record ShowDatabases : Statement;
    public sealed record ShowRetentionPolicies(string? Database) : Statement;
    public sealed record CreateDatabase(string Name) : Statement;
}
