using EdgeDePin.Analytics;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Analytics.Faults;

public sealed class RobustCalibrationTests
{
    [Fact]
    public void A_line_is_found_though_a_tenth_of_the_pairs_is_nonsense()
    {
        RobustCalibration line = RobustCalibration.Learn(Quantity.Pm25, Pairs((sensor, random) => (0.6 * sensor) + 2 + random.NextDouble() - 0.5, wrong: 0.1));
        Assert.Equal(0.6, line.Slope, 0.02);
        Assert.Equal(2, line.Offset, 0.5);
        Assert.True(line.IsUseful);
        Assert.Equal((0.6 * 20) + 2, line.Apply(20), 0.7);
    }

    [Fact]
    public void What_was_learned_in_one_season_and_fails_in_the_next_is_not_used()
    {
        // The sensor read double in the first weeks and is right in the last: a line would halve it for good.
        (double Sensor, double Reference)[] pairs = [.. Pairs((sensor, _) => sensor, wrong: 0).Select((pair, number) => number < 700 ? (2 * pair.Sensor, pair.Reference) : pair)];
        RobustCalibration line = RobustCalibration.Learn(Quantity.Pm25, pairs);
        Assert.Equal(0.5, line.Slope, 0.01);
        Assert.True(line.Error > line.RawError);
        Assert.False(line.IsUseful);
        Assert.Equal(20, line.Apply(20));
    }

    [Fact]
    public void Too_few_pairs_and_a_sensor_that_does_not_move_are_refused()
    {
        Assert.Contains("335 pairs are too few", Assert.Throws<FormatException>(() => RobustCalibration.Learn(Quantity.Pm25, [.. Pairs((sensor, _) => sensor, 0).Take(335)])).Message, StringComparison.Ordinal);
        Assert.Contains("does not move", Assert.Throws<FormatException>(() => RobustCalibration.Learn(Quantity.Pm25, [.. Enumerable.Repeat((5.0, 4.0), 400)])).Message, StringComparison.Ordinal);
    }

    private static (double Sensor, double Reference)[] Pairs(Func<double, Random, double> reference, double wrong)
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, 1_000).Select(_ =>
        {
            double sensor = 40 * random.NextDouble();
            double truth = reference(sensor, random);
            return (random.NextDouble() < wrong ? sensor + 300 : sensor, truth);
        })];
    }
}
