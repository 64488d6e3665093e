using System.Globalization;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>
/// The part of a WHERE clause that is not about time, as SQL over one measurement: tags become sets of series ids, fields
/// become columns of ours, and texts become parameters.
/// </summary>
/// <param name="prefix">Begins the names of the parameters; another for each part of one SQL text.</param>
internal sealed class SqlCondition(Relation relation, string prefix)
{
    private readonly HashSet<FieldColumn> _fields = [];

    /// <summary>Values of <c>$p0</c>, <c>$p1</c> …, where the prefix is p.</summary>
    public List<DuckDBParameter> Parameters { get; } = [];

    /// <summary>Columns that the condition needs.</summary>
    public IReadOnlyCollection<FieldColumn> Fields => _fields;

    public string Translate(Expression? condition) => condition switch
    {
        null => "TRUE",
        Expression.Binary { Operator: "AND" or "OR" } both =>
            $"({Translate(both.Left)} {both.Operator} {Translate(both.Right)})",
        Expression.Binary { Left: Expression.Name name } comparison when IsValue(comparison.Right) =>
            Compare(name, comparison.Operator, comparison.Right),
        Expression.Binary { Right: Expression.Name name } comparison when IsValue(comparison.Left) =>
            Compare(name, Turned(comparison.Operator), comparison.Left),
        Expression.Binary comparison when IsComparison(comparison.Operator) => Compare(comparison),
        Expression.Boolean truth => truth.Value ? "TRUE" : "FALSE",
        _ => throw new InfluxQlException($"invalid condition expression: {ExpressionText.Of(condition)}"),
    };

    /// <summary>The top-level parts of a condition that are about tags only, as a test; the rest may still name tags.</summary>
    public Func<Series, bool> SeriesOnly(Expression? condition)
    {
        switch (condition)
        {
            case Expression.Binary { Operator: "AND" } both:
                Func<Series, bool> left = SeriesOnly(both.Left), right = SeriesOnly(both.Right);
                return series => left(series) && right(series);
            case Expression.Binary { Left: Expression.Name name, } comparison when IsValue(comparison.Right) && Field(name) is null:
                return SeriesCondition.Compare(name.Key, comparison.Operator, comparison.Right);
            default:
                return _ => true;
        }
    }

    private string Compare(Expression.Name name, string comparison, Expression operand) =>
        Field(name) is { } field ? Compare(field, comparison, operand) : InSeries(SeriesCondition.Compare(name.Key, comparison, operand));

    // Fields with fields, fields with tags, arithmetic: what is missing on one side makes the comparison false.
    private string Compare(Expression.Binary comparison)
    {
        var operands = new SqlOperand(relation, field => { _fields.Add(field); return field.Column; }, Parameter);
        if (operands.Of(comparison.Left) is not { } left || operands.Of(comparison.Right) is not { } right)
        {
            return "FALSE";
        }

        bool numbers = left.IsNumber && right.IsNumber;
        bool comparable = numbers ? comparison.Operator is not ("=~" or "!~") : left.Kind == right.Kind && comparison.Operator is "=" or "!=";
        return comparable ? $"coalesce({left.Sql} {comparison.Operator} {right.Sql}, FALSE)" : "FALSE";
    }

    private string Compare(FieldColumn field, string comparison, Expression operand)
    {
        _fields.Add(field);
        return (field.Kind, operand) switch
        {
            (FieldKind.Float or FieldKind.Integer, Expression.Integer integer) when Orders(comparison) =>
                $"({field.Column} {comparison} {integer.Value.ToString(CultureInfo.InvariantCulture)})",
            (FieldKind.Float or FieldKind.Integer, Expression.Number number) when Orders(comparison) =>
                $"({field.Column} {comparison} {Parameter(number.Value)})",
            (FieldKind.Boolean, Expression.Boolean truth) when comparison is "=" or "!=" =>
                $"({field.Column} {comparison} {(truth.Value ? "TRUE" : "FALSE")})",
            (FieldKind.String, Expression.Text text) when comparison is "=" or "!=" =>
                $"({field.Column} {comparison} {Parameter(text.Value)})",
            (FieldKind.String, Expression.Pattern pattern) => comparison == "=~"
                ? $"regexp_matches({field.Column}, {Parameter(pattern.Regex)})"
                : $"(NOT regexp_matches({field.Column}, {Parameter(pattern.Regex)}))",
            _ => "FALSE",
        };
    }

    /// <summary>A condition that holds for the series that pass a test.</summary>
    public string InSeries(Func<Series, bool> test)
    {
        string ids = string.Join(',', relation.Series.Where(test).Select(series => series.Id));
        return ids.Length == 0 ? "FALSE"
            : relation.Series.All(test) ? "TRUE"
            : $"(series IN ({ids}))";
    }

    private FieldColumn? Field(Expression.Name name) => name.Type == "tag" ? null : relation.Field(name.Key);

    /// <summary>Makes a parameter of a value, and names it.</summary>
    public string Parameter(object value)
    {
        Parameters.Add(new DuckDBParameter($"{prefix}{Parameters.Count}", value));
        return $"${prefix}{Parameters.Count - 1}";
    }

    private static bool IsValue(Expression expression) => expression is Expression.Text or Expression.Pattern
        or Expression.Integer or Expression.Number or Expression.Boolean or Expression.Duration;

    private static bool IsComparison(string operation) => operation is "=~" or "!~" || Orders(operation);

    private static bool Orders(string comparison) => comparison is "=" or "!=" or "<" or "<=" or ">" or ">=";

    private static string Turned(string comparison) =>
        comparison switch { "<" => ">", "<=" => ">=", ">" => "<", ">=" => "<=", _ => comparison };
}
