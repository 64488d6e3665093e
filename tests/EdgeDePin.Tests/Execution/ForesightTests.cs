using EdgeDePin.Execution;
using EdgeDePin.Model;

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
        var foresight = new Foresight(graph, definitions, new Estimates(Ms(100)), TimeProvider.System);
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
}
