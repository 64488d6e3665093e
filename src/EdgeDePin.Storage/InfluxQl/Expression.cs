using System.Collections.Immutable;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>What stands in SELECT, WHERE and GROUP BY.</summary>
internal abstract record Expression
{
    private Expression()
    {
    }

    /// <param name="Type">What follows <c>::</c> in lower case, e.g. <c>tag</c>; null without.</param>
    public sealed record Name(string Key, string? Type = null) : Expression;
    public sealed record Wildcard(string? Type = null) : Expression;
    public sealed record Pattern(string Regex) : Expression;
    public sealed record Integer(long Value) : Expression;
    public sealed record Number(double Value) : Expression;
    public sealed record Text(string Value) : Expression;
    public sealed record Boolean(bool Value) : Expression;

    /// <param name="Nanoseconds">Its length.</param>
    public sealed record Duration(long Nanoseconds) : Expression;

    /// <param name="Function">In lower case.</param>
    public sealed record Call(string Function, ImmutableArray<Expression> Arguments) : Expression
    {
        /// <summary>A function of numbers, row by row: abs, floor, sqrt ...</summary>
        public bool IsMath => MathFunctions.Knows(Function);

        /// <summary>The call that is its first argument, if one is.</summary>
        public Call? Inner => Arguments is [Call inner, ..] ? inner : null;

        public bool Equals(Call? other) =>
            other is not null && Function == other.Function && Arguments.SequenceEqual(other.Arguments);

        public override int GetHashCode() => HashCode.Combine(Function, Arguments.Length);
    }

    public sealed record Binary(string Operator, Expression Left, Expression Right) : Expression;

    /// <summary>Whether the clock is meant.</summary>
    public bool IsTime => this is Name { Type: null } name && name.Key.Equals("time", StringComparison.OrdinalIgnoreCase);

    /// <summary>A comparison or a logical operator within, which SELECT does not take.</summary>
    public string? Comparison => this switch
    {
        Binary { Operator: not ("+" or "-" or "*" or "/" or "%" or "&" or "|" or "^") } binary => binary.Operator,
        Binary binary => binary.Left.Comparison ?? binary.Right.Comparison,
        _ => null,
    };

    /// <summary>The name of a result column without alias: the names of fields and functions, joined.</summary>
    public string ColumnName => string.Join('_', Names());

    private IEnumerable<string> Names() => this switch
    {
        Name name => [name.Key],
        Call call => [call.Function],
        Binary binary => binary.Left.Names().Concat(binary.Right.Names()),
        _ => [],
    };
}
