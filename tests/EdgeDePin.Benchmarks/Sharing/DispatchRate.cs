using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Sharing;

/// <summary>How many tasks a second can one node give to another, from request to accepted result?</summary>
/// <param name="bundle">Messages under one signature, at most.</param>
internal sealed class DispatchRate(string name, int bundle, double goal) : Figure
{
    private const int Tasks = 20_000;

    public override string Name => name;

    public override string What => $"{(bundle == 1 ? "each message in an envelope of its own: " : "")}tasks that take no time, one node to one other over the embedded broker: leased, sealed, signed for, judged, booked on disk; both in one process";

    public override string Unit => "tasks/s";

    public override Goal? Goal => Goal.AtLeast(goal);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using NodePair pair = await NodePair.StartAsync(bench, cancellationToken, bundle);
        var elapsed = Stopwatch.StartNew();
        await Parallel.ForAsync(
            0, Tasks, new ParallelOptions { MaxDegreeOfParallelism = 256, CancellationToken = cancellationToken },
            async (number, token) => await pair.RunAsync(number, token));
        return Tasks / elapsed.Elapsed.TotalSeconds;
    }
}
