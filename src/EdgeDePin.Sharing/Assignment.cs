using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Policy;

namespace EdgeDePin.Sharing;

/// <summary>A task that may be given away, with everything that decides to whom.</summary>
/// <param name="Input">At most 128 KiB.</param>
/// <param name="Expected">Its run time on a node of speed 1.</param>
/// <param name="Epsilon">P(wrong) that is accepted, at most.</param>
/// <param name="MaxPrice">Millicredits for a million fuel.</param>
/// <param name="FuelLimit">What burns more has failed.</param>
public sealed record Assignment(
    TaskKind Kind, ReadOnlyMemory<byte> Input, TaskPolicy Policy, TimeSpan Expected, double Epsilon, long MaxPrice, long FuelLimit)
{
    /// <summary>A limit for tasks of which nothing is known.</summary>
    public const long DefaultFuelLimit = 1_000_000_000_000;

    public Digest InputDigest { get; } = Digest.Of(Input.Span);

    public static Assignment Of(TaskKind kind, ReadOnlyMemory<byte> input, TimeSpan expected, SharingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Assignment(kind, input, TaskPolicy.Public, expected, options.Epsilon, options.MaxPrice, DefaultFuelLimit);
    }
}
