using System.Collections.Frozen;

namespace EdgeDePin.Model;

/// <summary>What is normal of a quantity.</summary>
/// <param name="Lowest">Inclusive, in the unit of the quantity.</param>
/// <param name="Highest">Inclusive.</param>
/// <param name="StepPerMinute">It does not move further in a minute; infinite where it may.</param>
/// <param name="LeastPerHour">It moves at least so far in an hour; 0 where it may stand still.</param>
/// <param name="MovesAbove">Where it may stand still below a value: that value. A calm, clean air, the night.</param>
/// <param name="ShowsNoise">A chip that is well repeats itself only as often as its steps and its noise make it; more often is stuck.</param>
/// <param name="Agreement">Two good sensors at one place differ by no more.</param>
/// <param name="AgreementShare">Plus this share of the value.</param>
/// <param name="IsCounter">It only grows.</param>
/// <param name="Saturation">At or above it for hours the element is wet or the converter at its end; infinite where it cannot be.</param>
public sealed record QualityLimits(
    double Lowest, double Highest, double StepPerMinute = double.PositiveInfinity, double LeastPerHour = 0,
    double Agreement = double.PositiveInfinity, double AgreementShare = 0, bool IsCounter = false,
    double Saturation = double.PositiveInfinity, double MovesAbove = double.NegativeInfinity, bool ShowsNoise = false)
{
    // Weather: WMO, guidelines on quality control of data from automatic weather stations (Zahumensky 2004), also for what has to move in
    // an hour; agreement: twice the accuracy that datasheets of the usual chips claim. Air and grid: what makers accept, wide.
    //
    // What may stand still, and why: the direction of a vane of sixteen positions; rain and all other counters; the index of VOC, which its
    // own average holds at 100; currents, powers and power factors of a house where nobody is; a frequency that meters round to 0.1 Hz;
    // conductivity of clean water. Inputs whose meaning is wired to them have no limits at all.
    private static readonly FrozenDictionary<Quantity, QualityLimits> Known = new Dictionary<Quantity, QualityLimits>
    {
        [Quantity.Temperature] = new(-80, 60, 3, 0.1, Agreement: 1.5, ShowsNoise: true),
        [Quantity.RelativeHumidity] = new(0, 100, 15, 1, Agreement: 8, Saturation: 99.9, ShowsNoise: true),
        [Quantity.Pressure] = new(50_000, 110_000, 200, 10, Agreement: 250, ShowsNoise: true),
        [Quantity.WindSpeed] = new(0, 75, 20, 0.5, MovesAbove: 3),
        [Quantity.WindGust] = new(0, 150, LeastPerHour: 0.5, MovesAbove: 5),
        [Quantity.WindDirection] = new(0, 360),
        [Quantity.Illuminance] = new(0, 200_000, LeastPerHour: 10, MovesAbove: 1_000),
        [Quantity.Rain] = new(0, 1e6, 30, IsCounter: true),
        [Quantity.RainRate] = new(0, 2_000, LeastPerHour: 0.2, MovesAbove: 5),
        [Quantity.Pm1] = new(0, 1_000, 200, 0.5, Agreement: 8, AgreementShare: 0.5, MovesAbove: 15),
        [Quantity.Pm25] = new(0, 1_000, 200, 0.5, Agreement: 8, AgreementShare: 0.5, MovesAbove: 15),
        [Quantity.Pm4] = new(0, 1_000, 300, 0.5, Agreement: 10, AgreementShare: 0.6, MovesAbove: 15),
        [Quantity.Pm10] = new(0, 1_000, 400, 0.5, Agreement: 15, AgreementShare: 0.7, MovesAbove: 15),
        [Quantity.Particles03] = new(0, 1e5, LeastPerHour: 0.5, MovesAbove: 20),
        [Quantity.Particles05] = new(0, 1e5, LeastPerHour: 0.5, MovesAbove: 20),
        [Quantity.Particles1] = new(0, 1e5, LeastPerHour: 0.5, MovesAbove: 20),
        [Quantity.Particles25] = new(0, 1e5, LeastPerHour: 0.5, MovesAbove: 20),
        [Quantity.Particles4] = new(0, 1e5, LeastPerHour: 0.5, MovesAbove: 20),
        [Quantity.Particles5] = new(0, 1e5, LeastPerHour: 0.5, MovesAbove: 20),
        [Quantity.Particles10] = new(0, 1e5, LeastPerHour: 0.5, MovesAbove: 20),
        [Quantity.ParticleSize] = new(0, 10),
        [Quantity.CarbonDioxide] = new(300, 40_000, 2_000, 2, Agreement: 100, AgreementShare: 0.1),
        [Quantity.VocRaw] = new(0, 65_535, LeastPerHour: 3),
        [Quantity.VocIndex] = new(0, 500),
        [Quantity.Voltage] = new(0, 1_000, 60, 0.2, Agreement: 6, MovesAbove: 50),
        [Quantity.VoltageL2] = new(0, 1_000, 60, 0.2, MovesAbove: 50),
        [Quantity.VoltageL3] = new(0, 1_000, 60, 0.2, MovesAbove: 50),
        [Quantity.Current] = new(-10_000, 10_000),
        [Quantity.CurrentL1] = new(-10_000, 10_000),
        [Quantity.CurrentL2] = new(-10_000, 10_000),
        [Quantity.CurrentL3] = new(-10_000, 10_000),
        [Quantity.Power] = new(-1e7, 1e7),
        [Quantity.PowerL1] = new(-1e7, 1e7),
        [Quantity.PowerL2] = new(-1e7, 1e7),
        [Quantity.PowerL3] = new(-1e7, 1e7),
        [Quantity.ApparentPower] = new(-1e7, 1e7),
        [Quantity.ApparentPowerL1] = new(-1e7, 1e7),
        [Quantity.ApparentPowerL2] = new(-1e7, 1e7),
        [Quantity.ApparentPowerL3] = new(-1e7, 1e7),
        [Quantity.ReactivePower] = new(-1e7, 1e7),
        [Quantity.ReactivePowerL1] = new(-1e7, 1e7),
        [Quantity.ReactivePowerL2] = new(-1e7, 1e7),
        [Quantity.ReactivePowerL3] = new(-1e7, 1e7),
        [Quantity.Frequency] = new(45, 65, 2, Agreement: 0.2),
        [Quantity.PowerFactor] = new(-1, 1),
        [Quantity.PowerFactorL1] = new(-1, 1),
        [Quantity.PowerFactorL2] = new(-1, 1),
        [Quantity.PowerFactorL3] = new(-1, 1),
        [Quantity.Energy] = new(0, 1e9, 250 / 60.0, IsCounter: true),
        [Quantity.EnergyExported] = new(0, 1e9, 250 / 60.0, IsCounter: true),
        [Quantity.EnergyTotal] = new(0, 1e9, 500 / 60.0, IsCounter: true),
        [Quantity.VoltageThd] = new(0, 1_000),
        [Quantity.VoltageThdL1] = new(0, 1_000),
        [Quantity.VoltageThdL2] = new(0, 1_000),
        [Quantity.VoltageThdL3] = new(0, 1_000),
        [Quantity.CurrentThd] = new(0, 10_000),
        [Quantity.CurrentThdL1] = new(0, 10_000),
        [Quantity.CurrentThdL2] = new(0, 10_000),
        [Quantity.CurrentThdL3] = new(0, 10_000),
        [Quantity.DcVoltage] = new(-2_000, 2_000, LeastPerHour: 0.5, MovesAbove: 100),
        [Quantity.DcPower] = new(-1e7, 1e7),
        [Quantity.Gas] = new(0, 1e8, 1, IsCounter: true),
        [Quantity.Acidity] = new(0, 14, 2, 0.002, Agreement: 0.4),
        [Quantity.Conductivity] = new(0, 50),
        [Quantity.DissolvedOxygen] = new(0, 100, 5, 0.01, Agreement: 1),
    }.ToFrozenDictionary();

    private static readonly QualityLimits Anything = new(double.MinValue, double.MaxValue);

    /// <summary>The limits of a quantity; everything finite where none are known.</summary>
    public static QualityLimits Of(Quantity quantity) => Known.GetValueOrDefault(quantity, Anything);

    /// <summary>Whether somebody has thought about this quantity.</summary>
    public static bool AreKnown(Quantity quantity) => Known.ContainsKey(quantity);

    /// <summary>Where a value is that has to move within an hour.</summary>
    public bool HasToMove(double value) => LeastPerHour > 0 && value >= MovesAbove && value < Saturation;

    public double AgreementAt(double value) => Agreement + (AgreementShare * Math.Abs(value));
}
