using System.Collections.Frozen;

namespace EdgeDePin.Model;

/// <summary>What is normal of a quantity.</summary>
/// <param name="Lowest">Inclusive, in the unit of the quantity.</param>
/// <param name="Highest">Inclusive.</param>
/// <param name="StepPerMinute">It does not move further in a minute; infinite where it may.</param>
/// <param name="LeastPerHour">It moves at least so far in an hour; 0 where it may stand still.</param>
/// <param name="Agreement">Two good sensors at one place differ by no more.</param>
/// <param name="AgreementShare">Plus this share of the value.</param>
/// <param name="IsCounter">It only grows.</param>
/// <param name="Saturation">At or above it for hours the element is wet or the converter at its end; infinite where it cannot be.</param>
public sealed record QualityLimits(
    double Lowest, double Highest, double StepPerMinute = double.PositiveInfinity, double LeastPerHour = 0,
    double Agreement = double.PositiveInfinity, double AgreementShare = 0, bool IsCounter = false,
    double Saturation = double.PositiveInfinity)
{
    // Weather: WMO, guidelines on quality control of data from automatic weather stations (Zahumensky 2004); agreement: twice
    // the accuracy that datasheets of the usual chips claim. Air and grid: what makers accept, wide.
    private static readonly FrozenDictionary<Quantity, QualityLimits> Known = new Dictionary<Quantity, QualityLimits>
    {
        [Quantity.Temperature] = new(-80, 60, 3, 0.1, Agreement: 1.5),
        [Quantity.RelativeHumidity] = new(0, 100, 15, 1, Agreement: 8, Saturation: 99.9),
        [Quantity.Pressure] = new(50_000, 110_000, 200, 10, Agreement: 250),
        [Quantity.WindSpeed] = new(0, 75, 20),
        [Quantity.WindGust] = new(0, 150),
        [Quantity.WindDirection] = new(0, 360),
        [Quantity.Illuminance] = new(0, 200_000),
        [Quantity.Rain] = new(0, 1e6, 30, IsCounter: true),
        [Quantity.RainRate] = new(0, 2_000),
        [Quantity.Pm1] = new(0, 1_000, 200, Agreement: 8, AgreementShare: 0.5),
        [Quantity.Pm25] = new(0, 1_000, 200, Agreement: 8, AgreementShare: 0.5),
        [Quantity.Pm4] = new(0, 1_000, 300, Agreement: 10, AgreementShare: 0.6),
        [Quantity.Pm10] = new(0, 1_000, 400, Agreement: 15, AgreementShare: 0.7),
        [Quantity.CarbonDioxide] = new(300, 40_000, 2_000, Agreement: 100, AgreementShare: 0.1),
        [Quantity.VocIndex] = new(0, 500),
        [Quantity.Voltage] = new(0, 1_000, 60, Agreement: 6),
        [Quantity.Frequency] = new(45, 65, 2, Agreement: 0.2),
        [Quantity.PowerFactor] = new(-1, 1),
        [Quantity.PowerFactorL1] = new(-1, 1),
        [Quantity.PowerFactorL2] = new(-1, 1),
        [Quantity.PowerFactorL3] = new(-1, 1),
        [Quantity.Energy] = new(0, 1e9, 250 / 60.0, IsCounter: true),
        [Quantity.EnergyExported] = new(0, 1e9, 250 / 60.0, IsCounter: true),
        [Quantity.EnergyTotal] = new(0, 1e9, 500 / 60.0, IsCounter: true),
        [Quantity.Gas] = new(0, 1e8, 1, IsCounter: true),
        [Quantity.Acidity] = new(0, 14, 2, Agreement: 0.4),
        [Quantity.Conductivity] = new(0, 50),
        [Quantity.DissolvedOxygen] = new(0, 100, 5, Agreement: 1),
    }.ToFrozenDictionary();

    private static readonly QualityLimits Anything = new(double.MinValue, double.MaxValue);

    /// <summary>The limits of a quantity; everything finite where none are known.</summary>
    public static QualityLimits Of(Quantity quantity) => Known.GetValueOrDefault(quantity, Anything);

    public double AgreementAt(double value) => Agreement + (AgreementShare * Math.Abs(value));
}
