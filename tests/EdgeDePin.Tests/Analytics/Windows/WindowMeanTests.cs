using CsCheck;
using EdgeDePin.Analytics;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Analytics.Windows;

public sealed class WindowMeanTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static Reading[] Readings(Quantity quantity, params (double Second, double Value)[] all) =>
        [.. all.Select(one => new Reading(new SensorId("a"), quantity, one.Value, Noon.AddSeconds(one.Second)))];

    [Theory]
    [InlineData(350, 10, 0)]
    [InlineData(90, 180, 135)]
    [InlineData(300, 320, 310)]
    [InlineData(0, 180, 180)]       // they cancel out: the last
    public void Directions_go_around(double one, double other, double mean) =>
        Assert.Equal(mean, WindowMean.Of(Readings(Quantity.WindDirection, (0, one), (10, other))), 1e-6);

    // The mean vector of 1 m/s from the east and 3 m/s from the north: atan(1/3) from north.
    [Fact]
    public void Stronger_wind_says_more_about_the_direction() =>
        Assert.Equal(18.4349488, WindowMean.Of(Readings(Quantity.WindDirection, (0, 90), (10, 0)), speeds: [1, 3]), 1e-6);

    [Fact]
    public void Of_gusts_the_strongest_counts_and_of_a_counter_the_last()
    {
        Assert.Equal(9, WindowMean.Of(Readings(Quantity.WindGust, (0, 2), (1, 9), (2, 3))));
        Assert.Equal(1.2, WindowMean.Of(Readings(Quantity.Rain, (0, 1), (1, 1.1), (2, 1.2))));
    }

    // Ten readings of 20 within the first seconds and five of 10 in the rest of the time: a plain mean says 16.7.
    [Fact]
    public void A_burst_does_not_outvote_the_rest_of_the_time()
    {
        (double, double)[] burst = [.. Enumerable.Range(0, 5).Select(number => (number * 0.1, 20.0)), .. Enumerable.Range(1, 10).Select(number => (number * 10.0, 10.0))];
        Assert.InRange(WindowMean.Of(Readings(Quantity.Temperature, burst)), 10, 11);
    }

    [Fact]
    public void A_gap_is_not_filled_by_its_neighbours()
    {
        // A minute of 10, an hour of nothing, a minute of 20: neither minute speaks for the hour.
        (double, double)[] around = [.. Enumerable.Range(0, 6).Select(number => (number * 10.0, 10.0)), .. Enumerable.Range(0, 6).Select(number => (3_600 + (number * 10.0), 20.0))];
        Assert.Equal(15, WindowMean.Of(Readings(Quantity.Temperature, around)), 1e-9);
    }

    [Fact]
    public void What_is_suspect_counts_less_and_what_is_bad_nothing()
    {
        Reading[] readings = Readings(Quantity.Temperature, (0, 10), (10, 10), (20, 40), (30, 10));
        Assert.Equal(17.5, WindowMean.Of(readings), 1e-9);
        Assert.Equal(10, WindowMean.Of(readings, [1, 1, 0, 1]), 1e-9);
        Assert.Equal(10 + (30 * 0.5 / 3.5), WindowMean.Of(readings, [1, 1, 0.5, 1]), 1e-9);
        Assert.Equal(17.5, WindowMean.Of(readings, [0, 0, 0, 0]), 1e-9);
    }

    [Fact]
    public void Units_and_zero_points_carry_over_to_the_mean_and_equal_values_have_it_exactly() =>
        Gen.Select(Gen.Double[0, 600], Gen.Double[-50, 50]).Array[1, 30].Sample(pairs =>
        {
            (double, double)[] ordered = [.. pairs.OrderBy(pair => pair.Item1).Select(pair => (pair.Item1, pair.Item2))];
            double mean = WindowMean.Of(Readings(Quantity.Temperature, ordered));
            double fahrenheit = WindowMean.Of(Readings(Quantity.Temperature, [.. ordered.Select(pair => (pair.Item1, (pair.Item2 * 1.8) + 32))]));
            Assert.Equal((mean * 1.8) + 32, fahrenheit, 1e-9);
            Assert.InRange(mean, ordered.Min(pair => pair.Item2) - 1e-9, ordered.Max(pair => pair.Item2) + 1e-9);
            Assert.Equal(7.3, WindowMean.Of(Readings(Quantity.Temperature, [.. ordered.Select(pair => (pair.Item1, 7.3))])));
        });
}
