using System.Diagnostics;
using System.Globalization;
using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Sharing;

/// <summary>How long does a task wait from its submission until an idle neighbour has started it?</summary>
/// <param name="quantile">0.5 is the median.</param>
internal sealed class StartTime(double quantile, double goal) : Figure
{
    private const int Tasks = 500;

    public override string Name => string.Create(CultureInfo.InvariantCulture, $"start-p{100 * quantile:0}");

    public override string What => "submission to start at an idle neighbour over the embedded broker, one task at a time, request, lease and input between; one process";

    public override string Unit => "ms";

    public override Goal? Goal => Goal.AtMost(goal);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using NodePair pair = await NodePair.StartAsync(bench, cancellationToken);
        var times = new List<double>();
        long submitted = 0;
        pair.Started = () => times.Add(Stopwatch.GetElapsedTime(submitted).TotalMilliseconds);
        for (int number = 0; number < Tasks; number++)
        {
            submitted = Stopwatch.GetTimestamp();
            await pair.RunAsync(number, cancellationToken);
        }

        times.Sort();
        return times[(int)((times.Count - 1) * quantile)];
    }
}
