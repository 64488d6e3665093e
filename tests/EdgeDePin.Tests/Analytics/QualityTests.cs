using EdgeDePin.Analytics;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Analytics;

public sealed class QualityTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static Reading Reading(Quantity quantity, double value, int second = 0) =>
        new(new SensorId("a"), quantity, value, Noon.AddSeconds(second));

    [Fact]
    public void What_cannot_be_true_is_dropped_and_counted()
    {
        CleanedWindow cleaned = CleanedWindow.Of(new Window(Noon, Noon.AddMinutes(1),
        [
            Reading(Quantity.Temperature, -7999),            // a broken thermistor of the MIDC station
            Reading(Quantity.Temperature, 60, 1),            // the limit itself is plausible (WMO)
            Reading(Quantity.Temperature, 60.1, 2),
            Reading(Quantity.Temperature, double.NaN, 3),
            Reading(Quantity.Temperature, 20, 5),
            Reading(Quantity.Temperature, 19, 4),
            Reading(Quantity.Temperature, 21, 5),            // the same instant again
            Reading(Quantity.Pressure, 49_999),
            Reading(Quantity.Pressure, double.PositiveInfinity, 1),
        ]));
        Assert.Equal((2, 3, 1), (cleaned.NotFinite, cleaned.OutOfRange, cleaned.Duplicates));
        Assert.Equal([60, 19, 20], cleaned.Window.Readings.Select(reading => reading.Value));
        CleanedWindow decoded = CleanedWindow.Decode(cleaned.Encode());
        Assert.Equal(cleaned.Window.Readings, decoded.Window.Readings);
        Assert.Equal((2, 3, 1), (decoded.NotFinite, decoded.OutOfRange, decoded.Duplicates));
    }

    [Fact]
    public void Every_quantity_has_a_plausible_range() =>
        Assert.All(Quantity.All, quantity => Assert.True(PlausibleRange.Of(quantity).High < double.MaxValue, quantity.Name));

    public static TheoryData<double, double[], double?> Scores => new()
    {
        { 20, [1, 2, 3], null },                                     // too little history
        { 5, [1, 2, 3, 4, 5, 6, 7, 8, 9], 0 },
        { 5 + (2 * 1.4826), [1, 2, 3, 4, 5, 6, 7, 8, 9], 1 },        // the median deviation of 1 to 9 is 2
        { 5 + (2 * 1.4826), [1, 2, 3, 4, 5, 6, 7, 8, 1e9], 1 },      // and stays 2 with a wild value among them
        { 20.5, [20, 20, 20, 20, 20, 20, 20, 20], 5 },               // a still sensor: 0.5 °C is five times the WMO's 0.1 °C
    };

    [Theory]
    [MemberData(nameof(Scores))]
    public void Unusual_is_measured_in_median_deviations(double value, double[] history, double? score) =>
        Assert.Equal(score ?? -1, RobustScore.Of(Quantity.Temperature, value, history) ?? -1, 1e-9);
}
