namespace EdgeDePin.Tests.Sensors.Quality;

internal enum FaultType
{
    NoAnswer,
    BitFlips,
    ShortFrames,
    Garbage,
    Unplugged,
    BrownOut,
    Drift,
    StuckAt,
    Saturated,
    Spikes,
    CounterZero,
    CounterReset,
}

/// <summary>Ground truth: what was done to which chip, in hours since the start.</summary>
internal sealed record InjectedFault(string Chip, FaultType Type, double FromHour, double Hours)
{
    public bool Holds(TimeSpan since) => since.TotalHours >= FromHour && since.TotalHours < FromHour + Hours;

    /// <summary>The value is wrong, and nothing on the wire says so.</summary>
    public bool ChangesValues => Type is FaultType.Drift or FaultType.StuckAt or FaultType.Saturated or FaultType.Spikes
        or FaultType.CounterZero or FaultType.CounterReset;
}
