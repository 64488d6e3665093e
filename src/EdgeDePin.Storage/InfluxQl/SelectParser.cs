using System.Collections.Immutable;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>A SELECT behind its first word; the order of its clauses is fixed.</summary>
internal sealed class SelectParser(Parser parser, ExpressionParser expressions)
{
    public Statement.Select Parse()
    {
        ImmutableArray<SelectField> fields = parser.SeparatedByCommas(SelectField);
        if (parser.Accept("INTO"))
        {
            throw InfluxQlException.NotSupported("SELECT INTO");
        }

        parser.Expect("FROM");
        ImmutableArray<Source> sources = parser.SeparatedByCommas(parser.Source);
        Expression? where = parser.Accept("WHERE") ? expressions.Parse() : null;
        Dimensions dimensions = GroupBy();
        Fill? fill = FillClause();
        (bool ordered, bool descending) = parser.OrderBy();
        Limits limits = parser.Limits();
        TimeZoneInfo? zone = Zone();
        TimeBuckets? buckets = dimensions.Time is { } time ? time with { Zone = zone } : null;
        return new Statement.Select(fields, sources, where, dimensions with { Time = buckets }, fill, descending, ordered, limits, zone);
    }

    private TimeZoneInfo? Zone()
    {
        if (!parser.Peek().IsWord("tz"))
        {
            return null;
        }

        parser.Next();
        parser.Expect("(");
        Token name = parser.Next();
        if (name.Kind != TokenKind.Text)
        {
            throw name.Unexpected("string");
        }

        parser.Expect(")");
        return TimeZoneInfo.TryFindSystemTimeZoneById(name.Text, out TimeZoneInfo? zone)
            ? zone
            : throw new InfluxQlException($"error parsing query: unable to find time zone {name.Text}", isParseError: true);
    }

    private SelectField SelectField()
    {
        Token first = parser.Peek();
        Expression expression = expressions.Parse();
        return expression.Comparison is { } comparison
            ? throw new InfluxQlException(
                $"error parsing query: invalid operator {comparison} in SELECT clause at line {first.Line}, char {first.Column}; operator is intended for WHERE clause", isParseError: true)
            : new SelectField(expression, parser.Accept("AS") ? parser.Identifier() : null);
    }

    private Dimensions GroupBy()
    {
        if (!parser.Accept("GROUP"))
        {
            return new Dimensions(null, [], [], false);
        }

        parser.Expect("BY");
        TimeBuckets? time = null;
        bool all = false;
        ImmutableArray<string>.Builder tags = ImmutableArray.CreateBuilder<string>(), regexes = ImmutableArray.CreateBuilder<string>();
        foreach (Expression dimension in parser.SeparatedByCommas(expressions.Parse))
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
        if (!parser.Peek().IsWord("fill"))
        {
            return null;
        }

        parser.Next();
        parser.Expect("(");
        Expression option = expressions.Parse();
        parser.Expect(")");
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
}
