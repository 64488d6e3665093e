using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>
/// Comparisons of tags, decided over the series in memory: no text of a query about tags ever reaches the engine. A tag that
/// a series lacks is empty.
/// </summary>
internal static class SeriesCondition
{
    /// <summary>What a comparison of <paramref name="key"/> with a text or a pattern says about a series.</summary>
    public static Func<Series, bool> Compare(string key, string comparison, Expression operand)
    {
        Func<string, bool> test = Text(comparison, operand, key);
        return series => test(series[key]);
    }

    /// <summary>A comparison of any text.</summary>
    /// <param name="what">What is compared, for the error.</param>
    public static Func<string, bool> Text(string comparison, Expression operand, string what)
    {
        switch (comparison, operand)
        {
            case ("=", Expression.Text text):
                return value => value == text.Value;
            case ("!=", Expression.Text text):
                return value => value != text.Value;
            case ("=~", Expression.Pattern pattern):
                return TagRegex.Matcher(pattern.Regex);
            case ("!~", Expression.Pattern pattern):
                Func<string, bool> matches = TagRegex.Matcher(pattern.Regex);
                return value => !matches(value);
            case ("=" or "!=" or "<" or "<=" or ">" or ">=", Expression.Integer or Expression.Number or Expression.Boolean or Expression.Duration or Expression.Text):
                return _ => false;
            default:
                throw InfluxQlException.NotSupported($"operator {comparison} on tag {what}");
        }
    }

    /// <summary>A whole condition about tags, as SHOW has it; comparisons with time are ignored.</summary>
    public static Func<Series, bool> All(Expression? where)
    {
        switch (where)
        {
            case null:
                return _ => true;
            case Expression.Binary { Operator: "AND" or "OR" } both:
                Func<Series, bool> left = All(both.Left), right = All(both.Right);
                return both.Operator == "AND" ? series => left(series) && right(series) : series => left(series) || right(series);
            case Expression.Binary { Left.IsTime: true } or Expression.Binary { Right.IsTime: true }:
                return _ => true;
            case Expression.Binary { Left: Expression.Name name } comparison:
                return Compare(name.Key, comparison.Operator, comparison.Right);
            case Expression.Binary { Right: Expression.Name name } comparison:
                return Compare(name.Key, comparison.Operator, comparison.Left);
            default:
                throw InfluxQlException.NotSupported("a condition that is no comparison");
        }
    }
}
