using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Sharing;

/// <summary>How many tasks a second can one node give to another, from request to accepted result?</summary>
internal sealed class DispatchRate : Figure
{
    private const int Tasks = 20_000;

    public override string Name => "dispatch";

    public override string What => "tasks that take no time, one node to one other over the embedded broker: leased, sealed, signed for, judged, booked on disk; both in one process";

    public override string Unit => "tasks/s";

    public override Goal? Goal => Goal.AtLeast(10_000);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using NodePair pair = await NodePair.StartAsync(bench, cancellationToken);
        var elapsed = Stopwatch.StartNew();
        await Parallel.ForAsync(
            0, Tasks, new ParallelOptions { MaxDegreeOfParallelism = 256, CancellationToken = cancellationToken },
            async (number, token) => await pair.RunAsync(number, token));
        return Tasks / elapsed.Elapsed.TotalSeconds;
    }
}
