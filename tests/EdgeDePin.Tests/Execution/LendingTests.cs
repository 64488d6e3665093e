using EdgeDePin.Execution;
using EdgeDePin.Execution.Explaining;
using EdgeDePin.Execution.Records;
using EdgeDePin.Model;
using Microsoft.Extensions.Time.Testing;
using static EdgeDePin.Tests.Execution.Graphs;

namespace EdgeDePin.Tests.Execution;

public sealed class LendingTests
{
    private static readonly NodeId Anna = NodeId.Of(new byte[32]);
    private static readonly NodeId Bert = NodeId.Of([.. Enumerable.Repeat((byte)1, 32)]);

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static RemoteWorker Fast(NodeId id, string name, int slots = 4) => new(id, name, TimeSpan.Zero, TimeSpan.FromMilliseconds(1), 50, slots);

    private static Executor Start(RecordLog records, TimeProvider? time = null, bool lendable = true) => new(
        new ExecutorOptions { Lanes = 2 },
        new TaskCatalog(new TaskDefinition(Kind, (_, _) => [1], lendable)), new Estimates(), records, time ?? TimeProvider.System, "here");

    private static TaskGraph Graph(int tasks) => TaskGraph.Build(Enumerable.Range(0, tasks).Select(task => Spec($"t{task}")));

    private static List<ExecutionRecord> Drain(RecordLog log)
    {
        var records = new List<ExecutionRecord>();
        log.Drain(records);
        return records;
    }

    private static Task<RemoteOutcome> Result(RemoteOutcome outcome) => Task.FromResult(outcome);

    private static RemoteOutcome Accepted(byte output) =>
        new RemoteOutcome.Accepted([output], TimeSpan.FromMinutes(5), Started: null, Verification.Verified);

    [Fact]
    public async Task A_neighbours_result_stands_in_the_run_and_in_the_record()
    {
        var records = new RecordLog();
        await using Executor executor = Start(records);
        executor.Neighbourhood = new Neighbourhood(() => [Fast(Anna, "anna")], (task, _) =>
        {
            Assert.Equal(new TaskInput([], []).Pack(), task.PackedInput);
            return Result(Accepted(7));
        });
        RunResult result = await executor.RunAsync(Graph(1), Token);
        Assert.Equal([7], result.Outputs["t0"]);
        ExecutionRecord record = Assert.Single(Drain(records));
        Assert.Equal(("here", "anna", Anna, -1), (record.Node, record.Worker, record.WorkerId!.Value, record.Lane));
        Assert.Equal((Verification.Verified, "here"), (record.Verification, record.RunnerUp));
        Assert.True(record.RunTime <= record.EndedAt - record.StartedAt, "a claim is never longer than the time it took");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_result_on_trust_that_is_taken_back_leaves_a_record_that_says_so(bool holds)
    {
        var records = new RecordLog();
        var final = new TaskCompletionSource<bool>();
        await using Executor executor = Start(records);
        executor.Neighbourhood = new Neighbourhood(() => [Fast(Anna, "anna")], (_, _) => Result(
            new RemoteOutcome.Accepted([7], TimeSpan.FromSeconds(1), Started: null, Verification.Provisional) { Final = final.Task }));
        await executor.RunAsync(Graph(1), Token);
        ExecutionRecord first = Assert.Single(Drain(records));
        Assert.Equal(Verification.Provisional, first.Verification);
        final.SetResult(holds);
        List<ExecutionRecord> later = Drain(records);
        // Whoever waits for the verdict may come to wait only after the run has ended.
        Assert.True(holds || SpinWait.SpinUntil(() => later.Count > 0 || (later = Drain(records)).Count > 0, TimeSpan.FromSeconds(10)));
        if (holds)
        {
            Assert.Empty(later);
            return;
        }

        ExecutionRecord superseded = Assert.Single(later);
        Assert.Equal((first.RunId, first.Task, first.Attempt, Anna), (superseded.RunId, superseded.Task, superseded.Attempt, superseded.WorkerId!.Value));
        Assert.Equal((ExecutionOutcome.Superseded, Verification.None, null), (superseded.Outcome, superseded.Verification, superseded.Output));
        Assert.Contains($"the result {first.Output}", superseded.Cause, StringComparison.Ordinal);
        // Two records of one execution, and that is said.
        Assert.Equal((2, 1), (records.Count().Written, records.Count().Superseding));
        ExecutedRun run = ExecutedRun.Of([NodeEntries.From(first), NodeEntries.From(superseded)]);
        Assert.Equal((1, ExecutionOutcome.Succeeded), (run.Tasks, run.Entries[0].Outcome));
        Assert.Equal("t0", Assert.Single(run.TakenBack).Task);
        Assert.Contains("t0: the result ", Explanation.Of(run).ToText(), StringComparison.Ordinal);
        // The execution's own record may be lost.
        Assert.Throws<FormatException>(() => ExecutedRun.Of([NodeEntries.From(superseded)]));
    }

    [Fact]
    public async Task The_travel_of_a_task_stands_in_its_record_and_decides_where_the_next_goes()
    {
        var records = new RecordLog();
        await using Executor executor = Start(records);
        executor.Neighbourhood = new Neighbourhood(() => [Fast(Anna, "anna")], async (_, token) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(220), TimeProvider.System, token);
            return new RemoteOutcome.Accepted([7], TimeSpan.FromMilliseconds(10), Started: null, Verification.Verified)
            {
                Waited = TimeSpan.FromMilliseconds(20),
                Travelled = TimeSpan.FromMilliseconds(180),
            };
        });
        await executor.RunAsync(Graph(1), Token);
        List<ExecutionRecord> all = Drain(records);
        ExecutionRecord lent = Assert.Single(all);
        Assert.Equal(("anna", Ms(20), Ms(180), Ms(10)), (lent.Worker, lent.Queue, lent.Transfer, lent.RunTime));
        JournalEntry entry = NodeEntries.From(lent);
        Assert.Equal(180_000_000, entry.Transfer);
        Assert.Equal(("here", 2), (entry.RunnerUp, entry.Lanes));
        Assert.InRange(entry.RunnerUpFinish - entry.PredictedFinish, 50_000_000, 100_000_000);
        Decomposition parts = Decomposition.Of(ExecutedRun.Of([entry]));
        Assert.Equal(parts.Whole, parts.Sum);
        Assert.Equal((Int128)180_000_000, parts.Transfer);

        // A hundred milliseconds here are less than the way there and back; what was said of the way before is not believed any more.
        await executor.RunAsync(Graph(1), Token);
        ExecutionRecord stayed = Assert.Single(Drain(records));
        Assert.Equal(("here", "anna"), (stayed.Worker, stayed.RunnerUp));
    }

    [Fact]
    public async Task A_lost_task_is_placed_again_elsewhere()
    {
        var records = new RecordLog();
        await using Executor executor = Start(records);
        executor.Neighbourhood = new Neighbourhood(
            () => [Fast(Anna, "anna"), Fast(Bert, "bert")],
            (task, _) => Result(task.Worker.Id == Anna ? new RemoteOutcome.Lost("lease expired") : new RemoteOutcome.Refused("wrong result")));
        RunResult result = await executor.RunAsync(Graph(1), Token);
        Assert.Equal([1], result.Outputs["t0"]);
        Assert.Equal(
            [("anna", 1, ExecutionOutcome.Lost, "lease expired"), ("bert", 2, ExecutionOutcome.Refused, "wrong result"), ("here", 3, ExecutionOutcome.Succeeded, null)],
            Drain(records).Select(record => (record.Worker, record.Attempt, record.Outcome, record.Cause)));
    }

    [Fact]
    public async Task A_protocol_that_throws_costs_an_attempt_and_not_the_task()
    {
        var records = new RecordLog();
        await using Executor executor = Start(records);
        executor.Neighbourhood = new Neighbourhood(() => [Fast(Anna, "anna")], (_, _) => throw new IOException("broker gone"));
        Assert.True((await executor.RunAsync(Graph(20), Token)).Succeeded);
        List<ExecutionRecord> all = Drain(records);
        Assert.Equal(20, all.Count(record => record.Outcome == ExecutionOutcome.Succeeded && record.Worker == "here"));
        Assert.All(all.Where(record => record.Outcome == ExecutionOutcome.Lost), record => Assert.Equal("IOException: broker gone", record.Cause));
    }

    [Fact]
    public async Task A_neighbour_that_never_answers_is_given_up()
    {
        var time = new FakeTimeProvider();
        var records = new RecordLog();
        await using Executor executor = Start(records, time);
        executor.Neighbourhood = new Neighbourhood(
            () => [Fast(Anna, "anna")], (_, _) => new TaskCompletionSource<RemoteOutcome>().Task);
        Task<RunResult> run = executor.RunAsync(Graph(1), Token);
        Assert.False(run.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True((await run.WaitAsync(TimeSpan.FromSeconds(10), Token)).Succeeded);
        Assert.Equal(["anna", "here"], Drain(records).Select(record => record.Worker));
    }

    [Fact]
    public async Task A_neighbour_gets_no_more_at_once_than_it_offered()
    {
        int open = 0, most = 0;
        await using Executor executor = Start(new RecordLog());
        executor.Neighbourhood = new Neighbourhood(() => [Fast(Anna, "anna", slots: 2)], async (_, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref open));
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, token);
            Interlocked.Decrement(ref open);
            return Accepted(7);
        });
        Assert.True((await executor.RunAsync(Graph(200), Token)).Succeeded);
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task Waiting_work_moves_to_a_neighbour_that_has_become_free()
    {
        using var open = new ManualResetEventSlim();
        var records = new RecordLog();
        await using var executor = new Executor(
            new ExecutorOptions { Lanes = 1 },
            new TaskCatalog(new TaskDefinition(Kind, (_, token) =>
            {
                open.Wait(token);
                return [1];
            }, Lendable: true)),
            new Estimates(), records, TimeProvider.System, "here");
        int lent = 0;
        executor.Neighbourhood = new Neighbourhood(() => [Fast(Anna, "anna", slots: 1)], async (_, token) =>
        {
            await Task.Yield();
            if (Interlocked.Increment(ref lent) == 9)
            {
                open.Set();
            }

            return Accepted(7);
        });

        // The lane is stuck with one task until the neighbour has done all others, one after the other.
        await executor.RunAsync(
            TaskGraph.Build([.. Enumerable.Range(0, 10).Select(task => Spec($"t{task}"))]), Token).WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.InRange(Drain(records).Count(record => record.Worker == "anna"), 9, 10);   // all ten, when the lane wakes too late for its one
    }

    [Fact]
    public async Task What_is_not_lendable_stays_here()
    {
        await using Executor executor = Start(new RecordLog(), lendable: false);
        executor.Neighbourhood = new Neighbourhood(() => [Fast(Anna, "anna")], (_, _) => throw new InvalidOperationException());
        Assert.Equal([1], (await executor.RunAsync(Graph(1), Token)).Outputs["t0"]);
    }

    [Fact]
    public async Task Cancelling_gives_up_what_was_handed_over()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var records = new RecordLog();
        await using Executor executor = Start(records);
        executor.Neighbourhood = new Neighbourhood(() => [Fast(Anna, "anna")], async (_, token) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return Accepted(7);
        });
        using var cancellation = new CancellationTokenSource();
        Task<RunResult> run = executor.RunAsync(Graph(1), cancellation.Token);
        await asked.Task;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(10), Token));
        Assert.Equal(ExecutionOutcome.Cancelled, Assert.Single(Drain(records)).Outcome);
    }

    // A check compares a neighbour's result with our own: it must not be given to a neighbour, who might be the same.
    [Fact]
    public async Task A_check_that_waits_stays_here_when_a_neighbour_has_room()
    {
        var asked = new List<string>();
        using var open = new ManualResetEventSlim();
        TaskKind stuck = new("stuck", 1);
        await using var executor = new Executor(
            new ExecutorOptions { Lanes = 2 },
            new TaskCatalog(
                new TaskDefinition(Kind, (_, _) => [1], Lendable: true),
                new TaskDefinition(stuck, (_, token) =>
                {
                    open.Wait(token);
                    return [1];
                }, Lendable: false)),
            new Estimates(), new RecordLog(), TimeProvider.System, "here");
        Task<RunResult> blocked = executor.RunAsync(TaskGraph.Build([new TaskSpec("a", stuck, [], []), new TaskSpec("b", stuck, [], [])]), Token);
        Task<byte[]> check = executor.RunCheckAsync(Kind, new TaskInput([], []).Pack(), Token);
        executor.Neighbourhood = new Neighbourhood(() => [Fast(Anna, "anna")], (task, _) =>
        {
            asked.Add(task.Kind.ToString());
            return Result(Accepted(7));
        });
        // The end of what was lent looks for more to lend.
        await executor.RunAsync(Graph(1), Token);
        open.Set();
        Assert.Equal([1], await check);
        await blocked;
        Assert.Equal([Kind.ToString()], asked);
    }

    [Fact]
    public async Task What_runs_longer_than_expected_is_expected_to_go_on_and_offers_hear_of_it()
    {
        var time = new FakeTimeProvider();
        var estimates = new Estimates();
        foreach (double seconds in (double[])[10, 10, 1, 1, 1, 1])
        {
            estimates.Observe(Records.Any(seconds, kind: Kind));
        }

        using var began = new ManualResetEventSlim();
        using var open = new ManualResetEventSlim();
        await using var executor = new Executor(
            new ExecutorOptions { Lanes = 1 },
            new TaskCatalog(new TaskDefinition(Kind, (_, token) =>
            {
                began.Set();
                open.Wait(token);
                return [1];
            }, Lendable: false)),
            estimates, new RecordLog(), time, "here");
        Task<RunResult> run = executor.RunAsync(Graph(1), Token);
        began.Wait(Token);
        double expected = executor.Load.Work.TotalSeconds;
        time.Advance(TimeSpan.FromSeconds(expected / 2));
        Assert.Equal(expected / 2, executor.Load.Work.TotalSeconds, 1e-3);
        // Outlived: those that lasted longer lasted ten seconds.
        time.Advance(TimeSpan.FromSeconds(4 - (expected / 2)));
        Assert.Equal(6, executor.Load.Work.TotalSeconds, 1e-3);
        // Longer than all: half as long again.
        time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(10, executor.Load.Work.TotalSeconds, 1e-3);
        Assert.Equal(TimeSpan.FromSeconds(10), executor.Load.ExpectedWait);
        open.Set();
        await run;
        Assert.Equal(TimeSpan.Zero, executor.Load.Work);
    }
}
