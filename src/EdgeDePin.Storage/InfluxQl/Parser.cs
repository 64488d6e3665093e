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
                throw end.Unexpected(";");
            }
        }

        return statements;
    }

    /// <summary>Whether a text deletes anything; false for one that is no InfluxQL.</summary>
    /// <param name="only">It does nothing else.</param>
    public static bool Deletes(string text, IReadOnlyDictionary<string, Expression> parameters, out bool only)
    {
        only = false;
        if (!text.Contains("DELETE", StringComparison.OrdinalIgnoreCase) && !text.Contains("DROP", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        try
        {
            IReadOnlyList<Statement> statements = Parse(text, parameters);
            only = statements.All(statement => statement is Statement.Deletion);
            return statements.Any(statement => statement is Statement.Deletion);
        }
        catch (InfluxQlException)
        {
            return false;
        }
    }

    private Statement ParseStatement()
    {
        Token first = _lexer.Next();
        if (first.Kind == TokenKind.Keyword)
        {
            switch (first.Text)
            {
                case "SELECT":
                    return new SelectParser(this, _expressions).Parse();
                case "SHOW":
                    return new ShowParser(this).Parse();
                case "CREATE":
                    return Create();
                case "ALTER":
                    return Accept("RETENTION") ? RetentionPolicy(create: false) : throw _lexer.Peek().Unexpected("RETENTION");
                case "EXPLAIN":
                    bool analyze = Accept("ANALYZE");
                    Expect("SELECT");
                    return new Statement.Explain(new SelectParser(this, _expressions).Parse(), analyze);
                case "DELETE":
                    return new DeleteParser(this).Delete();
                case "DROP":
                    return new DeleteParser(this).Drop();
                case "GRANT" or "REVOKE" or "SET" or "KILL":
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
            Statement.Select inner = new SelectParser(this, _expressions).Parse();
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
