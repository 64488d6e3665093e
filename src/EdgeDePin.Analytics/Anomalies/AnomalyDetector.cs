namespace EdgeDePin.Analytics.Anomalies;

/// <summary>
/// Finds what is unusual in one series of readings as they come: constant work and 4 kB for each series, one threshold for all,
/// and a reason for every verdict. It never looks ahead. Not for several threads at once.
/// </summary>
/// <remarks>
/// Three expectations are kept: the recent mean, the usual value of this quarter of an hour of the day, and of this hour of the week.
/// The one that missed least of late is believed. What it misses by is judged twice, for the value alone and for the last two
/// hours together, in deviations of just that in the past. An episode is told once. A series that has many of them must be stranger each
/// time, so that none floods. Constants were chosen on every second series of the Numenta corpus and then left alone; see
/// <c>docs/analytics.md</c>. Only + - * / and square roots: equal bits on every processor.
/// </remarks>
public sealed class AnomalyDetector
{
    /// <summary>In deviations. One for all series.</summary>
    public const double Threshold = 4;

    internal const int DaySlots = 96;
    internal const int WeekSlots = 168;

    /// <summary>Nothing is called unusual before this many steps.</summary>
    public const int WarmUp = 50;

    // Everything below counts in steps: a reading, or where readings come faster than the cadence, that share of one.
    private const double Memory = 8_000;
    private const double LevelMemory = 1_000;
    private const double ProfileWeight = 0.2;
    private const double ErrorWeight = 0.002;
    private const double Stretch = 24;
    private const double Clip = 8;
    private const double Episode = 200;
    private const double FarWorse = 1.5;
    private const double HabitWeight = 0.1;
    private const double HabitMemory = 4_000 / 0.6931471805599453;

    private readonly double _cadenceTicks;
    internal DetectorState State { get; }

    /// <param name="cadence">Faster readings share a step of this length, so that a sensor that is read each second has days to remember and not hours. Default 5 minutes.</param>
    public AnomalyDetector(TimeSpan? cadence = null)
        : this(cadence ?? TimeSpan.FromMinutes(5), new DetectorState())
    {
    }

    internal AnomalyDetector(TimeSpan cadence, DetectorState state)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(cadence, TimeSpan.Zero);
        (_cadenceTicks, State) = (cadence.Ticks, state);
    }

    /// <param name="value">Finite; anything else is passed over and judged as nothing.</param>
    /// <param name="at">Not necessarily after the last: a clock may be set back.</param>
    public AnomalyJudgement Judge(double value, DateTimeOffset at)
    {
        if (!double.IsFinite(value))
        {
            return default;
        }

        DetectorState s = State;
        double step = StepTo(at);
        bool first = s.Steps == 0;
        s.Level = first ? value : s.Level;
        s.Steps += step;
        int day = (int)(at.UtcDateTime.TimeOfDay.Ticks / (TimeSpan.TicksPerDay / DaySlots));
        int week = ((int)at.UtcDateTime.DayOfWeek * 24) + at.UtcDateTime.Hour;
        double ofDay = s.DaySeen[day] > 0 ? s.Day[day] : s.Level;
        double ofWeek = s.WeekSeen[week] > 0 ? s.Week[week] : ofDay;
        (double expected, Expectation basis) = s.DayError < s.LevelError
            ? s.WeekError < s.DayError ? (ofWeek, Expectation.TimeOfWeek) : (ofDay, Expectation.TimeOfDay)
            : s.WeekError < s.LevelError ? (ofWeek, Expectation.TimeOfWeek) : (s.Level, Expectation.Level);
        double miss = value - expected;
        s.LevelError += step * ErrorWeight * (Math.Abs(value - s.Level) - s.LevelError);
        s.DayError += step * ErrorWeight * (Math.Abs(value - ofDay) - s.DayError);
        s.WeekError += step * ErrorWeight * (Math.Abs(value - ofWeek) - s.WeekError);
        Learn(value, day, week, step);

        s.Smoothed += Math.Min(1, step / Math.Min(s.Steps, Stretch)) * (miss - s.Smoothed);
        double floor = (1e-4 * Math.Sqrt(s.Variance)) + (1e-12 * Math.Abs(value));
        double moment = Deviations(miss, ref s.MomentMean, ref s.MomentVariance, step, floor, out double momentDeviation);
        double stretch = Deviations(s.Smoothed, ref s.StretchMean, ref s.StretchVariance, step, floor, out double stretchDeviation);
        return moment >= stretch
            ? Tell(moment, step, value, expected, momentDeviation, basis, AnomalySpan.Moment)
            : Tell(stretch, step, expected + s.Smoothed, expected, stretchDeviation, basis, AnomalySpan.Stretch);
    }

    private double StepTo(DateTimeOffset at)
    {
        long ticks = at.UtcTicks - State.LastTicks;
        if (State.LastTicks != 0 && ticks > 0)
        {
            State.Step = Math.Min(1, ticks / _cadenceTicks);
        }

        State.LastTicks = at.UtcTicks;
        return State.Step;
    }

    private void Learn(double value, int day, int week, double step)
    {
        DetectorState s = State;
        double weight = Math.Min(1, step / Math.Min(s.Steps, LevelMemory)), off = value - s.Level;
        s.Level += weight * off;
        s.Variance += weight * ((off * off) - s.Variance);
        Profile(s.Day, s.DaySeen, day, value, step);
        Profile(s.Week, s.WeekSeen, week, value, step);
    }

    // The mean of the first five steps of a slot, then each further one counts for a fifth.
    private static void Profile(double[] usual, double[] seen, int slot, double value, double step)
    {
        seen[slot] = Math.Min(seen[slot] + step, 1 / ProfileWeight);
        usual[slot] += Math.Min(1, step / seen[slot]) * (value - usual[slot]);
    }

    private double Deviations(double miss, ref double mean, ref double variance, double step, double floor, out double deviation)
    {
        double off = miss - mean;
        deviation = Math.Sqrt(variance) + floor;
        double deviations = State.Steps > WarmUp && off != 0 ? Math.Abs(off) / deviation : 0;
        if (State.Steps > WarmUp)
        {
            // What is far out teaches, but not more than something at the edge: an outage must not become the measure of all.
            off = Math.Clamp(off, -Clip * deviation, Clip * deviation);
        }

        double weight = Math.Min(1, step / Math.Min(State.Steps, Memory));
        mean += weight * off;
        variance += weight * ((off * off) - variance);
        return deviations;
    }

    private AnomalyJudgement Tell(
        double deviations, double step, double value, double expected, double deviation, Expectation basis, AnomalySpan span)
    {
        DetectorState s = State;
        double surprise = deviations / (1 + (HabitWeight * s.Habit));
        s.SinceEpisode += step;
        bool told = surprise > Threshold && (s.SinceEpisode >= Episode || surprise >= FarWorse * s.EpisodeSurprise);
        if (told)
        {
            (s.SinceEpisode, s.EpisodeSurprise) = (0, surprise);
            s.Habit += 1;
        }

        s.Habit -= s.Habit * step / HabitMemory;
        return new AnomalyJudgement(surprise, told, value, expected, deviation, basis, span);
    }
}
