using System.Collections.Immutable;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>A measurement by name, or all whose name matches, or the answer of an inner SELECT. The database, where one is named, must be the store's.</summary>
internal sealed record Source(string? Database, string? Policy, string? Name, string? Regex, Statement.Select? Inner = null);

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
    public sealed record Linear : Fill;
    public sealed record Value(double Number) : Fill;
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

    /// <param name="Ordered">ORDER BY was written.</param>
    /// <param name="Zone">What tz() names; null is UTC.</param>
    public sealed record Select(
        ImmutableArray<SelectField> Fields, ImmutableArray<Source> Sources, Expression? Where, Dimensions Dimensions,
        Fill? Fill, bool Descending, bool Ordered, Limits Limits, TimeZoneInfo? Zone) : Statement;

    /// <param name="Analyze">EXPLAIN ANALYZE.</param>
    public sealed record Explain(Select Explained, bool Analyze) : Statement;

    /// <summary>SHOW about the content of a database.</summary>
    /// <param name="Subject"><c>MEASUREMENTS</c>, <c>TAG KEYS</c>, <c>TAG VALUES</c>, <c>FIELD KEYS</c>, <c>SERIES</c>, or one of them with <c>CARDINALITY</c>.</param>
    /// <param name="Key">Which tag keys SHOW TAG VALUES is about.</param>
    /// <param name="Measurement">What follows WITH MEASUREMENT.</param>
    public sealed record Show(
        string Subject, string? Database, ImmutableArray<Source> Sources, Expression? Key, Expression? Measurement,
        Expression? Where, Limits Limits) : Statement;

    public enum DeletionKind
    {
        Points,
        Series,
        Measurement,
    }

    /// <summary>DELETE, DROP SERIES or DROP MEASUREMENT.</summary>
    /// <param name="Sources">Empty is every measurement.</param>
    public sealed record Deletion(DeletionKind Kind, ImmutableArray<Source> Sources, Expression? Where) : Statement
    {
        public string ToInfluxQl() =>
            (Kind switch { DeletionKind.Points => "DELETE", DeletionKind.Series => "DROP SERIES", _ => "DROP MEASUREMENT" })
            + (Sources.IsEmpty ? "" : (Kind == DeletionKind.Measurement ? " " : " FROM ") + string.Join(", ", Sources.Select(source =>
                source.Name is { } name ? ExpressionText.Identifier(name) : ExpressionText.Of(new Expression.Pattern(source.Regex!)))))
            + (Where is null ? "" : $" WHERE {ExpressionText.Of(Where)}");

        /// <summary>What InfluxDB 1.6.7 warns of when it is sent by GET; it does not warn of DELETE.</summary>
        public string? Warning => Kind == DeletionKind.Points ? null : ToInfluxQl();
    }

    public sealed record ShowDatabases : Statement;
    public sealed record ShowRetentionPolicies(string? Database) : Statement;
    public sealed record CreateDatabase(string Name) : Statement
    {
        public string ToInfluxQl() => $"CREATE DATABASE {ExpressionText.Identifier(Name)}";
    }

    /// <summary>CREATE or ALTER RETENTION POLICY; null parts were not given.</summary>
    /// <param name="Duration">In ns; 0 is for ever.</param>
    public sealed record RetentionPolicy(bool Create, string Name, string Database, long? Duration, bool Default) : Statement;

    /// <summary>A statement whose answer is the same whatever the store holds.</summary>
    public sealed record Fixed(string? Database, ResultSeries? Answer) : Statement;
}
