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
        [Quantity.Pm25] = new(0, 1_000),
        [Quantity.Pm10] = new(0, 1_000),
        [Quantity.Voltage] = new(0, 1_000),
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
