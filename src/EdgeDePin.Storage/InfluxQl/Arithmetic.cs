namespace EdgeDePin.Storage.InfluxQl;

/// <summary>
/// Arithmetic of SELECT as InfluxDB 1.6 does it: integer by integer is a float, division by zero gives zero, and what is
/// missing makes the result missing.
/// </summary>
internal static class Arithmetic
{
    public static FieldValue? Evaluate(Expression expression, Leaves leaves, FieldValue?[] values) => expression switch
    {
        Expression.Integer integer => integer.Value,
        Expression.Number number => number.Value,
        Expression.Call { IsMath: true } math => MathFunctions.Evaluate(
            math.Function, [.. math.Arguments.Select(argument => Evaluate(argument, leaves, values))]),
        Expression.Binary binary => Combine(
            binary.Operator, Evaluate(binary.Left, leaves, values), Evaluate(binary.Right, leaves, values)),
        _ => values[leaves.PositionOf(expression)],
    };

    private static FieldValue? Combine(string operation, FieldValue? left, FieldValue? right)
    {
        if (left is not { Kind: FieldKind.Float or FieldKind.Integer } a || right is not { Kind: FieldKind.Float or FieldKind.Integer } b)
        {
            return null;
        }

        if (a.Kind == FieldKind.Integer && b.Kind == FieldKind.Integer && operation != "/")
        {
            return Integers(operation, a.AsInteger, b.AsInteger);
        }

        if (operation is "&" or "|" or "^")
        {
            throw InfluxQlException.NotSupported($"operator {operation} on anything but integers");
        }

        double result = Floats(operation, Number(a), Number(b));
        return double.IsFinite(result) ? FieldValue.Float(result) : null;
    }

    private static FieldValue Integers(string operation, long a, long b) => unchecked(operation switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "&" => a & b,
        "|" => a | b,
        "^" => a ^ b,
        _ => b is 0 or -1 ? 0 : a % b,
    });

    private static double Floats(string operation, double a, double b) => operation switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => b == 0 ? 0 : a / b,
        _ => a % b,
    };

    private static double Number(FieldValue value) => value.Kind == FieldKind.Float ? value.AsFloat : value.AsInteger;
}
