using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>How much memory does the native sensor module take?</summary>
internal sealed class SensorMemory(SharedRuns<SensorRun> lives) : Figure
{
    private int _told;

    public override string Name => "sensor-memory";

    public override string What => "native sensor module: most resident memory while it sends ten readings a second over TLS";

    public override string Unit => "MB";

    public override Goal? Goal => Goal.AtMost(30);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken) =>
        (await lives.AtAsync(_told++, bench, cancellationToken)).PeakResidentBytes / 1e6;
}
