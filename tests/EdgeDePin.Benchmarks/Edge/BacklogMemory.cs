using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>How much memory does a hub take that keeps a backlog?</summary>
internal sealed class BacklogMemory(EdgeSize size, SharedRuns<BacklogRun> runs) : Figure
{
    private int _told;

    public override string Name => "backlog-memory";

    public override string What => $"{size.Backlog:N0} messages through TLS onto the disk and off it again: most resident memory of the hub";

    public override string Unit => "MB";

    public override Goal? Goal => Goal.AtMost(60);

    protected override TimeSpan Deadline => TimeSpan.FromMinutes(30);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        BacklogRun run = await runs.AtAsync(_told++, bench, cancellationToken);
        return run.PeakResidentBytes / 1e6;
    }
}
