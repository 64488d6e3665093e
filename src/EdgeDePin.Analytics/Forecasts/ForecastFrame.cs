namespace EdgeDePin.Analytics;

/// <summary>
/// A series as forecasters see it: gaps bridged by straight lines, scaled, with its calendar. A forecast is made only where the newest
/// value was observed, so a bridged gap lies wholly in the past and tells nothing about the future.
/// </summary>
internal sealed class ForecastFrame
{
    private readonly GriddedSeries _series;
    private readonly short[] _dayOfYear;
    private readonly byte[] _slot;
    private readonly byte[] _weekday;
    private readonly byte[] _weekOfMonth;

    private const int FewestSeasons = 3;

    /// <param name="scaleUntil">Mean and deviation are those of the values before this place; a season that does not fit three times before it is none.</param>
    /// <param name="knownUntil">What stands from here on is the test; a gap that reaches into it is bridged with nothing of it. Null: no test.</param>
    public ForecastFrame(GriddedSeries series, int scaleUntil, int? knownUntil = null)
    {
        _series = series;
        KnownUntil = knownUntil ?? series.Values.Length;
        First = Math.Max(0, Array.FindIndex(series.Values, double.IsFinite));
        int[] seasons = [.. series.Step.Seasons().Where(season => season <= (scaleUntil - First) / FewestSeasons)];
        Season = seasons.Length > 0 ? seasons[0] : 1;
        LongSeason = seasons.Length > 1 ? seasons[1] : Season;
        (Mean, Deviation) = Moments(series.Values.AsSpan(First, Math.Max(2, scaleUntil - First)));
        HasYears = series.At(scaleUntil) >= series.At(First).AddDays(700);
        Values = Bridged(series.Values, Mean, Deviation, KnownUntil);
        Exogenous = [.. series.Exogenous.Select(column => Carried(column.Values, scaleUntil))];
        _slot = new byte[Length];
        _weekday = new byte[Length];
        _dayOfYear = new short[Length];
        _weekOfMonth = new byte[Length];
        for (int at = 0; at < Length; at++)
        {
            DateTime instant = series.At(at);
            _slot[at] = (byte)(instant.TimeOfDay.Ticks * Slots / TimeSpan.TicksPerDay);
            _weekday[at] = (byte)instant.DayOfWeek;
            _dayOfYear[at] = (short)instant.DayOfYear;
            _weekOfMonth[at] = (byte)((instant.Day - 1) / 7);
        }
    }

    public GriddedSeries Series => _series;

    /// <summary>Slots of a day that the calendar tells apart.</summary>
    public const int Slots = 24;

    public int Length => _series.Values.Length;

    /// <summary>Where the test begins; the length where there is none.</summary>
    public int KnownUntil { get; }

    /// <summary>The first place with a value.</summary>
    public int First { get; }

    /// <summary>Steps of the short season: a day for hours, a week for days; 1 where there is none, or the series is too short to show it.</summary>
    public int Season { get; }

    /// <summary>Steps of the long season: a week for hours; the short one where there is no longer one.</summary>
    public int LongSeason { get; }

    public double Mean { get; }

    public double Deviation { get; }

    /// <summary>Scaled: (value - mean) / deviation.</summary>
    public double[] Values { get; }

    public double[][] Exogenous { get; }

    public bool HasDay => Season >= 12 && _series.Step.Months == 0 && _series.Step.Length < TimeSpan.FromDays(1);

    /// <summary>The learned span holds two years or more: less says nothing about the seasons of a year, nor about how levels wander.</summary>
    public bool HasYears { get; }

    public bool Observed(int at) => !double.IsNaN(_series.Values[at]);

    /// <summary>The value as it was measured; NaN where it was not.</summary>
    public double Truth(int at) => _series.Values[at];

    public DateTime At(int at) => _series.At(at);

    public int Slot(int at) => at < Length ? _slot[at] : (int)(At(at).TimeOfDay.Ticks * Slots / TimeSpan.TicksPerDay);

    public int Weekday(int at) => at < Length ? _weekday[at] : (int)At(at).DayOfWeek;

    public int DayOfYear(int at) => at < Length ? _dayOfYear[at] : At(at).DayOfYear;

    public int WeekOfMonth(int at) => at < Length ? _weekOfMonth[at] : (At(at).Day - 1) / 7;

    public double Unscale(double value) => (value * Deviation) + Mean;

    private static double[] Bridged(double[] raw, double mean, double deviation, int knownUntil)
    {
        double[] values = new double[raw.Length];
        int last = -1;
        for (int at = 0; at < raw.Length; at++)
        {
            if (double.IsNaN(raw[at]))
            {
                continue;
            }

            values[at] = (raw[at] - mean) / deviation;
            double from = last < 0 ? values[at] : values[last];
            for (int gap = last + 1; gap < at; gap++)
            {
                values[gap] = gap < knownUntil && at >= knownUntil ? from : from + ((values[at] - from) * (gap - last) / (at - last));
            }

            last = at;
        }

        for (int at = last + 1; at < raw.Length; at++)
        {
            values[at] = last < 0 ? 0 : values[last];
        }

        return values;
    }

    // What else was measured stays as it was last known.
    private static double[] Carried(double[] raw, int scaleUntil)
    {
        (double mean, double deviation) = Moments(raw.AsSpan(0, scaleUntil));
        double[] values = new double[raw.Length];
        double last = 0;
        for (int at = 0; at < raw.Length; at++)
        {
            last = double.IsNaN(raw[at]) ? last : Math.Clamp((raw[at] - mean) / deviation, -20, 20);
            values[at] = last;
        }

        return values;
    }

    private static (double Mean, double Deviation) Moments(ReadOnlySpan<double> values)
    {
        double sum = 0, squares = 0;
        int count = 0;
        foreach (double value in values)
        {
            if (!double.IsNaN(value))
            {
                sum += value;
                count++;
            }
        }

        double mean = count == 0 ? 0 : sum / count;
        foreach (double value in values)
        {
            squares += double.IsNaN(value) ? 0 : (value - mean) * (value - mean);
        }

        double deviation = count == 0 ? 1 : Math.Sqrt(squares / count);
        return (mean, deviation > 0 ? deviation : 1);
    }
}
