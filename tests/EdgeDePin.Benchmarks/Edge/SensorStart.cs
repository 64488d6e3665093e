using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>How soon does a device speak after its start?</summary>
internal sealed class SensorStart : Figure
{
    public override string Name => "sensor-start";

    public override string What => "native sensor module: start of the process to the first reading acknowledged over TLS";

    public override string Unit => "ms";

    public override Goal? Goal => Goal.AtMost(300);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken) =>
        (await SensorRun.MeasureAsync(bench, cancellationToken)).Start.TotalMilliseconds;
}
