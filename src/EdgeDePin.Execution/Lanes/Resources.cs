using System.Collections.Immutable;
using System.Numerics;

namespace EdgeDePin.Execution.Lanes;

/// <summary>What a task asks for while it runs.</summary>
/// <param name="Priority">Higher goes first; -32,768 to 32,767.</param>
/// <param name="Cores">From 1: how many lanes' worth it uses.</param>
/// <param name="MemoryBytes">From 0.</param>
/// <param name="Tokens">Indices into <see cref="Resources.Tokens"/> as a bit set: one of each is held.</param>
public readonly record struct TaskNeeds(short Priority = 0, ushort Cores = 1, long MemoryBytes = 0, ulong Tokens = 0);

/// <summary>A thing of which only so many tasks may have one at a time, such as a bus.</summary>
/// <param name="Count">From 1 to 65,535.</param>
public readonly record struct Token(string Name, int Count);

/// <summary>What tasks share.</summary>
public sealed class Resources
{
    /// <summary>More kinds of token than this are refused: a task holds them as bits of one number.</summary>
    public const int MaxTokens = 64;

    public required int Cores { get; init; }

    /// <summary>Default: no limit.</summary>
    public long MemoryBytes { get; init; } = long.MaxValue;

    public ImmutableArray<Token> Tokens { get; init; } = [];

    /// <exception cref="ArgumentException">Something is out of its range; the message names it.</exception>
    public void RequireValid()
    {
        string? wrong =
            Cores < 1 ? $"{nameof(Cores)} is {Cores}; it must be 1 or more."
            : MemoryBytes < 0 ? $"{nameof(MemoryBytes)} is {MemoryBytes}; it must be 0 or more."
            : Tokens.Length > MaxTokens ? $"There are {Tokens.Length} kinds of token; {MaxTokens} are allowed."
            : Tokens.FirstOrDefault(token => token.Count is < 1 or > ushort.MaxValue) is { Name: not null } token
                ? $"Of the token '{token.Name}' there are {token.Count}; it must be 1 to {ushort.MaxValue}."
            : null;
        if (wrong is not null)
        {
            throw new ArgumentException(wrong);
        }
    }

    /// <exception cref="ArgumentException">No task could ever have what this one asks for; the message names it.</exception>
    public void RequireFit(TaskNeeds needs, int task)
    {
        string? excess =
            needs.Cores < 1 || needs.Cores > Cores ? $"{needs.Cores} cores of {Cores}"
            : needs.MemoryBytes < 0 || needs.MemoryBytes > MemoryBytes ? $"{needs.MemoryBytes} bytes of memory of {MemoryBytes}"
            : Tokens.Length < MaxTokens && needs.Tokens >> Tokens.Length != 0 ? $"token number {BitOperations.TrailingZeroCount(needs.Tokens >> Tokens.Length) + Tokens.Length}, which does not exist (there are {Known()})"
            : null;
        if (excess is not null)
        {
            throw new ArgumentException($"Task {task} asks for {excess}: it could never run.");
        }
    }

    private string Known() => Tokens.IsEmpty ? "none" : string.Join(", ", Tokens.Select((token, at) => $"{at} '{token.Name}'"));
}
