using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Execution;

public sealed class PlacementTests
{
    private static readonly NodeId AnnaId = NodeId.Of(new byte[32]);
    private static readonly NodeId BertId = NodeId.Of([.. Enumerable.Repeat((byte)1, 32)]);

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static RemoteWorker Anna(double speed = 1, double wait = 0, double transfer = 10, int slots = 1) =>
        new(AnnaId, "anna", Ms(wait), Ms(transfer), speed, slots);

    private static RemoteWorker Bert(double speed = 1, double wait = 0, double transfer = 10, int slots = 1) =>
        new(BertId, "bert", Ms(wait), Ms(transfer), speed, slots);

    private static LocalLoad Load(int busy, int ahead = 0, double work = 0) => new(Lanes: 2, busy, ahead, Ms(work));

    // The task is expected to take 100 ms here.
    public static TheoryData<LocalLoad, RemoteWorker[], string, double, string?, double?> Table => new()
    {
        { Load(0), [], "here", 100, null, null },
        { Load(1), [], "here", 100, null, null },                                 // the second lane is free
        { Load(2, 0, 80), [], "here", 140, null, null },                          // two lanes share 80 ms
        { Load(0), [Anna()], "here", 100, "anna", 110 },                          // equal speed: the transfer does not pay
        { Load(2, 0, 80), [Anna()], "anna", 110, "here", 140 },
        { Load(0), [Anna(speed: 2)], "anna", 60, "here", 100 },                   // a free lane loses to a fast neighbour
        { Load(2, 4, 600), [Anna(speed: 0.2)], "here", 400, "anna", 510 },        // a slow neighbour stays idle
        { Load(2, 4, 900), [Anna(speed: 0.2)], "anna", 510, "here", 550 },
        { Load(2, 4, 900), [Anna(), Bert(speed: 2)], "bert", 60, "anna", 110 },
        { Load(2, 4, 900), [Bert(speed: 2), Anna()], "bert", 60, "anna", 110 },   // the order of the list does not matter
        { Load(2, 4, 900), [Bert(), Anna()], "bert", 110, "anna", 110 },          // except between equals
        { Load(2, 4, 900), [Anna(slots: 0)], "here", 550, null, null },
        { Load(2, 4, 900), [Anna(wait: 1000)], "here", 550, "anna", 1110 },
        { Load(0), [Anna(speed: 1, transfer: 0)], "here", 100, "anna", 100 },     // a tie stays at home
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void The_earliest_completion_wins(
        LocalLoad load, RemoteWorker[] workers, string place, double finish, string? runnerUp, double? runnerUpFinish)
    {
        var estimates = new Estimates(Ms(100));
        PlacementDecision decision = Placement.Choose(Graphs.Kind, "here", load, workers, [], estimates);
        Assert.Equal(place, decision.Worker?.Name ?? "here");
        Assert.Equal(finish, decision.Finish.TotalMilliseconds);
        Assert.Equal(runnerUp, decision.RunnerUp);
        Assert.Equal(runnerUpFinish, decision.RunnerUpFinish?.TotalMilliseconds);
    }

    [Fact]
    public void A_neighbour_that_failed_the_task_does_not_get_it_again()
    {
        PlacementDecision decision = Placement.Choose(
            Graphs.Kind, "here", Load(2, 4, 900), [Anna(), Bert(speed: 0.5)], [AnnaId], new Estimates(Ms(100)));
        Assert.Equal("bert", decision.Worker?.Name);
        Assert.Equal("bert in 210 ms, here would need 550 ms", decision.Explain("here"));
    }

    [Fact]
    public void What_a_neighbour_really_needed_counts_more_than_its_speed()
    {
        var estimates = new Estimates(Ms(100));
        estimates.Observe(Records.Any(seconds: 0.9, worker: AnnaId));
        Assert.Null(Placement.Choose(Graphs.Kind, "here", Load(2, 4, 900), [Anna(speed: 100)], [], estimates).Worker);
    }
}
