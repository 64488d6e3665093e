namespace EdgeDePin.Storage.InfluxQl;

/// <summary>
/// The instants that a WHERE clause admits, both ends included. InfluxDB intersects every condition on time, even where OR
/// stands between them; so do we.
/// </summary>
/// <param name="From">Null without a lower bound.</param>
/// <param name="Until">Null without an upper bound.</param>
internal sealed record TimeRange(long? From, long? Until)
{
    /// <summary>Separates the conditions on time from the rest, which may be null.</summary>
    public static (TimeRange Range, Expression? Other) Split(Expression? where, long now, TimeZoneInfo? zone = null)
    {
        switch (where)
        {
            case null:
                return (new TimeRange(null, null), null);
            case Expression.Binary { Operator: "AND" or "OR" } both:
                (TimeRange left, Expression? leftRest) = Split(both.Left, now, zone);
                (TimeRange right, Expression? rightRest) = Split(both.Right, now, zone);
                Expression? rest = leftRest is null ? rightRest
                    : rightRest is null ? leftRest
                    : new Expression.Binary(both.Operator, leftRest, rightRest);
                return (left.And(right), rest);
            case Expression.Binary { Left.IsTime: true } comparison:
                return (Of(comparison.Operator, Instant(comparison.Right, now, zone)), null);
            case Expression.Binary { Right.IsTime: true } comparison:
                return (Of(Turned(comparison.Operator), Instant(comparison.Left, now, zone)), null);
            default:
                return (new TimeRange(null, null), where);
        }
    }

    public TimeRange And(TimeRange other) => new(
        From is { } from && other.From is { } otherFrom ? Math.Max(from, otherFrom) : From ?? other.From,
        Until is { } until && other.Until is { } otherUntil ? Math.Min(until, otherUntil) : Until ?? other.Until);

    private static TimeRange Of(string comparison, long instant) => comparison switch
    {
        "=" => new TimeRange(instant, instant),
        ">" => new TimeRange(instant == long.MaxValue ? instant : instant + 1, null),
        ">=" => new TimeRange(instant, null),
        "<" => new TimeRange(null, instant == long.MinValue ? instant : instant - 1),
        "<=" => new TimeRange(null, instant),
        _ => throw new InfluxQlException($"invalid time comparison operator: {comparison}"),
    };

    private static string Turned(string comparison) =>
        comparison switch { "<" => ">", "<=" => ">=", ">" => "<", ">=" => "<=", _ => comparison };

    private static long Instant(Expression expression, long now, TimeZoneInfo? zone)
    {
        Int128 value = Value(expression, now, zone);
        return value >= long.MinValue && value <= long.MaxValue
            ? (long)value
            : throw new InfluxQlException("time is beyond the years 1677 to 2262");
    }

    private static Int128 Value(Expression expression, long now, TimeZoneInfo? zone) => expression switch
    {
        Expression.Integer integer => integer.Value,
        Expression.Number number when Math.Abs(number.Value) < long.MaxValue => (Int128)number.Value,
        Expression.Duration duration => duration.Nanoseconds,
        Expression.Text text => TimeLiterals.Instant(text.Value, zone)
            ?? throw new InfluxQlException("invalid operation: time and *influxql.StringLiteral are not compatible"),
        Expression.Call { Function: "now", Arguments.IsEmpty: true } => now,
        Expression.Binary { Operator: "+" } sum => Value(sum.Left, now, zone) + Value(sum.Right, now, zone),
        Expression.Binary { Operator: "-" } difference => Value(difference.Left, now, zone) - Value(difference.Right, now, zone),
        _ => throw new InfluxQlException("invalid time: compare it with a timestamp, a number of ns, a duration, or now() plus and minus durations"),
    };
}
