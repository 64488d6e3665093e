using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>A row as a condition sees it.</summary>
/// <param name="Value">The value of a field; null where the row has none.</param>
internal readonly record struct RowView(Series Series, Func<FieldColumn, FieldValue?> Value);

/// <summary>
/// The part of a WHERE clause that is not about time, tested row by row: for the few rows that are not worth a question to the
/// engine. It says what <see cref="SqlCondition"/> says in SQL.
/// </summary>
internal sealed class RowCondition(Relation relation)
{
    private readonly HashSet<FieldColumn> _fields = [];

    /// <summary>Fields that the condition reads.</summary>
    public IReadOnlyCollection<FieldColumn> Fields => _fields;

    /// <summary>The condition as a test; null where only the engine can test it.</summary>
    public Func<RowView, bool>? Compile(Expression? condition)
    {
        switch (condition)
        {
            case null:
                return _ => true;
            case Expression.Boolean truth:
                return _ => truth.Value;
            case Expression.Binary { Operator: "AND" or "OR" } both:
                return Compile(both.Left) is { } left && Compile(both.Right) is { } right
                    ? both.Operator == "AND" ? row => left(row) && right(row) : row => left(row) || right(row)
                    : null;
            case Expression.Binary { Operator: "=" or "!=" or "<" or "<=" or ">" or ">=" } comparison when !NamesTag(comparison):
                return Operand(comparison.Left) is { } one && Operand(comparison.Right) is { } other
                    ? row => Holds(comparison.Operator, one(row), other(row))
                    : null;
            case Expression.Binary { Left: Expression.Name name } comparison when Field(name) is null && IsLiteral(comparison.Right):
                Func<Series, bool> test = SeriesCondition.Compare(name.Key, comparison.Operator, comparison.Right);
                return row => test(row.Series);
            default:
                return null;
        }
    }

    private bool NamesTag(Expression expression) => expression switch
    {
        Expression.Name name => Field(name) is null,
        Expression.Binary binary => NamesTag(binary.Left) || NamesTag(binary.Right),
        _ => false,
    };

    private static bool IsLiteral(Expression expression) => expression is Expression.Text or Expression.Pattern
        or Expression.Integer or Expression.Number or Expression.Boolean or Expression.Duration;

    private Func<RowView, FieldValue?>? Operand(Expression expression)
    {
        switch (expression)
        {
            case Expression.Integer integer:
                return _ => integer.Value;
            case Expression.Number number:
                return _ => number.Value;
            case Expression.Text text:
                return _ => FieldValue.String(text.Value);
            case Expression.Boolean truth:
                return _ => truth.Value;
            case Expression.Name name when Field(name) is { } field:
                _fields.Add(field);
                return row => row.Value(field);
            case Expression.Binary { Operator: "+" or "-" or "*" or "/" } binary when Operand(binary.Left) is { } left && Operand(binary.Right) is { } right:
                return row => Combined(binary.Operator, left(row), right(row));
            default:
                return null;
        }
    }

    private static FieldValue? Combined(string operation, FieldValue? left, FieldValue? right)
    {
        if (!IsNumber(left) || !IsNumber(right))
        {
            return null;
        }

        if (operation != "/" && left!.Value.Kind == FieldKind.Integer && right!.Value.Kind == FieldKind.Integer)
        {
            (long a, long b) = (left.Value.AsInteger, right.Value.AsInteger);
            return unchecked(operation switch { "+" => a + b, "-" => a - b, _ => a * b });
        }

        (double x, double y) = (Number(left!.Value), Number(right!.Value));
        double result = operation switch { "+" => x + y, "-" => x - y, "*" => x * y, _ => y == 0 ? 0 : x / y };
        return double.IsFinite(result) ? result : null;
    }

    private static bool Holds(string comparison, FieldValue? left, FieldValue? right)
    {
        if (left is not { } a || right is not { } b)
        {
            return false;
        }

        if (IsNumber(a) && IsNumber(b))
        {
            return Ordered(comparison, a.Kind == FieldKind.Integer && b.Kind == FieldKind.Integer
                ? a.AsInteger.CompareTo(b.AsInteger) : Number(a).CompareTo(Number(b)));
        }

        return a.Kind == b.Kind && comparison is "=" or "!=" && Ordered(comparison, a == b ? 0 : 1);
    }

    private static bool Ordered(string comparison, int order) => comparison switch
    {
        "=" => order == 0,
        "!=" => order != 0,
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        _ => order >= 0,
    };

    private static bool IsNumber(FieldValue? value) => value is { Kind: FieldKind.Float or FieldKind.Integer };

    private static double Number(FieldValue value) => value.Kind == FieldKind.Float ? value.AsFloat : value.AsInteger;

    private FieldColumn? Field(Expression.Name name) => name.Type == "tag" ? null : relation.Field(name.Key);
}
