using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>What a meter's counter tells about a stretch of time.</summary>
/// <param name="Delta">In the unit of the counter; never negative.</param>
/// <param name="Last">The newest reading that is believed; the next stretch goes on from here. Null without any.</param>
/// <param name="Span">Time from the first to the last reading believed.</param>
/// <param name="Ignored">Readings that were not believed: glitches, resets, a meter replaced.</param>
public readonly record struct CounterDelta(double Delta, Reading? Last, TimeSpan Span, int Ignored);

/// <summary>
/// Energy, rain or gas from a counter that should only grow. One reading of 0.0 has booked a whole meter as consumption in many a home, so
/// only plausible steps forward are credited, and a step that is not must be confirmed by the reading after it.
/// </summary>
public static class MonotoneCounter
{
    // Coarse counters step by so much at once: a tenth of a kWh or of a cubic metre, a bucket of rain of 0.2 to 0.5 mm.
    private const double Resolution = 0.1;
    private const double Bucket = 0.5;

    /// <param name="readings">In the order of their instants; of one counter.</param>
    /// <param name="previous">The last reading believed before them; null when there is none.</param>
    public static CounterDelta Credit(IEnumerable<Reading> readings, Reading? previous = null)
    {
        ArgumentNullException.ThrowIfNull(readings);
        Reading? last = previous, suspect = null;
        DateTimeOffset? first = previous?.ObservedAt;
        double delta = 0;
        int ignored = 0;
        foreach (Reading reading in readings)
        {
            if (last is not Reading known || IsPlausible(known, reading))
            {
                first ??= reading.ObservedAt;
                delta += last is null ? 0 : reading.Value - last.Value.Value;
                (last, suspect) = (reading, null);
            }
            else if (suspect is Reading begin && IsPlausible(begin, reading))
            {
                // Two in a row agree: the counter was reset or replaced. The step itself is nobody's consumption.
                delta += reading.Value - begin.Value;
                (last, suspect) = (reading, null);
            }
            else
            {
                suspect = reading;
                ignored++;
            }
        }

        return new CounterDelta(delta, last, last is Reading end && first is not null ? end.ObservedAt - first.Value : TimeSpan.Zero, ignored);
    }

    private static bool IsPlausible(Reading from, Reading to)
    {
        double step = to.Value - from.Value;
        double most = QualityLimits.Of(to.Quantity).StepPerMinute * (to.ObservedAt - from.ObservedAt).TotalMinutes;
        return step >= 0 && step <= most + (to.Quantity == Quantity.Rain ? Bucket : Resolution);
    }
}
