using EdgeDePin.Simulation.Serving;

namespace EdgeDePin.Tests.Sensors.Quality;

internal enum FaultType
{
    NoAnswer,
    BitFlips,
    ShortFrames,
    Garbage,
    Unplugged,
    BrownOut,

    /// <summary>The bus is held, as long as the fault lasts.</summary>
    Hang,

    /// <summary>The bus is held for 30 ms in every transfer, which a driver bears.</summary>
    Stretch,
    Drift,
    StuckAt,
    Saturated,
    Spikes,
    CounterZero,
    CounterReset,
    CounterWrap,

    /// <summary>The clock of the node is set two hours ahead, and back at the end.</summary>
    ClockStep,
}

/// <summary>Ground truth: what was done to which chip, in hours since the start.</summary>
internal sealed record InjectedFault(string Chip, FaultType Type, double FromHour, double Hours)
{
    /// <summary>The "chip" of a fault of the node itself.</summary>
    public const string Node = "node";

    public bool Holds(TimeSpan since) => since.TotalHours >= FromHour && since.TotalHours < FromHour + Hours;

    /// <summary>The value is wrong, and nothing on the wire says so.</summary>
    public bool ChangesValues => Type is FaultType.Drift or FaultType.StuckAt or FaultType.Saturated or FaultType.Spikes or FaultType.CounterZero;

    /// <summary>A counter begins anew, for good: what it says is true, but not at once to be believed.</summary>
    public bool IsOfCounter => Type is FaultType.CounterReset or FaultType.CounterWrap;

    public PlannedFault? OfCounter() => !IsOfCounter ? null : new PlannedFault
    {
        Kind = Type == FaultType.CounterWrap ? PlannedFaultKind.CounterWrap : PlannedFaultKind.CounterReset,
        AtSeconds = FromHour * 3_600,
    };
}
