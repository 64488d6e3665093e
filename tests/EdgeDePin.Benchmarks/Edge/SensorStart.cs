using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>How soon does a device speak after its start?</summary>
internal sealed class SensorStart(SharedRuns<SensorRun> lives) : Figure
{
    private int _told;

    public override string Name => "sensor-start";

    public override string What => "native sensor module: start of the process to the first reading acknowledged over TLS";

    public override string Unit => "ms";

    public override Goal? Goal => Goal.AtMost(300);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken) =>
        (await lives.AtAsync(_told++, bench, cancellationToken)).Start.TotalMilliseconds;
}
