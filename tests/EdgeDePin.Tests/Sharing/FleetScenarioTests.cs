using EdgeDePin.Sharing;
using EdgeDePin.Simulation.Network;

namespace EdgeDePin.Tests.Sharing;

/// <summary>Whole neighbourhoods under loss, repetition, delay and crashes. A failure names its seed, and a seed repeats its run.</summary>
public sealed class FleetScenarioTests
{
    private const int Seeds = 200;

    // A worker repeats its receipt with doubling gaps, for 31 s in all.
    private static readonly TimeSpan LongestReminding = TimeSpan.FromSeconds(35);

    [Fact]
    public void Under_every_fault_no_task_is_lost_run_twice_or_accepted_twice_and_every_lease_ends()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            Fleet fleet = Disturbed(seed);
            Assert.True(fleet.Violations.Count == 0, $"seed {seed}: {string.Join("; ", fleet.Violations)}");
            Assert.True(fleet.Finished, $"seed {seed}: {fleet.Jobs.Count(job => job.Accepted is null)} tasks are not done");
            Assert.True(fleet.Jobs.All(job => job.Right), $"seed {seed}: a wrong result of honest nodes");
            fleet.Time.Advance(LongestReminding);
            for (int node = 0; node < 3 + seed % 3; node++)
            {
                Assert.True(fleet[node].Requester.Open == 0, $"seed {seed}: node {node} still waits for a task");
                Assert.True(fleet[node].Worker.Open == 0, $"seed {seed}: node {node} still holds a lease");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(77)]
    public void A_seed_repeats_its_run(int seed)
    {
        SimulatedNetwork first = Disturbed(seed).Network, second = Disturbed(seed).Network, other = Disturbed(seed + 1).Network;
        Assert.Equal((first.Trace, first.Deliveries), (second.Trace, second.Deliveries));
        Assert.NotEqual(first.Trace, other.Trace);
    }

    [Fact]
    public void A_liar_is_banned_by_all_and_every_task_still_ends_right()
    {
        for (int seed = 0; seed < 15; seed++)
        {
            var fleet = new Fleet(seed, nodes: 4, tasksOfEach: 5, NetworkFaults.Rough, options => options.CheckShare = 1);
            fleet.MakeLiar(0, probability: 1);
            fleet.Run(TimeSpan.FromMinutes(5));
            Assert.True(fleet.Violations.Count == 0, $"seed {seed}: {string.Join("; ", fleet.Violations)}");
            Assert.True(fleet.Finished && fleet.Jobs.All(job => job.Right), $"seed {seed}: a task is missing or wrong");
            for (int node = 1; node < 4; node++)
            {
                NeighbourView? liar = fleet[node].Neighbours.Views(Moment.Now(fleet.Time)).FirstOrDefault(view => view.Id == fleet[0].Id);
                Assert.True(liar is null || liar.Counters.Rejected < 4 || liar.State == NeighbourState.Banned, $"seed {seed}, node {node}");
                Assert.True(liar is null or { Counters.Borrowed: 0 }, $"seed {seed}, node {node}: a lie was accepted");
            }
        }
    }

    // Checks are drawn after the result has come, so a liar that lies only now and then cannot know when.
    [Fact]
    public void A_liar_that_lies_sometimes_is_found_by_spot_checks()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var fleet = new Fleet(seed, nodes: 2, tasksOfEach: 60, NetworkFaults.None, options => options.CheckShare = 0.2);
            fleet.MakeLiar(0, probability: 0.3);
            fleet.Run(TimeSpan.FromSeconds(90));
            NeighbourView liar = fleet[1].Neighbours.Views(Moment.Now(fleet.Time)).Single();
            Assert.True(fleet.Violations.Count == 0, $"seed {seed}: {string.Join("; ", fleet.Violations)}");
            Assert.True(liar.State == NeighbourState.Banned, $"seed {seed}: {fleet.Liar(0)!.Lies} lies and no ban");
        }
    }

    // One direction only: the worker hears the request and goes on, and nobody hears the worker.
    [Fact]
    public void A_worker_that_nobody_hears_loses_its_lease_and_its_late_result_changes_nothing()
    {
        var fleet = new Fleet(seed: 3, nodes: 2, tasksOfEach: 1, NetworkFaults.None);
        fleet.Time.Advance(TimeSpan.FromSeconds(1));
        fleet.Network.Cut(fleet[1].Id, fleet[0].Id);
        fleet.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(1, fleet[0].Counters.Lost);
        fleet.Network.Heal();
        fleet.Run(TimeSpan.FromMinutes(1));
        Assert.Empty(fleet.Violations);
        Assert.True(fleet.Finished);
    }

    // A board without a battery learns the time when it is already at work.
    [Fact]
    public void A_wall_clock_that_jumps_by_fifty_years_ends_no_lease()
    {
        var fleet = new Fleet(seed: 4, nodes: 3, tasksOfEach: 4, NetworkFaults.None);
        fleet.Run(TimeSpan.FromMinutes(1), random => fleet.Time.WallOffset = TimeSpan.FromDays(random.Next(-50, 50) * 365));
        Assert.Empty(fleet.Violations);
        Assert.True(fleet.Finished);
        Assert.Equal(0, fleet[0].Counters.Lost + fleet[1].Counters.Lost + fleet[2].Counters.Lost);
    }

    private static Fleet Disturbed(int seed)
    {
        // Checking a signature is most of the work here and offers are most of the messages, so they come less often.
        var fleet = new Fleet(seed, nodes: 3 + seed % 3, tasksOfEach: 3, NetworkFaults.Rough, options =>
        {
            options.OfferEvery = TimeSpan.FromSeconds(5);
            options.OfferHolds = TimeSpan.FromSeconds(15);
        });
        int? down = null;
        fleet.Run(TimeSpan.FromSeconds(8), random =>
        {
            if (down is { } crashed && random.NextDouble() < 0.1)
            {
                fleet.Restart(crashed);
                down = null;
            }
            else if (down is null && random.NextDouble() < 0.1)
            {
                down = random.Next(3 + seed % 3);
                fleet.Crash(down.Value);
            }
        });
        if (down is { } last)
        {
            fleet.Restart(last);
        }

        fleet.Run(TimeSpan.FromMinutes(3));
        return fleet;
    }
}
