using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Simulation.Neighbourhood;

namespace EdgeDePin.Benchmarks.Sharing;

/// <summary>How often is a task run until its result is believed, where one worker in twenty is an adaptive liar?</summary>
internal sealed class ExecutionsPerJob : Figure
{
    public override string Name => "executions";

    public override string What => "runs for each task at ε = 1e-3: 48 simulated nodes, a virtual day, 60 tasks an hour each, 5 % adaptive liars, 5 % loss, crashes, partitions";

    public override string Unit => "runs/task";

    public override Goal? Goal => Goal.AtMost(1.10);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        NeighbourhoodReport report = await Task.Run(() => NeighbourhoodRun.Run(SimulatedDay.Options, seed: 1), cancellationToken);
        return report.ExecutionsPerTask;
    }
}
