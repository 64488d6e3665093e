namespace EdgeDePin.Analytics;

/// <summary>The distance of two values of a series: a length of time, or a number of calendar months.</summary>
/// <param name="Length">Zero where the step is of months.</param>
/// <param name="Months">Zero where the step is a length.</param>
public readonly record struct SeriesStep(TimeSpan Length, int Months)
{
    private static readonly int[] NiceSeconds =
        [1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 14400, 21600, 28800, 43200, 86400];

    public static SeriesStep Of(TimeSpan length) => new(length, 0);

    public DateTime At(DateTime start, int index) => Months > 0 ? start.AddMonths(Months * index) : start.AddTicks(Length.Ticks * index);

    /// <summary>The nearest place on the grid.</summary>
    public int IndexOf(DateTime start, DateTime instant) => Months > 0
        ? (((instant.Year - start.Year) * 12) + instant.Month - start.Month) / Months
        : (int)Math.Floor(((instant - start).Ticks / (double)Length.Ticks) + 0.5);

    /// <summary>Lengths of the seasons such a series can have, in steps, shortest first: day and week, week and year, or year.</summary>
    public IReadOnlyList<int> Seasons()
    {
        if (Months > 0)
        {
            return 12 % Months == 0 && Months < 12 ? [12 / Months] : [];
        }

        double perDay = TimeSpan.FromDays(1) / Length;
        return perDay >= 2 && Whole(perDay) ? [(int)Math.Round(perDay), 7 * (int)Math.Round(perDay)]
            : Whole(7 * perDay) && perDay <= 1 && 7 * perDay >= 2 ? [(int)Math.Round(7 * perDay)]
            : Whole(52 * 7 * perDay) && perDay < 1 ? [(int)Math.Round(52 * 7 * perDay)]
            : [];
    }

    public override string ToString() => Months > 0 ? $"{Months} month{(Months > 1 ? "s" : "")}" : Length.ToString("c", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The step that most neighbours are apart; where no step is common, the least round one that holds half of them.</summary>
    /// <param name="stamps">Distinct, oldest first; at least 2.</param>
    internal static (SeriesStep Step, bool Irregular) Of(IReadOnlyList<DateTime> stamps)
    {
        if (Monthly(stamps) is { } months)
        {
            return (new SeriesStep(TimeSpan.Zero, months), false);
        }

        long[] apart = [.. Enumerable.Range(1, stamps.Count - 1).Select(at => (stamps[at] - stamps[at - 1]).Ticks).Order()];
        (long common, int times) = apart.GroupBy(ticks => ticks).Select(same => (same.Key, same.Count())).MaxBy(same => same.Item2);
        if (times * 2 >= apart.Length)
        {
            return (Of(TimeSpan.FromTicks(common)), false);
        }

        TimeSpan median = TimeSpan.FromTicks(apart[apart.Length / 2]);
        int nice = NiceSeconds.FirstOrDefault(seconds => seconds >= median.TotalSeconds);
        return (Of(nice > 0 ? TimeSpan.FromSeconds(nice) : TimeSpan.FromDays(Math.Ceiling(median.TotalDays))), true);
    }

    private static int? Monthly(IReadOnlyList<DateTime> stamps)
    {
        bool sameDay = stamps.All(stamp => stamp.Day == stamps[0].Day && stamp.TimeOfDay == stamps[0].TimeOfDay)
            || stamps.All(stamp => stamp.AddDays(1).Day == 1);
        if (!sameDay || (stamps[1] - stamps[0]).TotalDays < 27)
        {
            return null;
        }

        return Enumerable.Range(1, stamps.Count - 1)
            .Select(at => ((stamps[at].Year - stamps[at - 1].Year) * 12) + stamps[at].Month - stamps[at - 1].Month)
            .GroupBy(months => months).MaxBy(same => same.Count())!.Key;
    }

    private static bool Whole(double steps) => Math.Abs(steps - Math.Round(steps)) < 1e-9;
}
