using System.Collections.Immutable;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>DELETE, DROP MEASUREMENT and DROP SERIES.</summary>
internal sealed class DeleteParser(Parser parser)
{
    /// <summary>What follows DELETE.</summary>
    public Statement.Deletion Delete() => Series(isDrop: false);

    /// <summary>What follows DROP.</summary>
    public Statement.Deletion Drop()
    {
        Token what = parser.Next();
        switch (what.Kind == TokenKind.Keyword ? what.Text : "")
        {
            case "MEASUREMENT":
                return new Statement.Deletion(Statement.DeletionKind.Measurement, [new Source(null, null, parser.Identifier(), null)], null);
            case "SERIES":
                return Series(isDrop: true);
            case "CONTINUOUS" or "DATABASE" or "RETENTION" or "SHARD" or "SUBSCRIPTION" or "USER":
                throw InfluxQlException.NotSupported($"DROP {what.Text}");
            default:
                throw what.Unexpected("CONTINUOUS, DATABASE, MEASUREMENT, RETENTION, SERIES, SHARD, SUBSCRIPTION, USER");
        }
    }

    private Statement.Deletion Series(bool isDrop)
    {
        ImmutableArray<Source> sources = parser.Accept("FROM") ? parser.SeparatedByCommas(Measurement) : [];
        Token next = parser.Peek();
        Expression? where = parser.Where();
        if (sources.IsEmpty && where is null)
        {
            throw next.Unexpected("FROM, WHERE");
        }

        return new Statement.Deletion(isDrop ? Statement.DeletionKind.Series : Statement.DeletionKind.Points, sources, where);
    }

    private Source Measurement()
    {
        if (parser.Peek().Is("("))
        {
            throw parser.Next().Unexpected("identifier");
        }

        Source source = parser.Source();
        return !string.IsNullOrEmpty(source.Policy) ? throw Refused("retention policy")
            : source.Database is not null ? throw Refused("database")
            : source;
    }

    // As influxd: of a name with both, it is the retention policy that is complained of.
    private static InfluxQlException Refused(string what) => new($"error parsing query: {what} not supported at line 1, char 1", isParseError: true);
}
