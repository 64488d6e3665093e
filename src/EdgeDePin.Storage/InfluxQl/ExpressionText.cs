using System.Globalization;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Expressions as InfluxQL writes them, for messages.</summary>
internal static class ExpressionText
{
    private static readonly (string Unit, long Nanoseconds)[] Units =
    [
        ("w", 604_800_000_000_000), ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
        ("s", 1_000_000_000), ("ms", 1_000_000), ("u", 1_000), ("ns", 1),
    ];

    public static string Of(Expression expression) => expression switch
    {
        Expression.Name name => Identifier(name.Key) + (name.Type is null ? "" : $"::{name.Type}"),
        Expression.Wildcard wildcard => wildcard.Type is null ? "*" : $"*::{wildcard.Type}",
        Expression.Pattern pattern => $"/{pattern.Regex.Replace("/", "\\/", StringComparison.Ordinal)}/",
        Expression.Integer integer => integer.Value.ToString(CultureInfo.InvariantCulture),
        Expression.Number number => number.Value.ToString("F3", CultureInfo.InvariantCulture),
        Expression.Text text => $"'{text.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}'",
        Expression.Boolean truth => truth.Value ? "true" : "false",
        Expression.Duration duration => Duration(duration.Nanoseconds),
        Expression.Call call => $"{call.Function}({string.Join(", ", call.Arguments.Select(Of))})",
        Expression.Binary binary => $"{Of(binary.Left)} {binary.Operator} {Of(binary.Right)}",
        _ => "",
    };

    /// <summary>What InfluxDB's messages call the type of a literal.</summary>
    public static string GoType(Expression expression) => "*influxql." + expression switch
    {
        Expression.Name => "VarRef",
        Expression.Integer => "IntegerLiteral",
        Expression.Number => "NumberLiteral",
        Expression.Text => "StringLiteral",
        Expression.Boolean => "BooleanLiteral",
        Expression.Duration => "DurationLiteral",
        Expression.Binary => "BinaryExpr",
        Expression.Pattern => "RegexLiteral",
        _ => expression.GetType().Name,
    };

    /// <summary>In the largest unit that divides it.</summary>
    public static string Duration(long nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return "0s";
        }

        (string unit, long length) = Array.Find(Units, unit => nanoseconds % unit.Nanoseconds == 0);
        return (nanoseconds / length).ToString(CultureInfo.InvariantCulture) + unit;
    }

    /// <summary>Bare where the lexer would read it back as one identifier, in double quotes otherwise.</summary>
    public static string Identifier(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !Lexer.IsKeyword(name)
            ? name
            : $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";
}
