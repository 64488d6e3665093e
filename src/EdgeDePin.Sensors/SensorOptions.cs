using System.ComponentModel.DataAnnotations;

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
    /// simulated chip on a simulated bus.
    /// </summary>
    [Required]
    public string Bus { get; set; } = "";

    /// <summary>The address on the bus: I2C 0x08 to 0x77, Modbus unit 1 to 247. Default: the chip's own.</summary>
    [Range(1, 247)]
    public int? Address { get; set; }

    /// <summary>Bits per second of a serial line, 1,200 to 115,200. Default: the chip's own.</summary>
    [Range(1_200, 115_200)]
    public int? Baud { get; set; }

    /// <summary>Milliseconds from one sample to the next, 100 to 3,600,000. Default 1,000.</summary>
    [Range(100, 3_600_000)]
    public int PeriodMilliseconds { get; set; } = 1_000;

    /// <summary><see cref="PeriodMilliseconds"/> as a duration.</summary>
    public TimeSpan Period => TimeSpan.FromMilliseconds(PeriodMilliseconds);
}
