using CsCheck;
using EdgeDePin.Analytics;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Analytics;

public sealed class MonotoneCounterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static Reading[] Readings(params IEnumerable<double> kilowattHours) =>
        [.. kilowattHours.Select((value, index) => new Reading(new SensorId("meter"), Quantity.Energy, value, Noon.AddMinutes(index)))];

    // One minute apart.
    public static TheoryData<double[], double, int> Table => new()
    {
        { [], 0, 0 },
        { [81_250], 0, 0 },
        { [81_250, 81_250.2, 81_250.5], 0.5, 0 },
        { [81_250, 0, 81_250.2], 0.2, 1 },                // a zero books nothing, neither there nor back
        { [81_250, 81_250.2, 0], 0.2, 1 },
        { [81_250, 162_500, 81_250.2], 0.2, 1 },          // a flipped bit
        { [81_250, 0, 0, 81_250.2, 81_250.4], 0.2, 2 },   // two zeros look like a reset, and the way back is not booked either
        { [81_250, 3, 3.1, 3.3], 0.3, 1 },                // a new meter
        { [0, 81_250, 81_250.2], 0.2, 1 },                // the glitch came first
        { [1, 1, 1], 0, 0 },
        { [1, 6], 0, 1 },                                 // 5 kWh in a minute is 300 kW
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Only_plausible_steps_forward_are_credited(double[] kilowattHours, double delta, int ignored)
    {
        CounterDelta counted = MonotoneCounter.Credit(Readings(kilowattHours));
        Assert.Equal(delta, counted.Delta, 1e-9);
        Assert.Equal(ignored, counted.Ignored);
    }

    [Fact]
    public void A_single_wrong_reading_anywhere_inside_changes_nothing() =>
        Gen.Select(Gen.Double[0, 1e5], Gen.Double[0, 2].Array[2, 20], Gen.Int[0, 1000], Gen.OneOf(Gen.Const(0.0), Gen.Double[0, 1e6]))
            .Sample((start, steps, where, wrong) =>
            {
                double[] values = [.. steps.Select((_, index) => start + steps.Take(index + 1).Sum())];
                int at = where % (values.Length - 1);
                Reading[] right = Readings(values);
                Reading glitch = right[at] with { Value = wrong, ObservedAt = right[at].ObservedAt.AddSeconds(30) };
                double delta = MonotoneCounter.Credit(right).Delta;
                Assert.Equal(values[^1] - values[0], delta, 1e-6);

                // Unless it could be true: then it is believed, and only what comes after it can be missing, never too much.
                double disturbed = MonotoneCounter.Credit([.. right[..(at + 1)], glitch, .. right[(at + 1)..]]).Delta;
                bool believable = wrong >= values[at] && wrong <= values[at] + 2.2;
                Assert.True(believable ? disturbed <= delta + 2.2 + 1e-6 : Math.Abs(disturbed - delta) < 1e-6, $"{disturbed} instead of {delta}");
            });

    [Fact]
    public void Counting_goes_on_from_the_previous_window()
    {
        Reading[] all = Readings(10, 10.5, 0, 11, 11.5, 0, 12);
        CounterDelta first = MonotoneCounter.Credit(all[..3]);
        CounterDelta second = MonotoneCounter.Credit(all[3..], first.Last);
        Assert.Equal(0.5, first.Delta, 1e-9);
        Assert.Equal(1.5, second.Delta, 1e-9);
        Assert.Equal(TimeSpan.FromMinutes(5), second.Span);
    }
}
