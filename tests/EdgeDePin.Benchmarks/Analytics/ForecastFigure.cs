using EdgeDePin.Analytics;
using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Analytics;

/// <summary>A figure of a forecast beside the same figure of naive and classical rules.</summary>
internal sealed class ForecastFigure(
    string name, string what, string unit, Goal goal, ForecastRun run, Func<ForecastFigures, ForecastReport, double> figure,
    bool hasBaselines = true) : Figure
{
    private static readonly string[] Baselines = ["last value", "seasonal naive", "smoothing", "ridges"];

    public override string Name => name;

    public override string What => what;

    public override string Unit => unit;

    public override Goal? Goal => goal;

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        ForecastReport report = run.Report(cancellationToken);
        return Task.FromResult(figure(report.Models[0], report));
    }

    protected override IReadOnlyList<Contender> Anchors(Bench bench) =>
    [
        .. (hasBaselines ? Baselines : []).Select(baseline => new Contender(baseline, (_, cancellationToken) =>
        {
            ForecastReport report = run.Report(cancellationToken);
            return Task.FromResult(figure(report.Models.Single(model => model.Name == baseline), report));
        })),
    ];
}
