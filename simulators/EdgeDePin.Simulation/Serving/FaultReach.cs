using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Chips;

namespace EdgeDePin.Simulation.Serving;

/// <summary>Which faults can act on which chip and line. What a plan announces has to happen: it is somebody's ground truth.</summary>
internal static class FaultReach
{
    /// <summary>All kinds that act on a chip, in their order.</summary>
    /// <param name="chip">Simulated, as it is wired.</param>
    /// <param name="line">What it is served on.</param>
    /// <param name="isRead">It is read in this process, by the clock of whoever reads it.</param>
    public static IEnumerable<PlannedFaultKind> Of(object? chip, BusKind line, IReadOnlyCollection<Quantity> quantities, bool isRead) =>
        Enum.GetValues<PlannedFaultKind>().Where(kind => kind switch
        {
            PlannedFaultKind.Unplug => true,
            PlannedFaultKind.NoAnswer => line != BusKind.Gpio,   // a contact is not asked
            PlannedFaultKind.BitFlip => line is BusKind.Serial or BusKind.OneWire || chip is SimulatedI2cChip { HasChecksum: true },
            PlannedFaultKind.ShortFrame => line is BusKind.Serial or BusKind.OneWire or BusKind.Tcp || chip is SimulatedI2cChip { HasChecksum: true },
            PlannedFaultKind.Garbage => line == BusKind.Serial,
            PlannedFaultKind.Hang or PlannedFaultKind.Stretch => line == BusKind.I2c,
            PlannedFaultKind.BrownOut => chip is SimulatedI2cChip or SimulatedDs18b20 or SimulatedUartChip { HasSettings: true },
            PlannedFaultKind.Saturated => quantities.Contains(Quantity.RelativeHumidity),
            PlannedFaultKind.Spikes => quantities.Any(quantity => !quantity.IsCounter),
            PlannedFaultKind.CounterZero or PlannedFaultKind.CounterReset or PlannedFaultKind.CounterWrap => quantities.Any(quantity => quantity.IsCounter),
            PlannedFaultKind.ClockStep => isRead || chip is SimulatedDsmr,
            _ => true,
        });

    /// <summary>Why a kind does nothing there.</summary>
    public static string WhyNot(PlannedFaultKind kind) => kind switch
    {
        PlannedFaultKind.NoAnswer => "a contact is asked nothing",
        PlannedFaultKind.BitFlip => "its answers bear no checksum of their own (TCP has one, and repeats)",
        PlannedFaultKind.ShortFrame => "an answer that breaks off looks there like any other",
        PlannedFaultKind.Garbage => "only on a serial line somebody may speak out of turn",
        PlannedFaultKind.Hang or PlannedFaultKind.Stretch => "it has no clock that a chip could hold",
        PlannedFaultKind.BrownOut => "the chip has no settings to forget",
        PlannedFaultKind.Saturated => "it measures no humidity",
        PlannedFaultKind.Spikes => "it has counters only",
        PlannedFaultKind.CounterZero or PlannedFaultKind.CounterReset or PlannedFaultKind.CounterWrap => "it has no counter",
        _ => "it sends no time of day",
    };
}
