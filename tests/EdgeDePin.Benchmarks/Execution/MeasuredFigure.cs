using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Execution;

/// <summary>A row whose measurements are plain functions of nothing.</summary>
internal sealed class MeasuredFigure(
    string name, string what, string unit, Goal? goal, Func<CancellationToken, Task<double>> ours, params Contender[] anchors) : Figure
{
    public override string Name => name;

    public override string What => what;

    public override string Unit => unit;

    public override Goal? Goal => goal;

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken) => ours(cancellationToken);

    protected override IReadOnlyList<Contender> Anchors(Bench bench) => anchors;
}
