using System.Collections.Immutable;
using EdgeDePin.Analytics;
using EdgeDePin.Model;
using EdgeDePin.Storage;

namespace EdgeDePin.Node;

/// <summary>
/// How power quality lies in the store: measurement <c>power_quality</c> for each block that a sensor has taken, and <c>power_supply</c>,
/// each ten minutes, for what EN 50160 says of the week so far.
/// </summary>
public static class PowerQualityPoints
{
    public const string Measurement = "power_quality";
    public const string Supply = "power_supply";

    /// <summary>EN 50160 limits the harmonics of the voltage up to the 25th.</summary>
    private const int LimitedHarmonics = 25;

    public static Point From(PowerQuality quality, SensorId sensor, DateTimeOffset instant, NodeOptions node)
    {
        List<Field> fields =
        [
            new("frequency", quality.Hertz), new("voltage", quality.Volts), new("current", quality.Amperes), new("power", quality.Watts),
            new("apparent_power", quality.VoltAmperes), new("reactive_power", quality.FundamentalVars), new("non_active_power", quality.NonActiveVars),
            new("power_factor", quality.PowerFactor), new("voltage_thd", quality.VoltageThd), new("current_thd", quality.CurrentThd),
            new("last_harmonic", quality.VoltageHarmonics.Length + 1L),
        ];
        fields.AddRange(quality.VoltageHarmonics.Select((percent, index) => new Field($"voltage_h{index + 2}", percent)));
        return new Point(Measurement, Tags(sensor, node), [.. fields], Point.InstantOf(instant));
    }

    /// <param name="lastHarmonic">The highest that every block of the week reached: of harmonics that nobody saw nothing is said.</param>
    public static IEnumerable<Point> From(ImmutableArray<SupplyCriterion> week, int lastHarmonic, SensorId sensor, DateTimeOffset instant, NodeOptions node) =>
        // Of one phase there is no unbalance to judge.
        week.Where(criterion => criterion.Values > 0 && !criterion.Name.StartsWith("unbalance", StringComparison.Ordinal)
                && (lastHarmonic >= LimitedHarmonics || !criterion.Name.Contains("harmonic", StringComparison.Ordinal) && !criterion.Name.StartsWith("THD", StringComparison.Ordinal))).Select(criterion => new Point(
            Supply, [.. Tags(sensor, node), new("criterion", criterion.Name)],
            [
                new("share", criterion.Share), new("required", criterion.Required), new("kept", FieldValue.Boolean(criterion.IsKept)),
                new("values", (long)criterion.Values),
            ],
            Point.InstantOf(instant)));

    private static Tag[] Tags(SensorId sensor, NodeOptions node) => [new("site", node.Site), new("node", node.Name), new("sensor", sensor.Value)];
}
