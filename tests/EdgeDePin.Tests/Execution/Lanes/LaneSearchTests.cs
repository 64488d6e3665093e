using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Tests.Execution.Lanes;

/// <summary>Two lanes that run, steal, sleep and wake each other, in every order with few interruptions.</summary>
public sealed class LaneSearchTests(ITestOutputHelper output)
{
    /// <summary>With two lanes that have much to do, and with one lane and somebody outside.</summary>
    private const int FewInterruptions = 2, SomeInterruptions = 3;

    private static readonly GraphShape Diamond = GraphShape.Of(5, [(0, 2), (1, 2), (2, 3), (2, 4)]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_task_of_a_graph_runs_once_and_both_lanes_come_to_the_end(bool ordered)
    {
        using var search = new Interleavings(FewInterruptions);
        int orders = search.Explore(() => Graph(search, ordered, new LaneProbe { Between = search.Point, Until = search.Until }));
        output.WriteLine($"{orders} orders");
        Assert.True(orders > 100, $"{orders} orders");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Work_from_outside_and_the_end_reach_a_lane_that_falls_asleep_just_then(bool patient)
    {
        using var search = new Interleavings(SomeInterruptions);
        int orders = search.Explore(() => Standing(search, patient, new LaneProbe { Between = search.Point, Until = search.Until }));
        output.WriteLine($"{orders} orders");
        Assert.True(orders > 100, $"{orders} orders");
    }

    [Fact]
    public void Pending_work_that_ends_while_the_lane_falls_asleep_ends_its_task()
    {
        using var search = new Interleavings(SomeInterruptions);
        int orders = search.Explore(() =>
        {
            LaneCrew crew = LaneCrew.Searched(1, new LaneProbe { Between = search.Point, Until = search.Until });
            // Its continuation runs on whoever sets it, so that the search controls it.
            var pending = new TaskCompletionSource();
            int after = 0;
            bool asked = false;
            CrewRun run = crew.Begin(new RunPlan
            {
                Shape = GraphShape.Of(2, [(0, 1)]),
                Record = false,
                Body = scope =>
                {
                    if (scope.Task == 0)
                    {
                        scope.Until(pending.Task);
                        asked = true;
                    }
                    else
                    {
                        after++;
                    }
                },
            }, standing: false);
            return (
                [
                    () => crew.All[0].Participate(run, idle: null),
                    () =>
                    {
                        search.Until(() => asked);
                        pending.SetResult();
                    },
                ],
                () => Assert.Equal((1, true), (after, run.Left.IsCompleted)));
        });
        output.WriteLine($"{orders} orders");
        Assert.True(orders > 20, $"{orders} orders");
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_planted_fault_is_found(bool forgetsSecondLook, bool looksTooEarly)
    {
        using var search = new Interleavings(SomeInterruptions);
        int found = 0;
        search.Explore(
            () => Standing(search, patient: true, new LaneProbe
            {
                Between = search.Point,
                Until = search.Until,
                ForgetsSecondLook = forgetsSecondLook,
                LooksTooEarly = looksTooEarly,
            }),
            stuck: order => found = order);
        output.WriteLine($"stuck in order {found}");
        Assert.True(found > 0, "no order was found in which the fault shows");
    }

    private static (Action[], Action) Standing(Interleavings search, bool patient, LaneProbe probe)
    {
        LaneCrew crew = LaneCrew.Searched(1, probe);
        StandingRun standing = crew.Stand(new Resources { Cores = 1 });
        CrewRun run = crew.Current!;
        int[] ran = new int[2];
        int told = 0;
        void Outside()
        {
            standing.TrySubmit(new Piece(() => ran[0]++, () => told++));
            standing.TrySubmit(new Piece(() => ran[1]++, () => told++));
            if (patient)
            {
                search.Until(() => told == 2);
            }

            _ = standing.CloseAsync();
        }

        void Check()
        {
            // Whoever does not wait for it may close before it began; then it is told so, and never runs.
            Assert.Equal(2, told);
            Assert.All(ran, times => Assert.InRange(times, patient ? 1 : 0, 1));
            Assert.True(run.Left.IsCompleted);
        }

        return ([() => crew.All[0].Participate(run, idle: null), Outside], Check);
    }

    private static (Action[], Action) Graph(Interleavings search, bool ordered, LaneProbe probe)
    {
        LaneCrew crew = LaneCrew.Searched(2, probe);
        int[] runs = new int[Diamond.Tasks];
        CrewRun run = crew.Begin(new RunPlan
        {
            Shape = Diamond,
            Record = false,
            Ranks = ordered ? [1, 2, 3, 4, 5] : null,
            Body = scope =>
            {
                runs[scope.Task]++;
                // A task lasts, so that others can happen meanwhile.
                search.Point();
            },
        }, standing: false);
        void Check()
        {
            Assert.All(runs, times => Assert.Equal(1, times));
            Assert.True(run.Left.IsCompleted);
        }

        return ([() => crew.All[0].Participate(run, idle: null), () => crew.All[1].Participate(run, idle: null)], Check);
    }

    private sealed class Piece(Action run, Action ended) : LaneWork
    {
        public override TaskNeeds Needs => new(Cores: 1);

        public override double Rank => 0;

        public override void Run(TaskScope scope) => run();

        public override void Ended(in LaneRecord record) => ended();
    }
}
