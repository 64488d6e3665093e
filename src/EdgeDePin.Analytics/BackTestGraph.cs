using System.Collections.Immutable;
using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>
/// Judges a forecaster on a series of its own past: folds times penalties as independent tasks that neighbours may run, and a
/// summary. The second half of the series is predicted, each value only from what stood before it.
/// </summary>
public static class BackTestGraph
{
    /// <summary>Fewer values leave nothing to learn from.</summary>
    public const int MinPoints = 60;

    /// <summary>Below windows: nobody waits for it.</summary>
    public const int Priority = 0;

    /// <summary>Weight of the ridge; the best one is found by trying.</summary>
    public static ImmutableArray<double> DefaultPenalties { get; } = [1, 10, 100];

    private const int MaxPoints = 4_096;
    private const int MaxLags = 96;
    private const int MaxHorizon = 24;
    private const int MaxOrigins = 16;

    // A task of about this many multiplications (some 50 ms) is worth the way to a neighbour; what is left of it after the point
    // forecasts goes into the intervals.
    private const double Effort = 60e6;
    private const int FewestReplicates = 19;

    /// <param name="series">At least 60 values; of more than 4,096 the newest count.</param>
    /// <param name="folds">Stretches of the second half that are judged apart; 1 to 16. Default 4.</param>
    /// <param name="penalties">Default <see cref="DefaultPenalties"/>; with four folds that makes 12 tasks.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too few values or penalties, or no such number of folds.</exception>
    public static TaskGraph For(RegularSeries series, int folds = 4, ImmutableArray<double> penalties = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentOutOfRangeException.ThrowIfLessThan(series.Values.Length, MinPoints, nameof(series));
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(folds, 16);
        ImmutableArray<double> tried = penalties.IsDefault ? DefaultPenalties : penalties;
        ArgumentOutOfRangeException.ThrowIfZero(tried.Length, nameof(penalties));
        ImmutableArray<double> values = [.. series.Values.TakeLast(MaxPoints)];
        TaskSpec[] tasks = [.. from fold in Enumerable.Range(0, folds)
                               from penalty in tried
                               select new TaskSpec(
                                   $"fold-{fold + 1}-penalty-{penalty}",
                                   RollingBackTestTask.Kind,
                                   Fold(values, series.Step, penalty, fold, folds).Encode(),
                                   [],
                                   Priority)];
        return TaskGraph.Build(
            [.. tasks, new TaskSpec("summary", BackTestSummaryTask.Kind, BackTestSummaryTask.Own(series.Sensor, series.Quantity, series.Newest), [.. tasks.Select(task => task.Name)], Priority)],
            "back-test");
    }

    private static BackTestFold Fold(ImmutableArray<double> series, TimeSpan step, double penalty, int fold, int folds)
    {
        int half = series.Length / 2;
        int from = half + (fold * (series.Length - half) / folds);
        int until = half + ((fold + 1) * (series.Length - half) / folds);
        int horizon = Math.Clamp(series.Length / 20, 1, Math.Min(MaxHorizon, until - from));
        int lags = Math.Min(MaxLags, series.Length / 4);
        int origins = until - from - horizon + 1;
        int stride = (origins + MaxOrigins - 1) / MaxOrigins;
        double fits = Math.Ceiling((double)origins / stride) * lags * lags * ((lags / 6.0) + 2);
        double learning = (double)until * lags * ((lags / 2.0) + horizon);
        int replicates = (int)Math.Clamp(Effort / (fits + learning), FewestReplicates, BackTestFold.MaxReplicates);
        return new BackTestFold(series, lags, horizon, Season(step, half), penalty, from, until, stride, replicates);
    }

    // A day where the learned half holds one; else an hour; else what there is.
    private static int Season(TimeSpan step, int half)
    {
        int perDay = (int)Math.Clamp(TimeSpan.FromDays(1) / step, 1, int.MaxValue);
        int perHour = (int)Math.Clamp(TimeSpan.FromHours(1) / step, 1, int.MaxValue);
        return perDay > 1 && perDay <= half ? perDay : perHour > 1 && perHour <= half ? perHour : half;
    }
}
