namespace EdgeDePin.Storage.InfluxQl;

/// <summary>The answer to a query text: one result per statement, or the reason why none was run.</summary>
/// <param name="Error">The text is no InfluxQL; <see cref="Statements"/> is empty then. HTTP says 400.</param>
public sealed record QueryResult(IReadOnlyList<StatementResult> Statements, string? Error = null)
{
    /// <summary>The rows of every series, for those to whom no answer is not the same as an empty one.</summary>
    /// <exception cref="StoreException">The text or one of its statements has no answer.</exception>
    public IEnumerable<FieldValue?[]> Rows() => (Error ?? Statements.Select(one => one.Error).FirstOrDefault(error => error is not null)) is { } error
        ? throw new StoreException($"The store does not answer: {error.TrimEnd('.')}. If it does not later either, stop the node and run 'edgedepin store check'.")
        : Statements.SelectMany(one => one.Series).SelectMany(one => one.Rows);
}

/// <param name="Id">Position in the query text, from 0.</param>
/// <param name="Error">Why this statement has no answer; HTTP says 200 all the same.</param>
/// <param name="ReadOnlyText">Of a statement that changes something: its text, for the warning to clients that sent it by GET.</param>
/// <param name="Sql">The SQL that answered it, in the order in which it was run.</param>
public sealed record StatementResult(
    int Id, IReadOnlyList<ResultSeries> Series, string? Error = null, string? ReadOnlyText = null, IReadOnlyList<string>? Sql = null)
{
    /// <summary>More of this statement follows in another chunk.</summary>
    internal bool IsPartial { get; init; }
}

/// <summary>A table of an answer.</summary>
/// <param name="Name">The measurement; null where the table is about none.</param>
/// <param name="Tags">What GROUP BY grouped by, sorted by key; null without.</param>
/// <param name="Columns">Their names; the first of a SELECT is <c>time</c> or its alias.</param>
/// <param name="Rows">A value per column; null is "none".</param>
/// <param name="HasTime">The first value of each row is an instant in ns since 1970.</param>
/// <param name="Zone">What times are written in where they are texts; null is UTC.</param>
public sealed record ResultSeries(
    string? Name, IReadOnlyList<Tag>? Tags, IReadOnlyList<string> Columns, IReadOnlyList<FieldValue?[]> Rows,
    bool HasTime = false, TimeZoneInfo? Zone = null)
{
    /// <summary>More rows of this series follow in another chunk.</summary>
    internal bool IsPartial { get; init; }
}
