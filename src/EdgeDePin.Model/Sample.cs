using System.Collections.Immutable;

namespace EdgeDePin.Model;

/// <summary>A value as it leaves a driver: converted by the datasheet's formula, not yet attributed to a sensor or an instant.</summary>
/// <param name="Value">In the unit of <paramref name="Quantity"/>. Finite: a chip that cannot tell is a fault, never NaN.</param>
public readonly record struct Measurement(Quantity Quantity, double Value);

/// <summary>What came of asking a sensor once: measurements or a fault. An unplugged cable is a value, not an exception.</summary>
public abstract record Sample
{
    private Sample()
    {
    }

    /// <summary>The chip answered and everything it said was plausible on the wire (checksums, identity, status).</summary>
    public sealed record Measured(ImmutableArray<Measurement> Measurements) : Sample;

    /// <summary>There is no measurement, and this is why. The last value is never repeated in its place.</summary>
    public sealed record Faulted(SensorFault Fault) : Sample;
}

/// <summary>Why there is no measurement.</summary>
/// <param name="Detail">What was seen on the wire, e.g. <c>checksum 3D, computed 3C</c>.</param>
/// <param name="Remedy">What the owner can do, one sentence.</param>
public sealed record SensorFault(FaultKind Kind, string Detail, string Remedy);

/// <summary>The families of faults that every bus knows.</summary>
public enum FaultKind
{
    /// <summary>Nothing acknowledged: the chip is unplugged, unpowered or at another address.</summary>
    NoAnswer,

    /// <summary>The bus or the port itself failed.</summary>
    Bus,

    /// <summary>Bytes came, but their checksum or frame is wrong.</summary>
    Corrupted,

    /// <summary>Another chip than the configured one answered.</summary>
    WrongChip,

    /// <summary>The chip answered that it has no valid data yet.</summary>
    NotReady,

    /// <summary>The answer did not come in time.</summary>
    Timeout,

    /// <summary>The chip refused the request (a Modbus exception, for instance).</summary>
    Refused,
}
