using EdgeDePin.Execution;
using EdgeDePin.Execution.Learning;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Execution;

public sealed class EstimatesTests
{
    private static readonly NodeId Anna = NodeId.Of(new byte[32]);

    [Fact]
    public void The_first_run_is_believed_and_later_ones_move_within_what_was_seen()
    {
        var estimates = new Estimates();
        Assert.Equal((Estimates.DefaultGuess, 0, RunTimeModelId.Guess), (estimates.Predict(Graphs.Kind).RunTime, estimates.Predict(Graphs.Kind).Samples, estimates.Predict(Graphs.Kind).Model));
        estimates.Observe(Records.Any(seconds: 2));
        Assert.Equal(2, estimates.Predict(Graphs.Kind).RunTime.TotalSeconds, 1e-5);
        Assert.Equal(1, estimates.Predict(Graphs.Kind).Samples);
        estimates.Observe(Records.Any(seconds: 3));
        Assert.InRange(estimates.Predict(Graphs.Kind).RunTime.TotalSeconds, 1.99, 3.01);
        Assert.True(estimates.Predict(Graphs.Kind).P90 >= estimates.Predict(Graphs.Kind).RunTime);
    }

    [Fact]
    public void A_neighbour_is_measured_by_its_speed_until_it_has_run_the_kind()
    {
        var estimates = new Estimates();
        estimates.Observe(Records.Any(seconds: 2));
        Estimate carried = estimates.Predict(Graphs.Kind, Anna, relativeSpeed: 4);
        Assert.Equal(0.5, carried.RunTime.TotalSeconds, 1e-5);
        Assert.Equal((0, RunTimeModelId.Carried), (carried.Samples, carried.Model));
        estimates.Observe(Records.Any(seconds: 7, worker: Anna));
        Assert.Equal(7, estimates.Predict(Graphs.Kind, Anna, relativeSpeed: 4).RunTime.TotalSeconds, 1e-5);
        Assert.Equal(2, estimates.Predict(Graphs.Kind).RunTime.TotalSeconds, 1e-5);
    }

    [Fact]
    public void What_was_learned_survives_a_restart_and_foreign_bytes_are_refused()
    {
        var before = new Estimates();
        for (int i = 1; i <= 50; i++)
        {
            before.Observe(Records.Any(seconds: 1 + (i % 7)));
            before.Observe(Records.Any(seconds: 3, worker: Anna));
        }

        byte[] saved = before.Save();
        var after = new Estimates();
        after.Load(saved);
        Assert.Equal(before.Predict(Graphs.Kind), after.Predict(Graphs.Kind));
        Assert.Equal(before.Predict(Graphs.Kind, Anna), after.Predict(Graphs.Kind, Anna));
        Assert.Throws<FormatException>(() => new Estimates().Load(saved.AsMemory(0, saved.Length / 2)));
        Assert.Throws<FormatException>(() => new Estimates().Load(new byte[100]));
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
