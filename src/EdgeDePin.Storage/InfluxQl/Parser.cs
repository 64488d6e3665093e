using System.Collections.Immutable;
using System.Globalization;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Statements of InfluxQL 1.x, as far as this store answers them; the rest is refused by name.</summary>
internal sealed class Parser
{
    private readonly Lexer _lexer;
    private readonly ExpressionParser _expressions;

    private Parser(string text)
    {
        _lexer = new Lexer(text);
        _expressions = new ExpressionParser(_lexer);
    }

    /// <exception cref="InfluxQlException">Not InfluxQL, or a statement that this store does not know.</exception>
    public static IReadOnlyList<Statement> Parse(string text)
    {
        var parser = new Parser(text.Trim());
        var statements = new List<Statement>();
        while (parser._lexer.Peek().Kind != TokenKind.End)
        {
            if (parser.Accept(";"))
            {
                continue;
            }

            statements.Add(parser.ParseStatement());
            Token end = parser._lexer.Peek();
            if (end.Kind != TokenKind.End && !end.Is(";"))
            {
                throw end.Unexpected(";, EOF");
            }
        }

        return statements;
    }

    private Statement ParseStatement()
    {
        Token first = _lexer.Next();
        if (first.Kind == TokenKind.Keyword)
        {
            switch (first.Text)
            {
                case "SELECT":
                    return Select();
                case "SHOW":
                    return Show();
                case "CREATE":
                    Token what = _lexer.Next();
                    return what.Is("DATABASE") ? CreateDatabase() : throw InfluxQlException.NotSupported($"CREATE {what.Text}");
                case "DELETE" or "DROP" or "EXPLAIN" or "GRANT" or "REVOKE" or "ALTER" or "SET" or "KILL":
                    throw InfluxQlException.NotSupported(first.Text);
            }
        }
        else if (first.IsWord("SHOW"))
        {
            return Show();
        }

        throw first.Unexpected("SELECT, DELETE, SHOW, CREATE, DROP, EXPLAIN, GRANT, REVOKE, ALTER, SET, KILL");
    }

    private Statement.CreateDatabase CreateDatabase()
    {
        string name = Identifier();
        // WITH DURATION .. is about retention, which is the store's own business.
        while (_lexer.Peek() is { Kind: not TokenKind.End } token && !token.Is(";"))
        {
            _lexer.Next();
        }

        return new Statement.CreateDatabase(name);
    }

    private Statement.Select Select()
    {
        ImmutableArray<SelectField> fields = SeparatedByCommas(SelectField);
        if (Accept("INTO"))
        {
            throw InfluxQlException.NotSupported("SELECT INTO");
        }

        Expect("FROM");
        ImmutableArray<Source> sources = SeparatedByCommas(Source);
        Expression? where = Accept("WHERE") ? _expressions.Parse() : null;
        Dimensions dimensions = GroupBy();
        Fill? fill = FillClause();
        bool descending = OrderBy();
        Limits limits = Limits();
        return _lexer.Peek().IsWord("tz")
            ? throw InfluxQlException.NotSupported("tz()")
            : new Statement.Select(fields, sources, where, dimensions, fill, descending, limits);
    }

    private SelectField SelectField()
    {
        Expression expression = _expressions.Parse();
        return new SelectField(expression, Accept("AS") ? Identifier() : null);
    }

    private Source Source()
    {
        if (_lexer.Peek().Is("("))
        {
            throw InfluxQlException.NotSupported("a subquery");
        }

        var parts = new List<string?>();
        string? regex = null;
        do
        {
            if (_expressions.Regex() is { } pattern)
            {
                regex = pattern.Regex;
                parts.Add(null);
                break;
            }

            // "db".."m" leaves the retention policy out.
            parts.Add(_lexer.Peek().Is(".") ? null : Identifier());
        }
        while (Accept("."));
        return parts.Count > 3
            ? throw _lexer.Peek().Unexpected("at most three names in a source")
            : new Source(parts.Count == 3 ? parts[0] : null, parts[^1], regex) is { Name: null, Regex: null }
                ? throw _lexer.Peek().Unexpected("identifier")
                : new Source(parts.Count == 3 ? parts[0] : null, parts[^1], regex);
    }

    private Dimensions GroupBy()
    {
        if (!Accept("GROUP"))
        {
            return new Dimensions(null, [], [], false);
        }

        Expect("BY");
        TimeBuckets? time = null;
        bool all = false;
        ImmutableArray<string>.Builder tags = ImmutableArray.CreateBuilder<string>(), regexes = ImmutableArray.CreateBuilder<string>();
        foreach (Expression dimension in SeparatedByCommas(_expressions.Parse))
        {
            switch (dimension)
            {
                case Expression.Wildcard:
                    all = true;
                    break;
                case Expression.Pattern pattern:
                    regexes.Add(pattern.Regex);
                    break;
                case Expression.Name name:
                    tags.Add(name.Key);
                    break;
                case Expression.Call { Function: "time" } when time is not null:
                    throw new InfluxQlException("error parsing query: multiple time dimensions not allowed", isParseError: true);
                case Expression.Call { Function: "time" } call:
                    time = Buckets(call);
                    break;
                default:
                    throw new InfluxQlException("error parsing query: only time and tag dimensions allowed", isParseError: true);
            }
        }

        return new Dimensions(time, tags.ToImmutable(), regexes.ToImmutable(), all);
    }

    private static TimeBuckets Buckets(Expression.Call call) => call.Arguments switch
    {
        [Expression.Duration { Nanoseconds: > 0 } length] => new TimeBuckets(length.Nanoseconds, 0),
        [Expression.Duration { Nanoseconds: > 0 } length, Expression.Duration offset] =>
            new TimeBuckets(length.Nanoseconds, offset.Nanoseconds % length.Nanoseconds),
        [_] or [_, _] => throw new InfluxQlException(
            "error parsing query: time dimension must have a duration above zero, and a duration as offset", isParseError: true),
        _ => throw new InfluxQlException("error parsing query: time dimension expected 1 or 2 arguments", isParseError: true),
    };

    private Fill? FillClause()
    {
        if (!_lexer.Peek().IsWord("fill"))
        {
            return null;
        }

        _lexer.Next();
        Expect("(");
        Expression option = _expressions.Parse();
        Expect(")");
        return option switch
        {
            Expression.Name { Key: "none" } => new Fill.Nothing(),
            Expression.Name { Key: "null" } => new Fill.Null(),
            Expression.Name { Key: "previous" } => new Fill.Previous(),
            Expression.Name { Key: "linear" } => throw InfluxQlException.NotSupported("fill(linear)"),
            Expression.Integer integer => new Fill.Value(integer.Value),
            Expression.Number number => new Fill.Value(number.Value),
            _ => throw new InfluxQlException("error parsing query: expected number argument in fill()", isParseError: true),
        };
    }

    private bool OrderBy()
    {
        if (!Accept("ORDER"))
        {
            return false;
        }

        Expect("BY");
        Token what = _lexer.Peek();
        if (what.Kind == TokenKind.Identifier)
        {
            _lexer.Next();
            if (what.Text != "time")
            {
                throw new InfluxQlException("error parsing query: only ORDER BY time supported at this time", isParseError: true);
            }

            return Accept("DESC") || (Accept("ASC") && false);
        }

        return Accept("DESC") || (Accept("ASC") ? false : throw what.Unexpected("identifier, ASC, DESC"));
    }

    private Limits Limits()
    {
        long? rows = Accept("LIMIT") ? Count() : null;
        long rowOffset = Accept("OFFSET") ? Count() : 0;
        long? series = Accept("SLIMIT") ? Count() : null;
        long seriesOffset = Accept("SOFFSET") ? Count() : 0;
        // A limit of zero is no limit.
        return new Limits(rows == 0 ? null : rows, rowOffset, series == 0 ? null : series, seriesOffset);
    }

    private long Count()
    {
        Token token = _lexer.Next();
        return token.Kind == TokenKind.Integer && long.TryParse(token.Text, CultureInfo.InvariantCulture, out long count)
            ? count
            : throw token.Unexpected("integer");
    }

    private Statement Show()
    {
        Token first = _lexer.Next();
        switch (first.Text.ToUpperInvariant())
        {
            case "DATABASES":
                return new Statement.ShowDatabases();
            case "RETENTION":
                Expect("POLICIES");
                return new Statement.ShowRetentionPolicies(Accept("ON") ? Identifier() : null);
            case "MEASUREMENTS":
                return ShowContent("MEASUREMENTS");
            case "FIELD" when Accept("KEYS"):
                return ShowContent("FIELD KEYS");
            case "TAG" when Accept("KEYS"):
                return ShowContent("TAG KEYS");
            case "TAG" when Accept("VALUES"):
                return ShowContent("TAG VALUES");
            case "TAG" or "FIELD" or "SERIES" or "CONTINUOUS" or "DIAGNOSTICS" or "GRANTS" or "QUERIES" or "SHARD" or "SHARDS"
                or "STATS" or "SUBSCRIPTIONS" or "USERS":
                throw InfluxQlException.NotSupported($"SHOW {first.Text}");
            default:
                throw first.Unexpected("CONTINUOUS, DATABASES, DIAGNOSTICS, FIELD, GRANTS, MEASUREMENT, MEASUREMENTS, QUERIES, RETENTION, SERIES, SHARD, SHARDS, STATS, SUBSCRIPTIONS, TAG, USERS");
        }
    }

    private Statement.Show ShowContent(string subject)
    {
        if (_lexer.Peek().Is("CARDINALITY") || _lexer.Peek().Is("EXACT"))
        {
            throw InfluxQlException.NotSupported($"SHOW {subject} CARDINALITY");
        }

        string? database = Accept("ON") ? Identifier() : null;
        Expression? measurement = subject == "MEASUREMENTS" && Accept("WITH") ? With("MEASUREMENT") : null;
        ImmutableArray<Source> sources = Accept("FROM") ? SeparatedByCommas(Source) : [];
        Expression? key = null;
        if (subject == "TAG VALUES")
        {
            Expect("WITH");
            key = With("KEY");
        }

        Expression? where = Accept("WHERE") ? _expressions.Parse() : null;
        OrderBy();
        return new Statement.Show(subject, database, sources, key, measurement, where, Limits());
    }

    // WITH KEY = "k", =~ /re/, IN ("a", "b"): a comparison of the word itself, so that it is evaluated like any other.
    private Expression With(string word)
    {
        Expect(word);
        var self = new Expression.Name(word);
        if (Accept("IN"))
        {
            Expect("(");
            ImmutableArray<string> names = SeparatedByCommas(Identifier);
            Expect(")");
            return names.Select(Expression (name) => new Expression.Binary("=", self, new Expression.Text(name)))
                .Aggregate((left, right) => new Expression.Binary("OR", left, right));
        }

        Token comparison = _lexer.Next();
        return comparison.Text switch
        {
            "=" or "!=" or "<>" => new Expression.Binary(comparison.Text == "=" ? "=" : "!=", self, new Expression.Text(Identifier())),
            "=~" or "!~" => new Expression.Binary(comparison.Text, self, _expressions.Regex() ?? throw _lexer.Peek().Unexpected("regex")),
            _ => throw comparison.Unexpected("=, !=, =~, !~, IN"),
        };
    }

    private ImmutableArray<T> SeparatedByCommas<T>(Func<T> item)
    {
        ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>();
        do
        {
            items.Add(item());
        }
        while (Accept(","));
        return items.ToImmutable();
    }

    private string Identifier()
    {
        Token token = _lexer.Next();
        return token.Kind == TokenKind.Identifier ? token.Text : throw token.Unexpected("identifier");
    }

    private bool Accept(string symbolOrKeyword)
    {
        bool accepted = _lexer.Peek().Is(symbolOrKeyword);
        if (accepted)
        {
            _lexer.Next();
        }

        return accepted;
    }

    private void Expect(string symbolOrKeyword)
    {
        Token token = _lexer.Next();
        if (!token.Is(symbolOrKeyword))
        {
            throw token.Unexpected(symbolOrKeyword);
        }
    }
}
