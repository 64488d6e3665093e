using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Simulation.Neighbourhood;

namespace EdgeDePin.Benchmarks.Sharing;

/// <summary>How long after the death of a worker has somebody else leased what it had?</summary>
internal sealed class RecoveryTime : Figure
{
    public override string Name => "recovery";

    public override string What => "death of a worker to the next lease of its task, 99 of 100, in virtual time: 48 nodes, each dies six times an hour";

    public override string Unit => "ms";

    public override Goal? Goal => Goal.AtMost(2_000);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        NeighbourhoodOptions options = SimulatedDay.Options with
        {
            Lasts = TimeSpan.FromHours(2),
            TasksPerHour = 240,
            Faults = SimulatedDay.Options.Faults with { Crash = 6 },
        };
        NeighbourhoodReport report = await Task.Run(() => NeighbourhoodRun.Run(options, seed: 1), cancellationToken);
        return report.RecoveryWorst?.TotalMilliseconds
            ?? throw new InvalidOperationException("No worker died that had a task; lengthen the run.");
    }
}
