using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>How fast does a hub take in what nobody fetches?</summary>
internal sealed class BacklogIn(EdgeSize size, SharedRuns<BacklogRun> runs) : Figure
{
    private int _told;

    public override string Name => "backlog";

    public override string What => $"{size.Backlog:N0} messages from one module over TLS, in their order, for a module that is away; kept on disk";

    public override string Unit => "messages/s";

    public override Goal? Goal => Goal.AtLeast(10_000);

    protected override TimeSpan Deadline => TimeSpan.FromMinutes(30);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        BacklogRun run = await runs.AtAsync(_told++, bench, cancellationToken);
        return size.Backlog / run.In.TotalSeconds;
    }
}
