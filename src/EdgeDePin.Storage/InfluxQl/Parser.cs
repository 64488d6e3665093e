using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Statements of InfluxQL 1.x, as far as this store answers them; the rest is refused by name.</summary>
internal sealed class Parser
{
    private const int MaxDepth = 16;

    private readonly Lexer _lexer;
    private readonly ExpressionParser _expressions;
    private int _depth;

    private Parser(string text, IReadOnlyDictionary<string, Expression> parameters)
    {
        _lexer = new Lexer(text);
        _expressions = new ExpressionParser(_lexer, parameters);
    }

    /// <exception cref="InfluxQlException">Not InfluxQL, or a statement that this store does not know.</exception>
    public static IReadOnlyList<Statement> Parse(string text, IReadOnlyDictionary<string, Expression>? parameters = null)
    {
        var parser = new Parser(text.Trim(), parameters ?? FrozenDictionary<string, Expression>.Empty);
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
                    return new ShowParser(this).Parse();
                case "CREATE":
                    return Create();
                case "ALTER":
                    return Accept("RETENTION") ? RetentionPolicy(create: false) : throw _lexer.Peek().Unexpected("RETENTION");
                case "EXPLAIN":
                    bool analyze = Accept("ANALYZE");
                    Expect("SELECT");
                    return new Statement.Explain(Select(), analyze);
                case "DELETE":
                    throw InfluxQlException.NotSupported("DELETE");
                case "DROP" or "GRANT" or "REVOKE" or "SET" or "KILL":
                    throw InfluxQlException.NotSupported($"{first.Text} {_lexer.Peek().Text.ToUpperInvariant()}");
            }
        }
        else if (first.IsWord("SHOW"))
        {
            return new ShowParser(this).Parse();
        }

        throw first.Unexpected("SELECT, DELETE, SHOW, CREATE, DROP, EXPLAIN, GRANT, REVOKE, ALTER, SET, KILL");
    }

    private Statement Create()
    {
        Token what = _lexer.Next();
        return what.Text switch
        {
            "DATABASE" when what.Kind == TokenKind.Keyword => CreateDatabase(),
            "RETENTION" when what.Kind == TokenKind.Keyword => RetentionPolicy(create: true),
            "USER" or "CONTINUOUS" or "SUBSCRIPTION" when what.Kind == TokenKind.Keyword => throw InfluxQlException.NotSupported($"CREATE {what.Text}"),
            _ => throw what.Unexpected("CONTINUOUS, DATABASE, USER, RETENTION, SUBSCRIPTION"),
        };
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

    private Statement.RetentionPolicy RetentionPolicy(bool create)
    {
        Expect("POLICY");
        string name = Identifier();
        Expect("ON");
        string database = Identifier();
        long? duration = null;
        bool isDefault = false;
        while (_lexer.Peek().Kind == TokenKind.Keyword || _lexer.Peek().IsWord("SHARD"))
        {
            Token option = _lexer.Next();
            switch (option.Text)
            {
                case "DURATION":
                    duration = RetentionDuration();
                    break;
                case "SHARD":
                    Expect("DURATION");
                    RetentionDuration();
                    break;
                case "REPLICATION":
                    Count();
                    break;
                case "DEFAULT":
                    isDefault = true;
                    break;
                default:
                    throw option.Unexpected("DURATION, REPLICATION, SHARD, DEFAULT");
            }
        }

        return new Statement.RetentionPolicy(create, name, database, duration, isDefault);
    }

    private long RetentionDuration()
    {
        Token token = _lexer.Next();
        return token.Is("INF") ? 0
            : token.Kind == TokenKind.Duration && TimeLiterals.Duration(token.Text) is { } duration ? duration
            : throw token.Unexpected("duration");
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
        (bool ordered, bool descending) = OrderBy();
        Limits limits = Limits();
        TimeZoneInfo? zone = Zone();
        TimeBuckets? buckets = dimensions.Time is { } time ? time with { Zone = zone } : null;
        return new Statement.Select(fields, sources, where, dimensions with { Time = buckets }, fill, descending, ordered, limits, zone);
    }

    private TimeZoneInfo? Zone()
    {
        if (!_lexer.Peek().IsWord("tz"))
        {
            return null;
        }

        _lexer.Next();
        Expect("(");
        Token name = _lexer.Next();
        if (name.Kind != TokenKind.Text)
        {
            throw name.Unexpected("string");
        }

        Expect(")");
        return TimeZoneInfo.TryFindSystemTimeZoneById(name.Text, out TimeZoneInfo? zone)
            ? zone
            : throw new InfluxQlException($"error parsing query: unable to find time zone {name.Text}", isParseError: true);
    }

    private SelectField SelectField()
    {
        Token first = _lexer.Peek();
        Expression expression = _expressions.Parse();
        return expression.Comparison is { } comparison
            ? throw new InfluxQlException(
                $"error parsing query: invalid operator {comparison} in SELECT clause at line {first.Line}, char {first.Column}; operator is intended for WHERE clause", isParseError: true)
            : new SelectField(expression, Accept("AS") ? Identifier() : null);
    }

    internal Token Peek() => _lexer.Peek();

    internal Token Next() => _lexer.Next();

    internal Expression? Where() => Accept("WHERE") ? _expressions.Parse() : null;

    internal Source Source()
    {
        if (Accept("("))
        {
            if (++_depth > MaxDepth)
            {
                throw new InfluxQlException($"error parsing query: subqueries nested deeper than {MaxDepth}", isParseError: true);
            }

            Expect("SELECT");
            Statement.Select inner = Select();
            Expect(")");
            _depth--;
            return new Source(null, null, null, null, inner);
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
            : parts[^1] is null && regex is null
                ? throw _lexer.Peek().Unexpected("identifier")
                : new Source(parts.Count == 3 ? parts[0] : null, parts.Count > 1 ? parts[^2] : null, parts[^1], regex);
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
                case Expression.Name { IsTime: true }:
                    throw new InfluxQlException("time() is a function and expects at least one argument");
                case Expression.Name name:
                    tags.Add(name.Key);
                    break;
                case Expression.Call { Function: "time" } when time is not null:
                    throw new InfluxQlException("multiple time dimensions not allowed");
                case Expression.Call { Function: "time" } call:
                    time = Buckets(call);
                    break;
                case Expression.Call:
                    throw new InfluxQlException("only time() calls allowed in dimensions");
                default:
                    throw new InfluxQlException("only time and tag dimensions allowed");
            }
        }

        return new Dimensions(time, tags.ToImmutable(), regexes.ToImmutable(), all);
    }

    // A bucket of no length is no grouping.
    private static TimeBuckets? Buckets(Expression.Call call) => call.Arguments switch
    {
        [Expression.Duration { Nanoseconds: <= 0 }] => null,
        [Expression.Duration length] => new TimeBuckets(length.Nanoseconds, 0),
        [Expression.Duration { Nanoseconds: > 0 } length, Expression.Duration offset] =>
            new TimeBuckets(length.Nanoseconds, offset.Nanoseconds % length.Nanoseconds),
        [Expression.Duration, Expression.Call { Function: "now" }] => throw InfluxQlException.NotSupported("now() as offset of time()"),
        [Expression.Duration, _] => throw new InfluxQlException("time dimension offset must be duration or now()"),
        [_] or [_, _] => throw new InfluxQlException("time dimension must have duration argument"),
        _ => throw new InfluxQlException("time dimension expected 1 or 2 arguments"),
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
            Expression.Name { Key: "linear" } => new Fill.Linear(),
            Expression.Integer integer => new Fill.Value(integer.Value),
            Expression.Number number => new Fill.Value(number.Value),
            _ => throw new InfluxQlException("error parsing query: expected number argument in fill()", isParseError: true),
        };
    }

    internal (bool Ordered, bool Descending) OrderBy()
    {
        if (!Accept("ORDER"))
        {
            return (false, false);
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

            return (true, Accept("DESC") || (Accept("ASC") && false));
        }

        return (true, Accept("DESC") || (Accept("ASC") ? false : throw what.Unexpected("identifier, ASC, DESC")));
    }

    internal Limits Limits()
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

    // WITH KEY = "k", =~ /re/, IN ("a", "b"): a comparison of the word itself, so that it is evaluated like any other.
    internal Expression With(string word)
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

    internal ImmutableArray<T> SeparatedByCommas<T>(Func<T> item)
    {
        ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>();
        do
        {
            items.Add(item());
        }
        while (Accept(","));
        return items.ToImmutable();
    }

    internal string Identifier()
    {
        Token token = _lexer.Next();
        return token.Kind == TokenKind.Identifier ? token.Text : throw token.Unexpected("identifier");
    }

    internal bool Accept(string symbolOrKeyword)
    {
        bool accepted = _lexer.Peek().Is(symbolOrKeyword);
        if (accepted)
        {
            _lexer.Next();
        }

        return accepted;
    }

    internal void Expect(string symbolOrKeyword)
    {
        Token token = _lexer.Next();
        if (!token.Is(symbolOrKeyword))
        {
            throw token.Unexpected(symbolOrKeyword);
        }
    }
}
