using System.Globalization;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Arithmetic of fields and tags as SQL, with InfluxDB's rules: an integer by an integer is a float, anything by zero is zero.</summary>
/// <param name="column">Names the column of a field, and notes that it is needed.</param>
/// <param name="parameter">Makes a parameter of a value and names it.</param>
internal sealed class SqlOperand(Relation relation, Func<FieldColumn, string> column, Func<object, string> parameter)
{
    /// <summary>Null where a side is missing or no value at all.</summary>
    public Typed? Of(Expression expression)
    {
        switch (expression)
        {
            case Expression.Integer integer:
                return new Typed(integer.Value == long.MinValue ? "(-9223372036854775807 - 1)" : integer.Value.ToString(CultureInfo.InvariantCulture), FieldKind.Integer);
            case Expression.Number number:
                return new Typed(parameter(number.Value), FieldKind.Float);
            case Expression.Text text:
                return new Typed(parameter(text.Value), FieldKind.String);
            case Expression.Boolean truth:
                return new Typed(truth.Value ? "TRUE" : "FALSE", FieldKind.Boolean);
            case Expression.Name name:
                return Of(name);
            case Expression.Binary binary when Of(binary.Left) is { } left && Of(binary.Right) is { } right:
                return Combine(binary.Operator, left, right);
            case Expression.Binary:
                return null;
            case Expression.Call { IsMath: true } math:
                return Of(math);
            default:
                throw new InfluxQlException($"invalid function call in condition: {ExpressionText.Of(expression)}");
        }
    }

    private Typed? Of(Expression.Name name)
    {
        if (name.Type != "tag" && relation.Field(name.Key) is { } field)
        {
            return new Typed(column(field), field.Kind);
        }

        string cases = string.Concat(relation.Series.Where(series => series[name.Key].Length > 0)
            .Select(series => string.Create(CultureInfo.InvariantCulture, $" WHEN {series.Id} THEN {parameter(series[name.Key])}")));
        return cases.Length == 0 ? null : new Typed($"(CASE series{cases} END)", FieldKind.String);
    }

    private Typed? Of(Expression.Call math)
    {
        Typed?[] arguments = [.. math.Arguments.Select(Of)];
        if (arguments.Length != MathFunctions.ArgumentsOf(math.Function))
        {
            throw new InfluxQlException(
                $"invalid number of arguments for {math.Function}, expected {MathFunctions.ArgumentsOf(math.Function)}, got {arguments.Length}");
        }

        if (math.Function is not ("abs" or "floor" or "ceil" or "round"))
        {
            throw InfluxQlException.NotSupported($"{math.Function}() in WHERE");
        }

        return arguments[0] is { IsNumber: true } argument ? new Typed($"{math.Function}({argument.Sql})", argument.Kind) : null;
    }

    private static Typed? Combine(string operation, Typed left, Typed right)
    {
        if (!left.IsNumber || !right.IsNumber)
        {
            return null;
        }

        bool whole = left.Kind == FieldKind.Integer && right.Kind == FieldKind.Integer;
        return operation switch
        {
            "+" or "-" or "*" when whole => new Typed($"({left.Sql} {operation} {right.Sql})", FieldKind.Integer),
            "%" when whole => new Typed($"coalesce({left.Sql} % nullif({right.Sql}, 0), 0)", FieldKind.Integer),
            "+" or "-" or "*" or "%" => new Typed($"({Float(left)} {operation} {Float(right)})", FieldKind.Float),
            "/" => new Typed($"(CASE WHEN {right.Sql} = 0 AND {left.Sql} IS NOT NULL THEN 0.0::DOUBLE ELSE {Float(left)} / {Float(right)} END)", FieldKind.Float),
            _ => throw InfluxQlException.NotSupported($"operator {operation} in WHERE"),
        };
    }

    private static string Float(Typed value) => value.Kind == FieldKind.Float ? value.Sql : $"CAST({value.Sql} AS DOUBLE)";

    /// <summary>An SQL expression and its type.</summary>
    internal sealed record Typed(string Sql, FieldKind Kind)
    {
        public bool IsNumber => Kind is FieldKind.Float or FieldKind.Integer;
    }
}
