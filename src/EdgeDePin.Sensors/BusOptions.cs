using System.ComponentModel.DataAnnotations;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors;

/// <summary>An I2C bus that can be freed when a chip holds it.</summary>
public sealed class BusOptions
{
    /// <summary>Which bus, e.g. <c>i2c:1</c>.</summary>
    [Required]
    public string Bus { get; set; } = "";

    /// <summary>
    /// The GPIO line (not the number on the header) that is wired to SCL beside the controller's own pin, 0 to 1023. The controller's own
    /// pin would be taken from it; on a Raspberry Pi those of i2c:1 are 2 and 3, and of i2c:0 0 and 1.
    /// </summary>
    [Range(0, 1_023)]
    public int? RecoveryScl { get; set; }

    /// <summary>Likewise to SDA.</summary>
    [Range(0, 1_023)]
    public int? RecoverySda { get; set; }

    /// <summary>What the options mean.</summary>
    /// <exception cref="FormatException">They cannot be meant; the message names the bus, the value and the remedy.</exception>
    public (int Bus, int Scl, int Sda) Check() => (BusName.TryParse(Bus, out BusName? name), name, RecoveryScl, RecoverySda) switch
    {
        (true, BusName.I2c { Bus: 0 or 1 } own, { } scl, { } sda) when IsControllers(own.Bus, scl) || IsControllers(own.Bus, sda) => throw new FormatException(
            $"{Bus}: RecoveryScl is {scl} and RecoverySda {sda}; GPIO {2 * own.Bus} and {(2 * own.Bus) + 1} are the controller's own pins and would be taken from it: wire two others beside them."),
        (true, BusName.I2c bus, { } scl, { } sda) when scl != sda => (bus.Bus, scl, sda),
        (true, BusName.I2c, _, _) => throw new FormatException(
            $"{Bus}: RecoveryScl is {Shown(RecoveryScl)} and RecoverySda {Shown(RecoverySda)}; name two different GPIO lines."),
        _ => throw new FormatException($"'{Bus}' is no I2C bus; use {BusName.Example(BusKind.I2c)}."),
    };

    // As a Raspberry Pi has them on its header: 0 and 1, 2 and 3.
    private static bool IsControllers(int bus, int line) => line / 2 == bus;

    private static string Shown(int? line) => line is { } number ? $"{number}" : "not set";
}
