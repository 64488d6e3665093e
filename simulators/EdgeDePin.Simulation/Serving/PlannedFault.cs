namespace EdgeDePin.Simulation.Serving;

/// <summary>What goes wrong, when, and for how long.</summary>
public sealed class PlannedFault
{
    public string Site { get; set; } = "";

    public string Sensor { get; set; } = "";

    public PlannedFaultKind Kind { get; set; }

    /// <summary>Since the start.</summary>
    public double AtSeconds { get; set; }

    public double ForSeconds { get; set; } = 10;

    /// <summary>Of <see cref="PlannedFaultKind.CounterWrap"/>: what the register holds when it is full, in the unit of the counter. Default 100,000: five digits before the point.</summary>
    public double WrapsAt { get; set; } = 100_000;

    /// <summary>Of <see cref="PlannedFaultKind.ClockStep"/>: how far the clock is set, in seconds; negative: back. Default an hour.</summary>
    public double StepSeconds { get; set; } = 3_600;
}

/// <summary>
/// What can be planned. The first are of the wire, the others of the value, which no wire shows. Not each acts on each line: a plan with one
/// that cannot is refused.
/// </summary>
public enum PlannedFaultKind
{
    /// <summary>The chip hears and says nothing; a contact stays open.</summary>
    Unplug,

    /// <summary>One bit of each answer is inverted.</summary>
    BitFlip,

    /// <summary>Each answer breaks off; on Modbus TCP the connection with it.</summary>
    ShortFrame,

    /// <summary>No question is answered: no acknowledge on I2C, silence on a line.</summary>
    NoAnswer,

    /// <summary>Forty random bytes each second on a serial line.</summary>
    Garbage,

    /// <summary>The chip holds the clock of its I2C bus: every transfer blocks.</summary>
    Hang,

    /// <summary>The chip stretches the clock of its I2C bus: every transfer takes 30 ms more.</summary>
    Stretch,

    /// <summary>The supply breaks down at the beginning: the chip forgets how it was set up. I2C, 1-Wire, the SPS30, and EZO circuits.</summary>
    BrownOut,

    /// <summary>Values stay as they were.</summary>
    StuckAt,

    /// <summary>Values drift away by a twentieth of themselves each second.</summary>
    Drift,

    /// <summary>Humidity is 100 %RH, as of an element that is wet.</summary>
    Saturated,

    /// <summary>Every seventh second a value of three times the truth.</summary>
    Spikes,

    /// <summary>Counters show 0, and go on as before afterwards.</summary>
    CounterZero,

    /// <summary>Counters begin at 0 again, for good.</summary>
    CounterReset,

    /// <summary>Counters are full at that moment, and begin at 0 again.</summary>
    CounterWrap,

    /// <summary>
    /// A clock on the wall is set, and set right again at the end: that of a meter which sends its time (dsmr), and that of whoever
    /// reads the sensor in this process.
    /// </summary>
    ClockStep,
}
