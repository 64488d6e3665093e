using System.Diagnostics;
using EdgeDePin.Analytics;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Execution;

namespace EdgeDePin.Benchmarks.Analytics;

/// <summary>How long does a night's training of one series take on one core, as the task that a node runs?</summary>
internal sealed class TrainingTime : Figure
{
    public override string Name => "nightly-training";

    public override string What => "seconds to train on four years of hours of PJM East and forecast the next day (task forecast@1, one core)";

    public override string Unit => "s";

    public override Goal? Goal => Goal.AtMost(10);

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        GriddedSeries series = ForecastRun.Series("pjm/PJME_hourly.csv", "Datetime", "PJME_MW", []);
        int until = series.FirstAtOrAfter(new DateTime(2015, 1, 1));
        byte[] input = new ForecastRequest(
            DateTime.SpecifyKind(series.At(until - 35_040), DateTimeKind.Utc), TimeSpan.FromHours(1), series.Values[(until - 35_040)..until], 24).Encode();
        TaskDefinition task = AnalyticsCatalog.Create().Get(ForecastTask.Kind);
        long began = Stopwatch.GetTimestamp();
        task.Run(new TaskInput(input, []), cancellationToken);
        return Task.FromResult(Stopwatch.GetElapsedTime(began).TotalSeconds);
    }
}
