using System.Collections.Immutable;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Answers InfluxQL over one connection and one snapshot of the schema.</summary>
internal sealed class QueryEngine(
    DuckDBConnection connection, ImmutableSortedDictionary<string, MeasurementSchema> schema, string database)
{
    public QueryResult Answer(string text, long now, string? requested)
    {
        IReadOnlyList<Statement> statements;
        try
        {
            statements = Parser.Parse(text);
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
        try
        {
            return new StatementResult(id, statement switch
            {
                Statement.Select select => Select(select, now, requested),
                Statement.Show show => Show(show, requested),
                Statement.ShowDatabases =>
                    [new ResultSeries("databases", null, ["name"], [[FieldValue.String(database)]])],
                Statement.ShowRetentionPolicies policies => RetentionPolicies(policies, requested),
                _ => [],
            });
        }
        catch (InfluxQlException error)
        {
            return new StatementResult(id, [], error.Message);
        }
        catch (DuckDBException error)
        {
            // An overflow of a sum, or the memory limit: the query's own fault, and no reason to fail the others.
            return new StatementResult(id, [], $"query failed: {error.Message.Split('\n')[0]}");
        }
    }

    private IReadOnlyList<ResultSeries> Select(Statement.Select select, long now, string? requested)
    {
        foreach (Source source in select.Sources)
        {
            CheckDatabase(source.Database ?? requested);
        }

        return new SelectQuery(connection, select, Measurements(select.Sources), now).Run();
    }

    private IReadOnlyList<ResultSeries> Show(Statement.Show show, string? requested)
    {
        CheckDatabase(show.Database ?? requested);
        return ShowAnswer.Of(show, show.Sources.IsEmpty ? [.. schema.Values] : Measurements(show.Sources));
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

    private List<MeasurementSchema> Measurements(ImmutableArray<Source> sources)
    {
        var found = new SortedDictionary<string, MeasurementSchema>(Utf8Order.Instance);
        foreach (Source source in sources)
        {
            if (source.Name is not null)
            {
                if (schema.TryGetValue(source.Name, out MeasurementSchema? measurement))
                {
                    found[measurement.Name] = measurement;
                }

                continue;
            }

            Func<string, bool> matches = TagRegex.Matcher(source.Regex!);
            foreach (MeasurementSchema measurement in schema.Values.Where(measurement => matches(measurement.Name)))
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
