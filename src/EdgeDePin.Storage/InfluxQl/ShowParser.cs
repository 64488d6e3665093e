using System.Collections.Immutable;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>The statements that begin with SHOW.</summary>
internal sealed class ShowParser(Parser parser)
{
    public Statement Parse()
    {
        Token first = parser.Next();
        switch (first.Text.ToUpperInvariant())
        {
            case "DATABASES":
                return new Statement.ShowDatabases();
            case "RETENTION":
                parser.Expect("POLICIES");
                return new Statement.ShowRetentionPolicies(On());
            case "MEASUREMENTS":
                return Content("MEASUREMENTS");
            case "MEASUREMENT":
                return Cardinality("MEASUREMENT");
            case "SERIES" when parser.Peek().Is("CARDINALITY") || parser.Peek().Is("EXACT"):
                return Cardinality("SERIES");
            case "SERIES":
                return Content("SERIES");
            case "FIELD" when parser.Accept("KEYS"):
                return Content("FIELD KEYS");
            case "FIELD" when parser.Accept("KEY"):
                return Cardinality("FIELD KEY");
            case "TAG" when parser.Accept("KEYS"):
                return Content("TAG KEYS");
            case "TAG" when parser.Accept("KEY"):
                return Cardinality("TAG KEY");
            case "TAG" when parser.Accept("VALUES"):
                return parser.Peek().Is("CARDINALITY") || parser.Peek().Is("EXACT") ? Cardinality("TAG VALUES") : Content("TAG VALUES");
            case "TAG":
                throw parser.Next().Unexpected("KEYS, VALUES");
            case "FIELD":
                throw parser.Next().Unexpected("KEYS");
            case "USERS":
                return Table(null, null, "user", "admin");
            case "CONTINUOUS":
                parser.Expect("QUERIES");
                return Table(null, "", "name", "query");
            case "QUERIES":
                return Table(null, null, "qid", "query", "database", "duration", "status");
            case "SUBSCRIPTIONS":
                return new Statement.Fixed(null, null);
            case "GRANTS" or "DIAGNOSTICS" or "SHARD" or "SHARDS" or "STATS":
                throw InfluxQlException.NotSupported($"SHOW {first.Text.ToUpperInvariant()}");
            default:
                throw first.Unexpected("CONTINUOUS, DATABASES, DIAGNOSTICS, FIELD, GRANTS, MEASUREMENT, MEASUREMENTS, QUERIES, RETENTION, SERIES, SHARD, SHARDS, STATS, SUBSCRIPTIONS, TAG, USERS");
        }
    }

    private static Statement.Fixed Table(string? database, string? name, params string[] columns) =>
        new(database, new ResultSeries(name, null, columns, []));

    private Statement.Show Content(string subject)
    {
        string? database = On();
        Expression? measurement = subject == "MEASUREMENTS" && parser.Accept("WITH") ? parser.With("MEASUREMENT") : null;
        ImmutableArray<Source> sources = From();
        Expression? key = subject == "TAG VALUES" ? Key() : null;
        Expression? where = parser.Where();
        parser.OrderBy();
        return new Statement.Show(subject, database, sources, key, measurement, where, parser.Limits());
    }

    private Statement.Show Cardinality(string subject)
    {
        bool exact = parser.Accept("EXACT");
        parser.Expect("CARDINALITY");
        string? database = On();
        ImmutableArray<Source> sources = From();
        Expression? key = subject == "TAG VALUES" ? Key() : null;
        Expression? where = parser.Where();
        // Estimates of InfluxDB are one number for the whole database; here all are exact.
        string whole = exact || !sources.IsEmpty || where is not null ? " EXACT" : "";
        return new Statement.Show($"{subject}{whole} CARDINALITY", database, sources, key, null, where, parser.Limits());
    }

    private string? On() => parser.Accept("ON") ? parser.Identifier() : null;

    private ImmutableArray<Source> From() => parser.Accept("FROM") ? parser.SeparatedByCommas(parser.Source) : [];

    private Expression Key()
    {
        parser.Expect("WITH");
        return parser.With("KEY");
    }
}
