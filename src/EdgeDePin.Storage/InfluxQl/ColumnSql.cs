using System.Globalization;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Columns of an inner SELECT as SQL over its leaves, with the rules of <see cref="Arithmetic"/>; null for what only that can do.</summary>
internal sealed class ColumnSql(Leaves leaves)
{
    public Typed? Of(Expression expression)
    {
        switch (expression)
        {
            case Expression.Integer integer when integer.Value != long.MinValue:
                return new Typed(integer.Value.ToString(CultureInfo.InvariantCulture), FieldKind.Integer);
            case Expression.Number number:
                return new Typed($"{number.Value.ToString("R", CultureInfo.InvariantCulture)}::DOUBLE", FieldKind.Float);
            case Expression.Binary { Operator: "+" or "-" or "*" or "/" } binary:
                return Of(binary.Left) is { } left && Of(binary.Right) is { } right ? Combined(binary.Operator, left, right) : null;
            case Expression.Name or Expression.Call { IsMath: false }:
                int at = leaves.PositionOf(expression);
                return leaves.All[at] switch
                {
                    Leaf.OfField field => new Typed(Leaf(at), field.Field.Kind),
                    Leaf.OfCall call => new Typed(Leaf(at), call.Function.ResultKind(call.Field.Kind)),
                    Leaf.OfTag _ => new Typed(Leaf(at), FieldKind.String),
                    _ => null,
                };
            default:
                return null;
        }
    }

    private static Typed? Combined(string operation, Typed left, Typed right)
    {
        if (!IsNumber(left.Kind) || !IsNumber(right.Kind))
        {
            return null;
        }

        if (operation != "/" && left.Kind == FieldKind.Integer && right.Kind == FieldKind.Integer)
        {
            return new Typed($"({left.Sql} {operation} {right.Sql})", FieldKind.Integer);
        }

        string a = $"CAST({left.Sql} AS DOUBLE)", b = $"CAST({right.Sql} AS DOUBLE)";
        string result = operation == "/" ? $"CASE WHEN {b} = 0 AND {a} IS NOT NULL THEN 0 ELSE {a} / {b} END" : $"{a} {operation} {b}";
        return new Typed($"({result})", FieldKind.Float);
    }

    private static bool IsNumber(FieldKind kind) => kind is FieldKind.Float or FieldKind.Integer;

    private static string Leaf(int at) => string.Create(CultureInfo.InvariantCulture, $"l{at}");

    /// <summary>An SQL expression and its type.</summary>
    internal sealed record Typed(string Sql, FieldKind Kind);
}
