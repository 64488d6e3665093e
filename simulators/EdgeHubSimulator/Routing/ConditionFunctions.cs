using System.Globalization;

namespace EdgeHubSimulator.Routing;

/// <summary>Functions of conditions. Names are read in any case.</summary>
internal static class ConditionFunctions
{
    private static readonly Dictionary<string, Func<IReadOnlyList<ConditionPart>, ConditionPart?>> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["as_number"] = AsNumber,
        ["is_bool"] = arguments => Test(arguments, value => value.Kind == ConditionKind.Bool),
        ["is_defined"] = arguments => Test(arguments, value => value.IsDefined),
        ["is_null"] = arguments => Test(arguments, value => value.Kind == ConditionKind.Null),
        ["is_number"] = arguments => Test(arguments, value => value.Kind == ConditionKind.Number && double.IsFinite(value.Number)),
        ["is_string"] = arguments => Test(arguments, value => value.Kind == ConditionKind.Text),
        ["concat"] = Concat,
        ["length"] = arguments => OfText(arguments, ConditionKind.Number, text => ConditionValue.Of(text.Length)),
        ["lower"] = arguments => OfText(arguments, ConditionKind.Text, text => ConditionValue.Of(text.ToLowerInvariant())),
        ["upper"] = arguments => OfText(arguments, ConditionKind.Text, text => ConditionValue.Of(text.ToUpperInvariant())),
        ["substring"] = Substring,
        ["index_of"] = arguments => OfTexts(arguments, ConditionKind.Number, (text, part) => ConditionValue.Of(text.IndexOf(part, StringComparison.Ordinal))),
        ["starts_with"] = arguments => OfTexts(arguments, ConditionKind.Bool, (text, part) => ConditionValue.Of(text.StartsWith(part, StringComparison.Ordinal))),
        ["ends_with"] = arguments => OfTexts(arguments, ConditionKind.Bool, (text, part) => ConditionValue.Of(text.EndsWith(part, StringComparison.Ordinal))),
        ["contains"] = arguments => OfTexts(arguments, ConditionKind.Bool, (text, part) => ConditionValue.Of(text.Contains(part, StringComparison.Ordinal))),
        ["abs"] = arguments => OfNumbers(arguments, 1, numbers => Math.Abs(numbers[0])),
        ["exp"] = arguments => OfNumbers(arguments, 1, numbers => Math.Exp(numbers[0])),
        ["power"] = arguments => OfNumbers(arguments, 2, numbers => Math.Pow(numbers[0], numbers[1])),
        ["square"] = arguments => OfNumbers(arguments, 1, numbers => numbers[0] * numbers[0]),
        ["sqrt"] = arguments => OfNumbers(arguments, 1, numbers => Math.Sqrt(numbers[0])),
        ["ceiling"] = arguments => OfNumbers(arguments, 1, numbers => Math.Ceiling(numbers[0])),
        ["floor"] = arguments => OfNumbers(arguments, 1, numbers => Math.Floor(numbers[0])),
        ["sign"] = arguments => OfNumbers(arguments, 1, numbers => double.IsNaN(numbers[0]) ? double.NaN : Math.Sign(numbers[0])),
    };

    public static IEnumerable<string> Names => Known.Keys.Order(StringComparer.Ordinal);

    /// <summary>Null if there is no such function, or it takes other arguments.</summary>
    public static ConditionPart? Call(string name, IReadOnlyList<ConditionPart> arguments) =>
        Known.TryGetValue(name, out var function) ? function(arguments) : null;

    private static ConditionPart? Test(IReadOnlyList<ConditionPart> arguments, Func<ConditionValue, bool> holds) => arguments is [var one]
        ? new ConditionPart(ConditionKind.Bool, message => ConditionValue.Of(holds(one.Evaluate(message))))
        : null;

    private static ConditionPart? AsNumber(IReadOnlyList<ConditionPart> arguments) =>
        arguments is [var one] && (one.Is(ConditionKind.Text) || one.Is(ConditionKind.Number))
            ? new ConditionPart(ConditionKind.Number, message => one.Evaluate(message) switch
            {
                { Kind: ConditionKind.Number } value => value,
                { Kind: ConditionKind.Text } value when double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) =>
                    ConditionValue.Of(number),
                _ => ConditionValue.Undefined,
            })
            : null;

    // A property without a value adds nothing; one that is not there makes the whole undefined.
    private static ConditionPart? Concat(IReadOnlyList<ConditionPart> arguments) =>
        arguments.Count >= 2 && arguments.All(argument => argument.Is(ConditionKind.Text))
            ? new ConditionPart(ConditionKind.Text, message =>
            {
                ConditionValue[] values = [.. arguments.Select(argument => argument.Evaluate(message))];
                return values.All(value => value.Kind is ConditionKind.Text or ConditionKind.Null)
                    ? ConditionValue.Of(string.Concat(values.Select(value => value.Text)))
                    : ConditionValue.Undefined;
            })
            : null;

    private static ConditionPart? Substring(IReadOnlyList<ConditionPart> arguments) =>
        arguments.Count is 2 or 3 && arguments[0].Is(ConditionKind.Text) && arguments.Skip(1).All(argument => argument.Is(ConditionKind.Number))
            ? new ConditionPart(ConditionKind.Text, message =>
            {
                ConditionValue text = arguments[0].Evaluate(message);
                ConditionValue[] numbers = [.. arguments.Skip(1).Select(argument => argument.Evaluate(message))];
                return text.Kind == ConditionKind.Text && numbers.All(number => number.Kind == ConditionKind.Number)
                    ? Cut(text.Text, numbers[0].Number, numbers.Length > 1 ? numbers[1].Number : text.Text.Length - numbers[0].Number)
                    : ConditionValue.Undefined;
            })
            : null;

    private static ConditionValue Cut(string text, double from, double length) =>
        from >= 0 && length >= 0 && from + length <= text.Length ? ConditionValue.Of(text.Substring((int)from, (int)length)) : ConditionValue.Undefined;

    private static ConditionPart? OfText(IReadOnlyList<ConditionPart> arguments, ConditionKind kind, Func<string, ConditionValue> make) =>
        arguments is [var one] && one.Is(ConditionKind.Text)
            ? new ConditionPart(kind, message => one.Evaluate(message) is { Kind: ConditionKind.Text } value ? make(value.Text) : ConditionValue.Undefined)
            : null;

    private static ConditionPart? OfTexts(IReadOnlyList<ConditionPart> arguments, ConditionKind kind, Func<string, string, ConditionValue> make) =>
        arguments is [var one, var other] && one.Is(ConditionKind.Text) && other.Is(ConditionKind.Text)
            ? new ConditionPart(kind, message =>
                (one.Evaluate(message), other.Evaluate(message)) is ({ Kind: ConditionKind.Text } a, { Kind: ConditionKind.Text } b)
                    ? make(a.Text, b.Text) : ConditionValue.Undefined)
            : null;

    private static ConditionPart? OfNumbers(IReadOnlyList<ConditionPart> arguments, int count, Func<double[], double> make) =>
        arguments.Count == count && arguments.All(argument => argument.Is(ConditionKind.Number))
            ? new ConditionPart(ConditionKind.Number, message =>
            {
                ConditionValue[] values = [.. arguments.Select(argument => argument.Evaluate(message))];
                return values.All(value => value.Kind == ConditionKind.Number)
                    ? ConditionValue.Of(make([.. values.Select(value => value.Number)])) : ConditionValue.Undefined;
            })
            : null;
}
