using System.ComponentModel.DataAnnotations;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Sensors.Grid.Sdm630;

namespace EdgeDePin.Sensors;

/// <summary>One sensor as its owner configures it.</summary>
public sealed class SensorOptions
{
    /// <summary>The name of the sensor within its node: 1 to 64 of A-Z a-z 0-9 - _ . Default: the name of the chip.</summary>
    public string? Id { get; set; }

    /// <summary>The chip, in lower case, as <see cref="SensorCatalog"/> names it, e.g. <c>bme280</c>.</summary>
    [Required]
    public string Chip { get; set; } = "";

    /// <summary>
    /// Where the chip is wired: <c>i2c:1</c>, <c>serial:/dev/ttyUSB0</c>, <c>tcp:192.168.1.20:502</c>, or <c>sim</c> for a
    /// simulated chip on a simulated bus; <c>gpio:17</c> for pulses, <c>w1</c> for 1-Wire, <c>spi:0.0</c> for SPI.
    /// </summary>
    [Required]
    public string Bus { get; set; } = "";

    /// <summary>The address on the bus: I2C 0x08 to 0x77, Modbus unit 1 to 247. Default: the chip's own.</summary>
    [Range(1, 247)]
    public int? Address { get; set; }

    /// <summary>Bits per second of a serial line, 300 to 115,200. Default: the chip's own.</summary>
    [Range(300, 115_200)]
    public int? Baud { get; set; }

    /// <summary>Data bits, parity and stop bits of a serial line. Default: the chip's own, nearly always <c>EightNoneOne</c>.</summary>
    public SerialFormat? Format { get; set; }

    /// <summary>
    /// How much is asked of an sdm630: <c>Totals</c>, <c>Phases</c> or <c>Everything</c> (also distortion, by two questions more). Default
    /// Totals.
    /// </summary>
    public MeterDetail Detail { get; set; }

    /// <summary>Which input of a converter with several, 0 to 3. Default 0.</summary>
    [Range(0, 3)]
    public int Channel { get; set; }

    /// <summary>Ohms of the shunt that a current monitor measures across, 0.0001 to 10. Default: that of the usual board.</summary>
    [Range(0.0001, 10)]
    public double? ShuntOhms { get; set; }

    /// <summary>
    /// An ade7953 also takes a quarter of a second of voltage and current with each sample, from which the node computes power quality
    /// (measurement <c>power_quality</c>). The bus is busy for that time. Default false.
    /// </summary>
    public bool Waveform { get; set; }

    /// <summary>The frequency of the grid, 50 or 60 Hz; power quality refers to it. Default 50.</summary>
    [Range(50, 60)]
    public int NominalHertz { get; set; } = 50;

    /// <summary>The voltage of the grid to neutral, 50 to 500 V; power quality refers to it. Default 230.</summary>
    [Range(50, 500)]
    public double NominalVolts { get; set; } = 230;

    /// <summary>The largest current through the shunt, A, 0.01 to 500. Default: what the chip can measure with that shunt.</summary>
    [Range(0.01, 500)]
    public double? MaxAmperes { get; set; }

    /// <summary>
    /// Fan and laser of a particle sensor (pms5003, pms5003t, sds011) are off between samples, and each sample begins with 30 s of
    /// warm-up. Default false: always on. A laser lives about 8000 hours: 11 months when it is always on, nine years at one sample
    /// in five minutes.
    /// </summary>
    public bool SleepBetweenSamples { get; set; }

    /// <summary>Milliseconds from one sample to the next, 10 to 3,600,000. Default 1,000.</summary>
    [Range(10, 3_600_000)]
    public int PeriodMilliseconds { get; set; } = 1_000;

    /// <summary>
    /// Milliseconds before the first sample, 0 to below the period, so that sensors of one bus or one supply do not all begin at
    /// once. Default 0.
    /// </summary>
    [Range(0, 3_599_999)]
    public int PhaseMilliseconds { get; set; }

    /// <summary>
    /// A sample is the mean of so many questions, 1 to 64, one right after the other: less noise, more time on the bus. Of counters and
    /// of directions it is the last answer. Default 1.
    /// </summary>
    [Range(1, 64)]
    public int Oversampling { get; set; } = 1;

    /// <summary>At most one for each quantity.</summary>
    public IList<CalibrationOptions> Calibrations { get; set; } = [];

    /// <summary>
    /// <c>epa-2021</c> corrects PM2.5 of a pms5003 or pms5003t as the US EPA's Fire and Smoke Map does; other chips have no correction.
    /// Default: none.
    /// </summary>
    public string? Correction { get; set; }

    /// <summary>
    /// The id of the sensor whose humidity the correction takes. Default: the sensor itself where it measures humidity, else 50 %RH.
    /// </summary>
    public string? HumidityFrom { get; set; }

    /// <summary>
    /// Who may see what it measures: <c>LocalOnly</c>, <c>Owner</c>, <c>Site</c> or <c>Public</c>. What others may see is told to the
    /// neighbours of the site and compared with theirs, so it has to measure what theirs do: a thermometer on the roof, not one in the kitchen.
    /// Default LocalOnly: it leaves this node by its store alone.
    /// </summary>
    public SensorDataClass DataClass { get; set; }

    /// <summary><see cref="PeriodMilliseconds"/> as a duration.</summary>
    public TimeSpan Period => TimeSpan.FromMilliseconds(PeriodMilliseconds);

    /// <summary><see cref="PhaseMilliseconds"/> as a duration.</summary>
    public TimeSpan Phase => TimeSpan.FromMilliseconds(PhaseMilliseconds);
}
