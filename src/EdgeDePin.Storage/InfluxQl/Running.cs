using System.Collections.Frozen;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>
/// A function that walks over the values of a series in the order of the answer, or over an aggregate of them: derivative,
/// difference, moving_average, cumulative_sum, elapsed. Oddities are InfluxDB 1.6's and stand where they happen.
/// </summary>
/// <param name="Title">As InfluxDB names it in errors about types.</param>
internal sealed record Running(string Name, string Title, bool TakesTexts = false)
{
    private static readonly FrozenDictionary<string, Running> Known = new Running[]
    {
        new("derivative", "derivative"), new("non_negative_derivative", "derivative"), new("difference", "difference"),
        new("non_negative_difference", "difference"), new("moving_average", "moving average"),
        new("cumulative_sum", "cumulative sum"), new("elapsed", "elapsed", TakesTexts: true),
    }.ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    public static Running? Find(string name) => Known.GetValueOrDefault(name);

    /// <summary>Over an aggregate it looks one bucket beyond the range, so that the first bucket of the range has a value.</summary>
    public bool LooksBack => Name != "cumulative_sum";

    public bool Takes(FieldKind kind) => TakesTexts || kind is FieldKind.Float or FieldKind.Integer;

    /// <param name="argument">Unit in ns of derivatives and elapsed, count of moving_average.</param>
    public IEnumerable<(long Time, FieldValue Value)> Apply(IEnumerable<(long Time, FieldValue Value)> values, long argument, bool descending) => Name switch
    {
        "derivative" or "non_negative_derivative" => Derivative(values, argument, descending),
        "difference" or "non_negative_difference" => Difference(values),
        "moving_average" => MovingAverage(values, (int)Math.Min(argument, int.MaxValue)),
        "cumulative_sum" => CumulativeSum(values),
        _ => Elapsed(values, argument),
    };

    private bool IsNonNegative => Name.StartsWith("non_negative", StringComparison.Ordinal);

    private IEnumerable<(long Time, FieldValue Value)> Derivative(IEnumerable<(long Time, FieldValue Value)> values, long unit, bool descending)
    {
        foreach (((long Time, FieldValue Value) before, (long Time, FieldValue Value) here) in Pairs(values))
        {
            double change = before.Value.Kind == FieldKind.Integer
                ? unchecked(here.Value.AsInteger - before.Value.AsInteger)
                : here.Value.AsFloat - before.Value.AsFloat;
            long elapsed = descending ? before.Time - here.Time : here.Time - before.Time;
            double slope = elapsed > 0 ? change / ((double)elapsed / unit) : 0;
            if ((!IsNonNegative || change >= 0) && double.IsFinite(slope))
            {
                yield return (here.Time, slope);
            }
        }
    }

    private IEnumerable<(long Time, FieldValue Value)> Difference(IEnumerable<(long Time, FieldValue Value)> values)
    {
        foreach (((long Time, FieldValue Value) before, (long Time, FieldValue Value) here) in Pairs(values))
        {
            if (before.Value.Kind == FieldKind.Integer)
            {
                long whole = unchecked(here.Value.AsInteger - before.Value.AsInteger);
                if (!IsNonNegative || whole >= 0)
                {
                    yield return (here.Time, whole);
                }

                continue;
            }

            double change = here.Value.AsFloat - before.Value.AsFloat;
            if ((!IsNonNegative || change >= 0) && double.IsFinite(change))
            {
                yield return (here.Time, change);
            }
        }
    }

    // Of several values at one instant only the first counts: they come from series that are read as one.
    private static IEnumerable<((long Time, FieldValue Value) Before, (long Time, FieldValue Value) Here)> Pairs(
        IEnumerable<(long Time, FieldValue Value)> values)
    {
        (long Time, FieldValue Value)? before = null;
        foreach ((long Time, FieldValue Value) here in values)
        {
            if (before is { } last)
            {
                if (last.Time == here.Time)
                {
                    continue;
                }

                yield return (last, here);
            }

            before = here;
        }
    }

    private static IEnumerable<(long Time, FieldValue Value)> MovingAverage(IEnumerable<(long Time, FieldValue Value)> values, int count)
    {
        var window = new Queue<FieldValue>();
        double sum = 0;
        long whole = 0;
        foreach ((long time, FieldValue value) in values)
        {
            FieldValue? leaving = window.Count == count ? window.Dequeue() : null;
            window.Enqueue(value);
            if (value.Kind == FieldKind.Integer)
            {
                whole = unchecked(whole + (value.AsInteger - (leaving?.AsInteger ?? 0)));
            }
            else
            {
                // In this order, as InfluxDB does it: the rounding is part of the answer.
                sum = leaving is { } old ? sum - old.AsFloat + value.AsFloat : sum + value.AsFloat;
            }

            double average = (value.Kind == FieldKind.Integer ? whole : sum) / count;
            if (window.Count == count && double.IsFinite(average))
            {
                yield return (time, average);
            }
        }
    }

    private static IEnumerable<(long Time, FieldValue Value)> CumulativeSum(IEnumerable<(long Time, FieldValue Value)> values)
    {
        double sum = 0;
        long whole = 0;
        foreach ((long time, FieldValue value) in values)
        {
            if (value.Kind == FieldKind.Integer)
            {
                yield return (time, whole = unchecked(whole + value.AsInteger));
                continue;
            }

            sum += value.AsFloat;
            if (double.IsFinite(sum))
            {
                yield return (time, sum);
            }
        }
    }

    private static IEnumerable<(long Time, FieldValue Value)> Elapsed(IEnumerable<(long Time, FieldValue Value)> values, long unit)
    {
        long? before = null;
        foreach ((long time, _) in values)
        {
            if (before is { } last)
            {
                yield return (time, unchecked(time - last) / unit);
            }

            before = time;
        }
    }
}
