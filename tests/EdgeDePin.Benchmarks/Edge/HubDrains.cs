using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>How fast does a module that was away get what waited for it?</summary>
internal sealed class HubDrains(EdgeSize size, SharedRuns<BacklogRun> runs) : Figure
{
    private int _told;

    public override string Name => "drain";

    public override string What => $"{size.Backlog:N0} messages that waited on disk, delivered over TLS in their order and acknowledged one by one";

    public override string Unit => "messages/s";

    public override Goal? Goal => Goal.AtLeast(10_000);

    protected override TimeSpan Deadline => TimeSpan.FromMinutes(30);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        BacklogRun run = await runs.AtAsync(_told++, bench, cancellationToken);
        return size.Backlog / run.Out.TotalSeconds;
    }
}
