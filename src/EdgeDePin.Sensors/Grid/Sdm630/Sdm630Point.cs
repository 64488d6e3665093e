using System.Collections.Immutable;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Grid.Sdm630;

/// <summary>Where an SDM630 keeps a quantity.</summary>
/// <param name="From">From this detail on it is asked for.</param>
public readonly record struct Sdm630Point(Quantity Quantity, int Register, MeterDetail From)
{
    private const int Step = 2;

    /// <summary>In the order of a sample.</summary>
    public static ImmutableArray<Sdm630Point> All { get; } =
    [
        new(Quantity.Voltage, (int)Sdm630Register.VoltageL1, MeterDetail.Totals),
        new(Quantity.Current, (int)Sdm630Register.CurrentSum, MeterDetail.Totals),
        new(Quantity.Power, (int)Sdm630Register.PowerTotal, MeterDetail.Totals),
        new(Quantity.Energy, (int)Sdm630Register.EnergyImported, MeterDetail.Totals),
        new(Quantity.Frequency, (int)Sdm630Register.Frequency, MeterDetail.Totals),
        new(Quantity.VoltageL2, (int)Sdm630Register.VoltageL1 + Step, MeterDetail.Phases),
        new(Quantity.VoltageL3, (int)Sdm630Register.VoltageL1 + (2 * Step), MeterDetail.Phases),
        .. Phases(Sdm630Register.CurrentL1, MeterDetail.Phases, Quantity.CurrentL1, Quantity.CurrentL2, Quantity.CurrentL3),
        .. Phases(Sdm630Register.PowerL1, MeterDetail.Phases, Quantity.PowerL1, Quantity.PowerL2, Quantity.PowerL3),
        .. Phases(Sdm630Register.ApparentPowerL1, MeterDetail.Phases, Quantity.ApparentPowerL1, Quantity.ApparentPowerL2, Quantity.ApparentPowerL3),
        .. Phases(Sdm630Register.ReactivePowerL1, MeterDetail.Phases, Quantity.ReactivePowerL1, Quantity.ReactivePowerL2, Quantity.ReactivePowerL3),
        .. Phases(Sdm630Register.PowerFactorL1, MeterDetail.Phases, Quantity.PowerFactorL1, Quantity.PowerFactorL2, Quantity.PowerFactorL3),
        new(Quantity.ApparentPower, (int)Sdm630Register.ApparentPowerTotal, MeterDetail.Phases),
        new(Quantity.ReactivePower, (int)Sdm630Register.ReactivePowerTotal, MeterDetail.Phases),
        new(Quantity.PowerFactor, (int)Sdm630Register.PowerFactorTotal, MeterDetail.Phases),
        new(Quantity.EnergyExported, (int)Sdm630Register.EnergyExported, MeterDetail.Phases),
        .. Phases(Sdm630Register.VoltageThdL1, MeterDetail.Everything, Quantity.VoltageThdL1, Quantity.VoltageThdL2, Quantity.VoltageThdL3),
        .. Phases(Sdm630Register.CurrentThdL1, MeterDetail.Everything, Quantity.CurrentThdL1, Quantity.CurrentThdL2, Quantity.CurrentThdL3),
        new(Quantity.VoltageThd, (int)Sdm630Register.VoltageThdMean, MeterDetail.Everything),
        new(Quantity.CurrentThd, (int)Sdm630Register.CurrentThdMean, MeterDetail.Everything),
        new(Quantity.EnergyTotal, (int)Sdm630Register.EnergyTotal, MeterDetail.Everything),
    ];

    public static ImmutableArray<Sdm630Point> Of(MeterDetail detail) => [.. All.Where(point => point.From <= detail)];

    private static IEnumerable<Sdm630Point> Phases(Sdm630Register first, MeterDetail from, params Quantity[] quantities) =>
        quantities.Select((quantity, phase) => new Sdm630Point(quantity, (int)first + (Step * phase), from));
}
