using System.Collections.Frozen;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>Outside of this a value is a broken sensor or a broken wire, whatever the weather.</summary>
/// <param name="Low">In the unit of the quantity, inclusive.</param>
/// <param name="High">In the unit of the quantity, inclusive.</param>
public readonly record struct PlausibleRange(double Low, double High)
{
    // Weather: WMO, guidelines on quality control of data from automatic weather stations (Zahumensky 2004).
    // Air: what makers of particle sensors accept (AirGradient). Grid: wide limits of meters on low voltage.
    private static readonly FrozenDictionary<Quantity, PlausibleRange> Ranges = new Dictionary<Quantity, PlausibleRange>
    {
        [Quantity.Temperature] = new(-80, 60),
        [Quantity.RelativeHumidity] = new(0, 100),
        [Quantity.Pressure] = new(50_000, 110_000),
        [Quantity.Illuminance] = new(0, 200_000),
        [Quantity.WindSpeed] = new(0, 75),
        [Quantity.WindGust] = new(0, 150),
        [Quantity.WindDirection] = new(0, 360),
        [Quantity.Rain] = new(0, 1e6),
        [Quantity.RainRate] = new(0, 2_000),
        [Quantity.Pm1] = new(0, 1_000),
        [Quantity.Pm25] = new(0, 1_000),
        [Quantity.Pm4] = new(0, 1_000),
        [Quantity.Pm10] = new(0, 1_000),
        [Quantity.Particles03] = new(0, 10_000),
        [Quantity.Particles05] = new(0, 10_000),
        [Quantity.Particles1] = new(0, 10_000),
        [Quantity.Particles25] = new(0, 10_000),
        [Quantity.Particles4] = new(0, 10_000),
        [Quantity.Particles5] = new(0, 10_000),
        [Quantity.Particles10] = new(0, 10_000),
        [Quantity.ParticleSize] = new(0, 20),
        [Quantity.CarbonDioxide] = new(0, 40_000),
        [Quantity.VocRaw] = new(0, 65_535),
        [Quantity.VocIndex] = new(0, 500),
        [Quantity.Voltage] = new(0, 1_000),
        [Quantity.VoltageL2] = new(0, 1_000),
        [Quantity.VoltageL3] = new(0, 1_000),
        [Quantity.CurrentL1] = new(-6_000, 6_000),
        [Quantity.CurrentL2] = new(-6_000, 6_000),
        [Quantity.CurrentL3] = new(-6_000, 6_000),
        [Quantity.ApparentPower] = new(-4_000_000, 4_000_000),
        [Quantity.ReactivePower] = new(-4_000_000, 4_000_000),
        [Quantity.PowerFactor] = new(-1, 1),
        [Quantity.EnergyExported] = new(0, 1e9),
        [Quantity.VoltageThd] = new(0, 100),
        [Quantity.CurrentThd] = new(0, 1_000),
        [Quantity.PowerL1] = new(-4_000_000, 4_000_000),
        [Quantity.PowerL2] = new(-4_000_000, 4_000_000),
        [Quantity.PowerL3] = new(-4_000_000, 4_000_000),
        [Quantity.ApparentPowerL1] = new(-4_000_000, 4_000_000),
        [Quantity.ApparentPowerL2] = new(-4_000_000, 4_000_000),
        [Quantity.ApparentPowerL3] = new(-4_000_000, 4_000_000),
        [Quantity.ReactivePowerL1] = new(-4_000_000, 4_000_000),
        [Quantity.ReactivePowerL2] = new(-4_000_000, 4_000_000),
        [Quantity.ReactivePowerL3] = new(-4_000_000, 4_000_000),
        [Quantity.PowerFactorL1] = new(-1, 1),
        [Quantity.PowerFactorL2] = new(-1, 1),
        [Quantity.PowerFactorL3] = new(-1, 1),
        [Quantity.EnergyTotal] = new(0, 1e9),
        [Quantity.VoltageThdL1] = new(0, 100),
        [Quantity.VoltageThdL2] = new(0, 100),
        [Quantity.VoltageThdL3] = new(0, 100),
        [Quantity.CurrentThdL1] = new(0, 1_000),
        [Quantity.CurrentThdL2] = new(0, 1_000),
        [Quantity.CurrentThdL3] = new(0, 1_000),
        [Quantity.DcVoltage] = new(0, 1_500),
        [Quantity.DcPower] = new(-4_000_000, 4_000_000),
        [Quantity.Gas] = new(0, 1e8),
        [Quantity.Acidity] = new(0, 14),
        [Quantity.Conductivity] = new(0, 50),
        [Quantity.DissolvedOxygen] = new(0, 100),
        [Quantity.Analog0] = new(-7, 7),
        [Quantity.Analog1] = new(-7, 7),
        [Quantity.Analog2] = new(-7, 7),
        [Quantity.Analog3] = new(-7, 7),
        [Quantity.Current] = new(-6_000, 6_000),
        [Quantity.Power] = new(-4_000_000, 4_000_000),
        [Quantity.Energy] = new(0, 1e9),
        [Quantity.Frequency] = new(40, 70),
    }.ToFrozenDictionary();

    /// <summary>The range of a quantity; everything finite when none is known.</summary>
    public static PlausibleRange Of(Quantity quantity) =>
        Ranges.TryGetValue(quantity, out PlausibleRange range) ? range : new PlausibleRange(double.MinValue, double.MaxValue);

    public bool Contains(double value) => value >= Low && value <= High;
}
