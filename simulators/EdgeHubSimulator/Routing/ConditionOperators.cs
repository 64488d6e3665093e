namespace EdgeHubSimulator.Routing;

/// <summary>Operators of conditions. Null stands for: these operands cannot be, whatever the message.</summary>
internal static class ConditionOperators
{
    public static ConditionPart? Combine(string operation, ConditionPart left, ConditionPart right) => operation switch
    {
        "??" => Coalesce(left, right),
        "and" => Logic(left, right, And),
        "or" => Logic(left, right, Or),
        "=" => Equality(left, right, equal: true),
        "!=" or "<>" => Equality(left, right, equal: false),
        "<" => Order(left, right, sign => sign < 0),
        "<=" => Order(left, right, sign => sign <= 0),
        ">" => Order(left, right, sign => sign > 0),
        ">=" => Order(left, right, sign => sign >= 0),
        "+" => Arithmetic(left, right, (a, b) => a + b),
        "-" => Arithmetic(left, right, (a, b) => a - b),
        "*" => Arithmetic(left, right, (a, b) => a * b),
        "/" => Arithmetic(left, right, (a, b) => a / b),
        "%" => Arithmetic(left, right, (a, b) => a % b),
        _ => ConditionFunctions.Call("concat", [left, right]),
    };

    public static ConditionPart? Negate(ConditionPart operand) =>
        operand.Is(ConditionKind.Number) || operand.Kind == ConditionKind.Undefined
            ? new ConditionPart(operand.Kind, message => operand.Evaluate(message) is { Kind: ConditionKind.Number } value
                ? ConditionValue.Of(-value.Number) : ConditionValue.Undefined)
            : null;

    public static ConditionPart? Not(ConditionPart operand) => IsLogical(operand)
        ? new ConditionPart(ConditionKind.Bool, message => operand.Evaluate(message) switch
        {
            { Kind: ConditionKind.Bool } value => ConditionValue.Of(!value.IsTrue),
            { Kind: ConditionKind.Null } => ConditionValue.Of(true),
            _ => ConditionValue.Undefined,
        })
        : null;

    private static ConditionPart? Coalesce(ConditionPart left, ConditionPart right) =>
        left.Kind == right.Kind || left.Kind == ConditionKind.Any || right.Kind == ConditionKind.Any
            ? new ConditionPart(left.Kind == right.Kind ? left.Kind : ConditionKind.Any, message =>
                left.Evaluate(message) is { IsDefined: true } value ? value : right.Evaluate(message))
            : null;

    private static bool IsLogical(ConditionPart part) =>
        part.Is(ConditionKind.Bool) || part.Kind is ConditionKind.Null or ConditionKind.Undefined;

    private static ConditionPart? Logic(ConditionPart left, ConditionPart right, Func<ConditionValue, ConditionValue, ConditionValue> combine) =>
        IsLogical(left) && IsLogical(right)
            ? new ConditionPart(left.Kind == ConditionKind.Null || right.Kind == ConditionKind.Null ? ConditionKind.Null : ConditionKind.Bool, message => combine(Truth(left.Evaluate(message)), Truth(right.Evaluate(message))))
            : null;

    // A number or a text of the body is no truth.
    private static ConditionValue Truth(ConditionValue value) => value.Kind is ConditionKind.Bool or ConditionKind.Null ? value : ConditionValue.Undefined;

    private static ConditionValue And(ConditionValue left, ConditionValue right) =>
        left.Kind == ConditionKind.Null || right.Kind == ConditionKind.Null ? ConditionValue.Null
        : IsFalse(left) || IsFalse(right) ? ConditionValue.Of(false)
        : left.IsTrue && right.IsTrue ? ConditionValue.Of(true)
        : ConditionValue.Undefined;

    private static ConditionValue Or(ConditionValue left, ConditionValue right) =>
        left.IsTrue || right.IsTrue ? ConditionValue.Of(true)
        : left.Kind == ConditionKind.Null || right.Kind == ConditionKind.Null ? ConditionValue.Null
        : IsFalse(left) && IsFalse(right) ? ConditionValue.Of(false)
        : ConditionValue.Undefined;

    private static bool IsFalse(ConditionValue value) => value.Kind == ConditionKind.Bool && !value.IsTrue;

    private static ConditionPart? Equality(ConditionPart left, ConditionPart right, bool equal) =>
        left.Kind == right.Kind || left.Kind is ConditionKind.Any or ConditionKind.Null || right.Kind is ConditionKind.Any or ConditionKind.Null
            ? new ConditionPart(ConditionKind.Bool, message =>
            {
                (ConditionValue a, ConditionValue b) = (left.Evaluate(message), right.Evaluate(message));
                return a.IsDefined && b.IsDefined ? ConditionValue.Of((a == b) == equal) : ConditionValue.Undefined;
            })
            : null;

    private static ConditionPart? Order(ConditionPart left, ConditionPart right, Func<int, bool> holds) =>
        left.Kind == right.Kind || left.Kind == ConditionKind.Any || right.Kind == ConditionKind.Any
            ? new ConditionPart(ConditionKind.Bool, message => (left.Evaluate(message), right.Evaluate(message)) switch
            {
                ({ Kind: ConditionKind.Number } a, { Kind: ConditionKind.Number } b) => ConditionValue.Of(holds(a.Number.CompareTo(b.Number))),
                ({ Kind: ConditionKind.Text } a, { Kind: ConditionKind.Text } b) => ConditionValue.Of(holds(string.CompareOrdinal(a.Text, b.Text))),
                _ => ConditionValue.Undefined,
            })
            : null;

    private static ConditionPart? Arithmetic(ConditionPart left, ConditionPart right, Func<double, double, double> combine) =>
        left.Is(ConditionKind.Number) && right.Is(ConditionKind.Number)
            ? new ConditionPart(ConditionKind.Number, message =>
                (left.Evaluate(message), right.Evaluate(message)) is ({ Kind: ConditionKind.Number } a, { Kind: ConditionKind.Number } b)
                    ? ConditionValue.Of(combine(a.Number, b.Number)) : ConditionValue.Undefined)
            : null;
}
