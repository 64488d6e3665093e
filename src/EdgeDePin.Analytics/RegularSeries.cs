using System.Collections.Immutable;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>Values of one sensor and quantity at equal steps without a gap, oldest first.</summary>
/// <param name="Step">From one value to the next.</param>
/// <param name="Newest">Instant of the last value.</param>
public sealed record RegularSeries(SensorId Sensor, Quantity Quantity, ImmutableArray<double> Values, TimeSpan Step, DateTimeOffset Newest)
{
    /// <summary>Gaps of up to this many values are bridged with a straight line; a longer one begins the series anew.</summary>
    public const int MaxGap = 3;

    /// <summary>The stretch up to the newest value, back to the first gap that is too long to bridge.</summary>
    /// <param name="points">In the order of their instants, which are multiples of the step apart; at least one.</param>
    internal static RegularSeries UpTo(SensorId sensor, Quantity quantity, IReadOnlyList<(DateTimeOffset At, double Value)> points, TimeSpan step)
    {
        var newestFirst = new List<double> { points[^1].Value };
        for (int point = points.Count - 2; point >= 0; point--)
        {
            long steps = (long)Math.Round((points[point + 1].At - points[point].At) / step);
            if (steps is < 1 or > MaxGap + 1)
            {
                break;
            }

            for (int missing = 1; missing < steps; missing++)
            {
                newestFirst.Add(points[point + 1].Value + ((points[point].Value - points[point + 1].Value) * missing / steps));
            }

            newestFirst.Add(points[point].Value);
        }

        newestFirst.Reverse();
        return new RegularSeries(sensor, quantity, [.. newestFirst], step, points[^1].At);
    }
}
