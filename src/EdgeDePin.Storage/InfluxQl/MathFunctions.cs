namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Functions of one or two numbers. What is no number, or has no finite result, gives nothing.</summary>
internal static class MathFunctions
{
    public static bool Knows(string function) => function is "abs" or "sin" or "cos" or "tan" or "asin" or "acos" or "atan" or "exp"
        or "ln" or "log2" or "log10" or "sqrt" or "floor" or "ceil" or "round" or "atan2" or "pow" or "log";

    public static int ArgumentsOf(string function) => function is "atan2" or "pow" or "log" ? 2 : 1;

    public static FieldValue? Evaluate(string function, FieldValue?[] arguments)
    {
        if (arguments.Any(argument => argument is not { Kind: FieldKind.Float or FieldKind.Integer }))
        {
            return null;
        }

        // These keep an integer an integer.
        if (function is "floor" or "ceil" or "round" && arguments[0]!.Value.Kind == FieldKind.Integer)
        {
            return arguments[0];
        }

        if (function == "abs" && arguments[0] is { Kind: FieldKind.Integer } whole)
        {
            return whole.AsInteger == long.MinValue ? whole : Math.Abs(whole.AsInteger);
        }

        double first = Number(arguments[0]!.Value);
        double result = arguments.Length == 1 ? OfOne(function, first) : OfTwo(function, first, Number(arguments[1]!.Value));
        return double.IsFinite(result) ? result : null;
    }

    private static double OfOne(string function, double value) => function switch
    {
        "abs" => Math.Abs(value),
        "sin" => Math.Sin(value),
        "cos" => Math.Cos(value),
        "tan" => Math.Tan(value),
        "asin" => Math.Asin(value),
        "acos" => Math.Acos(value),
        "atan" => Math.Atan(value),
        "exp" => Math.Exp(value),
        "ln" => Math.Log(value),
        "log2" => Math.Log2(value),
        "log10" => Math.Log10(value),
        "sqrt" => Math.Sqrt(value),
        "floor" => Math.Floor(value),
        "ceil" => Math.Ceiling(value),
        // Halves go away from zero.
        _ => Math.Round(value, MidpointRounding.AwayFromZero),
    };

    private static double OfTwo(string function, double first, double second) => function switch
    {
        "atan2" => Math.Atan2(first, second),
        "pow" => Math.Pow(first, second),
        _ => Math.Log(first) / Math.Log(second),
    };

    private static double Number(FieldValue value) => value.Kind == FieldKind.Float ? value.AsFloat : value.AsInteger;
}
