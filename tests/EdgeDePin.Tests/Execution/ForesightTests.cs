using EdgeDePin.Execution;
using EdgeDePin.Model;
using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.Execution;

public sealed class ForesightTests
{
    private static readonly TaskKind Short = new("short", 1);
    private static readonly TaskKind Long = new("long", 1);
    private static readonly NodeId Anna = NodeId.Of(new byte[32]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static TaskSpec Task(string name, TaskKind kind, params string[] after) => new(name, kind, [], after);

    private static Executor Start(RecordLog records, Estimates estimates, double seconds)
    {
        TaskDefinition Definition(TaskKind kind) => new(kind, (_, token) =>
        {
            token.WaitHandle.WaitOne(TimeSpan.FromSeconds(seconds));
            return [1];
        }, Lendable: true);
        return new Executor(new ExecutorOptions { Lanes = 1 }, new TaskCatalog(Definition(Short), Definition(Long)), estimates, records, TimeProvider.System, "here");
    }

    private static ExecutionRecord[] Drain(RecordLog log)
    {
        var records = new List<ExecutionRecord>();
        log.Drain(records);
        return [.. records.OrderBy(record => record.StartedAt)];
    }

    [Fact]
    public async System.Threading.Tasks.Task Among_equal_priorities_the_longest_path_by_learned_times_goes_first()
    {
        var records = new RecordLog();
        var estimates = new Estimates();
        estimates.Observe(Records.Any(seconds: 0.001, kind: Short));
        estimates.Observe(Records.Any(seconds: 2, kind: Long));
        await using Executor executor = Start(records, estimates, 0.02);
        // One long task follows the last of six, and two short ones the fifth.
        TaskGraph graph = TaskGraph.Build(
        [
            .. Enumerable.Range(0, 6).Select(task => Task($"t{task}", Short)),
            Task("tail", Long, "t5"), Task("a", Short, "t4"), Task("b", Short, "a"),
        ]);
        await executor.RunAsync(graph, Token);
        string[] order = [.. Drain(records).Select(record => record.Task)];
        // The lane may have taken the first before the others were there.
        string[] rest = [.. order.Where(task => task != "t0")];
        Assert.Equal(["t5", "tail", "t4", "a"], rest[..4]);
    }

    // Alone, "short" would be finished first at the neighbour. But that has one place, and three long ones in a row need it.
    [Fact]
    public async System.Threading.Tasks.Task A_task_leaves_the_faster_place_to_the_longer_path()
    {
        var records = new RecordLog();
        var estimates = new Estimates();
        estimates.Observe(Records.Any(seconds: 0.09, kind: Short));
        estimates.Observe(Records.Any(seconds: 0.1, kind: Long));
        await using Executor executor = Start(records, estimates, 0.1);
        executor.Neighbourhood = new Neighbourhood(
            () => [new RemoteWorker(Anna, "anna", TimeSpan.Zero, Ms(1), RelativeSpeed: 4, FreeSlots: 1)],
            async (_, token) =>
            {
                await System.Threading.Tasks.Task.Delay(Ms(25), TimeProvider.System, token);
                return new RemoteOutcome.Accepted([1], Ms(24), Started: null, Verification.Verified);
            });
        TaskGraph graph = TaskGraph.Build([Task("short", Short), Task("l1", Long), Task("l2", Long, "l1"), Task("l3", Long, "l2")]);
        await executor.RunAsync(graph, Token);
        Dictionary<string, ExecutionRecord> byTask = Drain(records).ToDictionary(record => record.Task);
        Assert.Equal(["here", "anna", "anna", "anna"], ((string[])["short", "l1", "l2", "l3"]).Select(task => byTask[task].Worker));
        Assert.Equal("anna", byTask["short"].RunnerUp);
        Assert.True(byTask["short"].RunnerUpFinish < byTask["short"].PredictedFinish, "the plan has given up a nearer end for a nearer end of all");
    }

    // Two of three tasks may not leave, and the fastest place for all that may is the neighbour.
    [Fact]
    public void What_may_not_leave_is_planned_here_and_the_rest_where_it_ends_soonest()
    {
        TaskGraph graph = TaskGraph.Build([Task("a", Short), Task("b", Long, "a"), Task("c", Short, "b")]);
        TaskDefinition[] definitions = [.. graph.Tasks.Select(task => new TaskDefinition(task.Kind, (_, _) => [], Lendable: task.Kind == Long))];
        var foresight = new Foresight(graph, definitions, new Estimates(Ms(100)), new FakeTimeProvider());
        RemoteWorker[] workers = [new(Anna, "anna", TimeSpan.Zero, Ms(1), 50, 2)];
        string?[] places = [.. Enumerable.Range(0, 3).Select(task =>
        {
            Assert.True(foresight.TryChoose(task, new LocalLoad(2, 0, 0, TimeSpan.Zero), workers, out RemoteWorker? worker));
            return worker?.Name;
        })];
        Assert.Equal([null, "anna", null], places);
        // So slow that it stays idle.
        RemoteWorker[] slow = [workers[0] with { RelativeSpeed = 0.1 }];
        Assert.True(foresight.TryChoose(1, new LocalLoad(2, 0, 0, TimeSpan.Zero), slow, out RemoteWorker? none));
        Assert.Null(none);
    }

    // Anna has room from the beginning, but not for long: three long ones in a row will need her as soon as "pre" is over, and it may not leave.
    // When "tick" ends, "mid" alone would be finished there first.
    [Fact]
    public async System.Threading.Tasks.Task What_the_plan_keeps_here_is_not_given_away_when_a_neighbour_has_room_before_it_begins()
    {
        TaskKind tick = new("tick", 1), pre = new("pre", 1), mid = new("mid", 1);
        var seconds = new Dictionary<TaskKind, double> { [tick] = 0.02, [pre] = 0.04, [mid] = 0.4, [Long] = 0.4 };
        var estimates = new Estimates();
        foreach ((TaskKind kind, double ran) in seconds)
        {
            estimates.Observe(Records.Any(seconds: ran, kind: kind));
        }

        var records = new RecordLog();
        TaskDefinition Definition(TaskKind kind) => new(kind, (_, token) =>
        {
            token.WaitHandle.WaitOne(TimeSpan.FromSeconds(seconds[kind]));
            return [1];
        }, Lendable: kind == Long || kind == mid || kind == tick);
        await using var executor = new Executor(
            new ExecutorOptions { Lanes = 1 }, new TaskCatalog([.. seconds.Keys.Select(Definition)]), estimates, records, TimeProvider.System, "here");
        int asked = 0;
        executor.Neighbourhood = new Neighbourhood(
            // A way of 50 ms there and back keeps "tick" here.
            () => [new RemoteWorker(Anna, "anna", TimeSpan.Zero, Ms(50), RelativeSpeed: 2, FreeSlots: Volatile.Read(ref asked) > 0 ? 0 : 1)],
            async (_, token) =>
            {
                Interlocked.Increment(ref asked);
                await System.Threading.Tasks.Task.Delay(Ms(200), TimeProvider.System, token);
                Interlocked.Decrement(ref asked);
                return new RemoteOutcome.Accepted([1], Ms(200), Started: null, Verification.Verified);
            });
        TaskGraph graph = TaskGraph.Build(
        [
            new TaskSpec("tick", tick, [], [], Priority: 2), new TaskSpec("pre", pre, [], [], Priority: 1), Task("mid", mid),
            Task("l1", Long, "pre"), Task("l2", Long, "l1"), Task("l3", Long, "l2"),
        ]);
        await executor.RunAsync(graph, Token);
        Dictionary<string, string> places = Drain(records).ToDictionary(record => record.Task, record => record.Worker);
        Assert.Equal(["here", "here", "here", "anna", "anna", "anna"], ((string[])["tick", "pre", "mid", "l1", "l2", "l3"]).Select(task => places[task]));
    }

    [Fact]
    public void A_plan_is_made_again_when_the_neighbourhood_is_another_and_not_for_each_slot_that_its_own_tasks_take()
    {
        const int tasks = 130;
        TaskGraph graph = TaskGraph.Build(Enumerable.Range(0, tasks).Select(task => Task($"t{task}", Long)));
        TaskDefinition[] definitions = [.. graph.Tasks.Select(task => new TaskDefinition(task.Kind, (_, _) => [], Lendable: true))];
        var time = new FakeTimeProvider();
        var estimates = new Estimates(Ms(100));
        var foresight = new Foresight(graph, definitions, estimates, time);
        var load = new LocalLoad(2, 0, 0, TimeSpan.Zero);
        RemoteWorker anna = new(Anna, "anna", TimeSpan.Zero, Ms(1), 10, 8);
        for (int lent = 0; lent < 8; lent++)
        {
            RemoteWorker now = anna with { FreeSlots = 8 - lent };
            Assert.True(foresight.TryChoose(lent, load, [now], out RemoteWorker? worker));
            Assert.Equal(Anna, worker?.Id);
            foresight.Placed(lent, Placement.Choose(Long, "here", load, [now], [], estimates), time.GetTimestamp());
        }

        Assert.Equal(1, foresight.Plans);
        // Full of our own tasks she is not among those with room, and yet no other: bert alone is new.
        RemoteWorker bert = anna with { Id = NodeId.Of([.. Enumerable.Repeat((byte)1, 32)]), Name = "bert", RelativeSpeed = 0.01 };
        Assert.False(foresight.TryChoose(8, load, [bert], out _), "planned for anna, who is full: it is placed for itself");
        Assert.Equal(2, foresight.Plans);
        Assert.False(foresight.Keeps(8));
        // One slot more or less is no other neighbourhood; half of them, another speed, or none at all is.
        foresight.TryChoose(8, load, [bert with { FreeSlots = 7 }], out _);
        Assert.Equal(2, foresight.Plans);
        foresight.TryChoose(8, load, [bert with { FreeSlots = 3 }], out _);
        Assert.Equal(3, foresight.Plans);
        foresight.TryChoose(8, load, [bert with { FreeSlots = 3, RelativeSpeed = 2 }], out _);
        Assert.Equal(4, foresight.Plans);
        // Three ends are more than a 64th of the graph.
        for (int task = 0; task < 3; task++)
        {
            foresight.Settled(task);
        }

        foresight.TryChoose(8, load, [bert with { FreeSlots = 3, RelativeSpeed = 2 }], out _);
        Assert.Equal(5, foresight.Plans);
    }

    [Fact]
    public void Planning_takes_no_more_than_its_part_of_the_time()
    {
        const int tasks = Foresight.MaxTasks;
        TaskGraph graph = TaskGraph.Build(Enumerable.Range(0, tasks).Select(task => Task($"t{task}", Long, task < 20 ? [] : [$"t{task - 20}", $"t{task - 7}"])));
        TaskDefinition[] definitions = [.. graph.Tasks.Select(task => new TaskDefinition(task.Kind, (_, _) => [], Lendable: true))];
        var foresight = new Foresight(graph, definitions, new Estimates(Ms(100)), new SlowClock());
        RemoteWorker anna = new(Anna, "anna", TimeSpan.Zero, Ms(1), 2, 4);
        for (int look = 0; look < 200; look++)
        {
            foresight.TryChoose(tasks - 1, new LocalLoad(2, 0, 0, TimeSpan.Zero), [anna with { RelativeSpeed = look + 1 }], out _);
        }

        // 200 looks are some 400 s, and a plan takes at least one.
        Assert.InRange(foresight.Plans, 2, 25);
    }

    /// <summary>Each look at it takes a second: so a plan takes some, and a twentieth of the rest is soon over.</summary>
    private sealed class SlowClock : TimeProvider
    {
        private long _at;

        public override long GetTimestamp() => _at += TimestampFrequency;
    }
}
