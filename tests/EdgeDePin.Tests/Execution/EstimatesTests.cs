using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Execution;

public sealed class EstimatesTests
{
    private static readonly NodeId Anna = NodeId.Of(new byte[32]);

    [Fact]
    public void The_first_run_is_believed_and_later_ones_weigh_three_tenths()
    {
        var estimates = new Estimates();
        Assert.Equal(new Estimate(Estimates.DefaultGuess, 0), estimates.Predict(Graphs.Kind));
        estimates.Observe(Records.Any(seconds: 2));
        Assert.Equal(new Estimate(TimeSpan.FromSeconds(2), 1), estimates.Predict(Graphs.Kind));
        estimates.Observe(Records.Any(seconds: 3));
        Assert.Equal(new Estimate(TimeSpan.FromSeconds(2.3), 2), estimates.Predict(Graphs.Kind));
    }

    [Fact]
    public void A_neighbour_is_measured_by_its_speed_until_it_has_run_the_kind()
    {
        var estimates = new Estimates();
        estimates.Observe(Records.Any(seconds: 2));
        Assert.Equal(new Estimate(TimeSpan.FromSeconds(0.5), 0), estimates.Predict(Graphs.Kind, Anna, relativeSpeed: 4));
        estimates.Observe(Records.Any(seconds: 7, worker: Anna));
        Assert.Equal(new Estimate(TimeSpan.FromSeconds(7), 1), estimates.Predict(Graphs.Kind, Anna, relativeSpeed: 4));
        Assert.Equal(2, estimates.Predict(Graphs.Kind).RunTime.TotalSeconds);
    }

    [Fact]
    public void What_did_not_succeed_teaches_nothing()
    {
        var estimates = new Estimates();
        estimates.Observe(Records.Any(outcome: ExecutionOutcome.Lost));
        Assert.Equal(0, estimates.Predict(Graphs.Kind).Samples);
    }

    [Fact]
    public void The_longest_unused_is_forgotten_first()
    {
        var estimates = new Estimates(capacity: 2);
        TaskKind[] kinds = [new("a", 1), new("b", 1), new("c", 1)];
        estimates.Observe(Records.Any(kind: kinds[0]));
        estimates.Observe(Records.Any(kind: kinds[1]));
        estimates.Observe(Records.Any(kind: kinds[0]));
        estimates.Observe(Records.Any(kind: kinds[2]));
        Assert.Equal([2, 0, 1], kinds.Select(kind => estimates.Predict(kind).Samples));
    }
}
