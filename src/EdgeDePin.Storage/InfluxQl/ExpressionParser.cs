using System.Collections.Immutable;
using System.Globalization;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Expressions by precedence: OR, AND, comparisons, sums, products.</summary>
/// <param name="parameters">Values of <c>$name</c>.</param>
internal sealed class ExpressionParser(Lexer lexer, IReadOnlyDictionary<string, Expression> parameters)
{
    /// <summary>Deeper nesting is refused: the stack of a request is not the sender's to spend.</summary>
    private const int MaxDepth = 100;

    private static readonly ImmutableArray<ImmutableArray<string>> Levels =
    [
        ["OR"], ["AND"], ["=", "!=", "<>", "=~", "!~", "<", "<=", ">", ">="], ["+", "-", "|", "^"], ["*", "/", "%", "&"],
    ];

    private int _depth;

    public Expression Parse() => Level(0);

    private Expression Level(int level)
    {
        if (level == Levels.Length)
        {
            return Operand();
        }

        Expression left = Level(level + 1);
        for (int count = 0; lexer.Peek() is var token && Levels[level].Any(token.Is); count++)
        {
            if (count > 1_000)
            {
                throw new InfluxQlException("error parsing query: more than 1,000 operators in a row", isParseError: true);
            }

            lexer.Next();
            Expression right = token.Text is "=~" or "!~"
                ? Regex() ?? throw lexer.Peek().Unexpected("regex")
                : Level(level + 1);
            left = new Expression.Binary(token.Text == "<>" ? "!=" : token.Text, left, right);
        }

        return left;
    }

    public Expression.Pattern? Regex() => lexer.NextRegex() is { } regex ? new Expression.Pattern(regex.Text) : null;

    private Expression Operand()
    {
        if (++_depth > MaxDepth)
        {
            throw new InfluxQlException($"error parsing query: nested deeper than {MaxDepth}", isParseError: true);
        }

        if (Regex() is { } pattern)
        {
            _depth--;
            return pattern;
        }

        Token token = lexer.Next();
        Expression operand = token.Kind switch
        {
            TokenKind.Identifier => lexer.Peek().Is("(") ? Call(token.Text) : new Expression.Name(token.Text, Type()),
            TokenKind.Text => new Expression.Text(token.Text),
            TokenKind.Integer => long.TryParse(token.Text, CultureInfo.InvariantCulture, out long value)
                ? new Expression.Integer(value)
                : new Expression.Number(double.Parse(token.Text, CultureInfo.InvariantCulture)),
            TokenKind.Number => new Expression.Number(double.Parse(token.Text, CultureInfo.InvariantCulture)),
            TokenKind.Duration => new Expression.Duration(TimeLiterals.Duration(token.Text)
                ?? throw new InfluxQlException("error parsing query: invalid duration", isParseError: true)),
            TokenKind.Keyword when token.Text is "TRUE" or "FALSE" => new Expression.Boolean(token.Text == "TRUE"),
            TokenKind.Keyword when token.Text == "DISTINCT" => Distinct(),
            TokenKind.Symbol when token.Text == "*" => new Expression.Wildcard(Type()),
            TokenKind.Symbol when token.Text == "(" => Parenthesised(),
            TokenKind.Symbol when token.Text is "-" or "+" => Signed(token.Text == "-"),
            TokenKind.Symbol when token.Text == "$" => Parameter(),
            _ => throw token.Unexpected("identifier, string, number, bool"),
        };
        _depth--;
        return operand;
    }

    private Expression Parenthesised()
    {
        Expression inner = Parse();
        Token close = lexer.Next();
        return close.Is(")") ? inner : throw close.Unexpected(")");
    }

    private Expression Signed(bool negative) => (negative, Operand()) switch
    {
        (false, var operand) => operand,
        (_, Expression.Integer integer) => new Expression.Integer(-integer.Value),
        (_, Expression.Number number) => new Expression.Number(-number.Value),
        (_, Expression.Duration duration) => new Expression.Duration(-duration.Nanoseconds),
        (_, var operand) => new Expression.Binary("*", new Expression.Integer(-1), operand),
    };

    // DISTINCT v says the same as distinct(v).
    private Expression.Call Distinct()
    {
        if (lexer.Peek().Is("("))
        {
            return Call("distinct");
        }

        Token field = lexer.Next();
        return field.Kind == TokenKind.Identifier
            ? new Expression.Call("distinct", [new Expression.Name(field.Text)])
            : throw field.Unexpected("(, identifier");
    }

    private Expression Parameter()
    {
        Token name = lexer.Next();
        return parameters.GetValueOrDefault(name.Text)
            ?? throw new InfluxQlException($"error parsing query: missing parameter: {name.Text}", isParseError: true);
    }

    private Expression.Call Call(string function)
    {
        lexer.Next();
        ImmutableArray<Expression>.Builder arguments = ImmutableArray.CreateBuilder<Expression>();
        if (!lexer.Peek().Is(")"))
        {
            do
            {
                arguments.Add(Parse());
            }
            while (lexer.Peek().Is(",") && lexer.Next().Is(","));
        }

        Token close = lexer.Next();
        return close.Is(")")
            ? new Expression.Call(function.ToLowerInvariant(), arguments.ToImmutable())
            : throw close.Unexpected(")");
    }

    private string? Type()
    {
        if (!lexer.Peek().Is("::"))
        {
            return null;
        }

        lexer.Next();
        Token type = lexer.Next();
        string name = type.Text.ToLowerInvariant();
        return name is "float" or "integer" or "unsigned" or "string" or "boolean" or "field" or "tag"
            ? name
            : throw type.Unexpected("float, integer, unsigned, string, boolean, field, tag");
    }
}
