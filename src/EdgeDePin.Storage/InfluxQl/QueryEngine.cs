using System.Collections.Immutable;
using System.Globalization;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Answers InfluxQL over one view of the store.</summary>
/// <param name="delete">Null where nothing may be deleted.</param>
/// <param name="renew">Gives another view in the place of the first, after something was deleted.</param>
internal sealed class QueryEngine(ReadSession session, string database, PointDeleter? delete = null, Func<ReadSession>? renew = null)
{
    private ReadSession _session = session;

    /// <param name="requested">The database of the request.</param>
    /// <param name="parameters">Values of <c>$name</c>.</param>
    public QueryResult Answer(string text, long now, string? requested, IReadOnlyDictionary<string, Expression>? parameters = null)
    {
        IReadOnlyList<Statement> statements;
        try
        {
            statements = Parser.Parse(text, parameters);
        }
        catch (InfluxQlException error)
        {
            return error.IsParseError
                ? new QueryResult([], error.Message)
                : new QueryResult([new StatementResult(0, [], error.Message)]);
        }

        var results = new List<StatementResult>(statements.Count);
        for (int at = 0; at < statements.Count; at++)
        {
            // As in InfluxDB, what follows a statement that failed is not run.
            results.Add(at > 0 && results[at - 1].Error is not null
                ? new StatementResult(at, [], "not executed")
                : Answer(statements[at], at, now, requested));
        }

        return new QueryResult(results);
    }

    private StatementResult Answer(Statement statement, int id, long now, string? requested)
    {
        var sql = new List<string>();
        var context = new SelectContext(_session.Connection, now, sql.Add);
        try
        {
            IReadOnlyList<ResultSeries> series = statement switch
            {
                Statement.Select select => Select(select, context, requested),
                Statement.Explain explain => Explain(explain, context, sql, requested),
                Statement.Show show => Show(show, requested),
                Statement.ShowDatabases =>
                    [new ResultSeries("databases", null, ["name"], [[FieldValue.String(database)]])],
                Statement.ShowRetentionPolicies policies => RetentionPolicies(policies, requested),
                Statement.CreateDatabase create => Create(create),
                Statement.RetentionPolicy policy => Keep(policy),
                Statement.Deletion deletion => Delete(deletion, now, requested),
                Statement.Fixed fixedAnswer => Of(fixedAnswer, requested),
                _ => [],
            };
            return new StatementResult(id, series, ReadOnlyText: (statement as Statement.CreateDatabase)?.ToInfluxQl() ?? (statement as Statement.Deletion)?.Warning, Sql: sql);
        }
        catch (InfluxQlException error)
        {
            return new StatementResult(id, [], error.Message, Sql: sql);
        }
        catch (Exception error) when (error is DuckDBException or IOException)
        {
            // An overflow of a sum, or the memory limit: the query's own fault, and no reason to fail the others.
            return new StatementResult(id, [], $"query failed: {error.Message.Split('\n')[0]}", Sql: sql);
        }
    }

    private IReadOnlyList<ResultSeries> Select(Statement.Select select, SelectContext context, string? requested)
    {
        CheckSources(select.Sources, requested);
        var inner = new InnerSelect(context);
        return new SelectQuery(context, select, Relations(select, context, inner, range: null), outer: null).Run();
    }

    // Inner statements are answered first, innermost of all.
    private List<Relation> Relations(Statement.Select select, SelectContext context, InnerSelect inner, TimeRange? range)
    {
        List<Relation> relations = [.. Measurements(select.Sources)
            .Select(measurement => new Relation(
                measurement, new StoredRows(measurement, StoredRows.FirstOf(_session.Connection, measurement)), (fields, filter) => _session.Last(measurement, fields, filter)))];
        TimeRange own = TimeRange.Split(select.Where, context.Now, select.Zone).Range;
        own = range is null ? own : own.And(range);
        foreach (Statement.Select nested in select.Sources.Select(source => source.Inner).OfType<Statement.Select>())
        {
            (Statement.Select inherited, bool inheritedBuckets) = InnerSelect.Inherit(nested, select);
            List<Relation> below = Relations(inherited, context, inner, own);
            var query = new SelectQuery(context, inherited, below, own, inheritedBuckets);
            bool OwnTag(string key) =>
                nested.Dimensions.All || !nested.Dimensions.Regexes.IsEmpty || nested.Dimensions.Tags.Contains(key, StringComparer.Ordinal);
            // One relation in one SQL text, or all of them by way of a table.
            Relation? direct = below is [var only] ? query.AsRelation(only, OwnTag) : null;
            relations.AddRange(direct is not null ? [direct] : inner.Relations(query.Run(), OwnTag));
        }

        return relations;
    }

    private void CheckSources(ImmutableArray<Source> sources, string? requested)
    {
        foreach (Source source in sources)
        {
            if (source.Inner is not null)
            {
                CheckSources(source.Inner.Sources, requested);
                continue;
            }

            CheckDatabase(source.Database ?? requested);
        }
    }

    // InfluxDB prints its iterators; what a reader of this store wants to see is the SQL.
    private List<ResultSeries> Explain(Statement.Explain explain, SelectContext context, List<string> sql, string? requested)
    {
        IReadOnlyList<ResultSeries> answer = Select(explain.Explained, context, requested);
        IEnumerable<string> lines = explain.Analyze
            ? [.. sql, string.Create(CultureInfo.InvariantCulture, $"SERIES: {answer.Count}"), string.Create(CultureInfo.InvariantCulture, $"ROWS: {answer.Sum(series => series.Rows.Count)}")]
            : sql;
        return [new ResultSeries(null, null, [explain.Analyze ? "EXPLAIN ANALYZE" : "QUERY PLAN"], [.. lines.Select(line => (FieldValue?[])[FieldValue.String(line)])])];
    }

    private IReadOnlyList<ResultSeries> Show(Statement.Show show, string? requested)
    {
        CheckDatabase(show.Database ?? requested);
        return ShowAnswer.Of(show, show.Sources.IsEmpty ? [.. _session.Schema.Values] : Measurements(show.Sources));
    }

    private IReadOnlyList<ResultSeries> Of(Statement.Fixed answer, string? requested)
    {
        if (answer.Database is not null)
        {
            CheckDatabase(answer.Database.Length > 0 ? answer.Database : requested);
        }

        return answer.Answer is null ? [] : [answer.Answer.Name is "" ? answer.Answer with { Name = database } : answer.Answer];
    }

    private IReadOnlyList<ResultSeries> Create(Statement.CreateDatabase create) => create.Name == database ? []
        : throw new InfluxQlException(
            $"this node keeps one database, {ExpressionText.Identifier(database)}, and cannot create {ExpressionText.Identifier(create.Name)}; name the one it has");

    private IReadOnlyList<ResultSeries> Keep(Statement.RetentionPolicy policy)
    {
        CheckDatabase(policy.Database);
        return policy is { Name: "autogen", Duration: null or 0 } ? []
            : throw new InfluxQlException(
                "this node keeps one retention policy, autogen; how long it keeps points is set in the options of its store");
    }

    private IReadOnlyList<ResultSeries> RetentionPolicies(Statement.ShowRetentionPolicies policies, string? requested)
    {
        CheckDatabase(policies.Database ?? requested);
        return
        [
            new ResultSeries(null, null, ["name", "duration", "shardGroupDuration", "replicaN", "default"],
                [[FieldValue.String("autogen"), FieldValue.String("0s"), FieldValue.String("168h0m0s"), 1L, true]]),
        ];
    }

    private IReadOnlyList<ResultSeries> Delete(Statement.Deletion deletion, long now, string? requested)
    {
        if (requested != database)
        {
            throw new InfluxQlException($"database not found: {requested}");
        }

        if (delete is null)
        {
            throw new InfluxQlException($"not authorized to execute statement '{deletion.ToInfluxQl()}', requires WRITE on {database}");
        }

        new Deletions(delete).Run(deletion, deletion.Sources.IsEmpty ? [.. _session.Schema.Values] : Measurements(deletion.Sources), now);
        _session = renew?.Invoke() ?? _session;
        return [];
    }

    private List<MeasurementSchema> Measurements(ImmutableArray<Source> sources)
    {
        var found = new SortedDictionary<string, MeasurementSchema>(Utf8Order.Instance);
        foreach (Source source in sources)
        {
            if (source.Inner is not null || source.Policy is not (null or "autogen"))
            {
                continue;
            }

            if (source.Name is not null)
            {
                if (_session.Schema.TryGetValue(source.Name, out MeasurementSchema? measurement))
                {
                    found[measurement.Name] = measurement;
                }

                continue;
            }

            Func<string, bool> matches = TagRegex.Matcher(source.Regex!);
            foreach (MeasurementSchema measurement in _session.Schema.Values.Where(measurement => matches(measurement.Name)))
            {
                found[measurement.Name] = measurement;
            }
        }

        return [.. found.Values];
    }

    private void CheckDatabase(string? named)
    {
        if (string.IsNullOrEmpty(named))
        {
            throw new InfluxQlException("database name required");
        }

        if (named != database)
        {
            throw new InfluxQlException($"database not found: {named}");
        }
    }
}
