namespace EdgeHubSimulator.Routing;

/// <summary>What kind of value a part of a condition has, as far as its text tells.</summary>
internal enum ConditionKind
{
    /// <summary>There is none: a missing property, 3 % 0, the square root of -1.</summary>
    Undefined,
    Null,
    Bool,
    Number,
    Text,

    /// <summary>A value of the body: only the message tells. Never the kind of a value itself.</summary>
    Any,
}

/// <summary>A value while a condition is evaluated.</summary>
internal readonly record struct ConditionValue(ConditionKind Kind, double Number = 0, string Text = "")
{
    public static ConditionValue Undefined => default;

    public static ConditionValue Null => new(ConditionKind.Null);

    public bool IsDefined => Kind != ConditionKind.Undefined;

    public bool IsTrue => Kind == ConditionKind.Bool && Number != 0;

    public static ConditionValue Of(bool value) => new(ConditionKind.Bool, value ? 1 : 0);

    // What is not a number is not defined; the infinities are.
    public static ConditionValue Of(double value) => double.IsNaN(value) ? Undefined : new(ConditionKind.Number, value);

    public static ConditionValue Of(string? value) => value is null ? Null : new(ConditionKind.Text, 0, value);
}

/// <summary>A part of a condition: its kind as far as it is known, and how to evaluate it.</summary>
internal sealed record ConditionPart(ConditionKind Kind, Func<RoutedMessage, ConditionValue> Evaluate)
{
    public bool Is(ConditionKind kind) => Kind == kind || Kind == ConditionKind.Any;
}
