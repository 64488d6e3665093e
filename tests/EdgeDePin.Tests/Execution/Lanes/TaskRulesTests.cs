using EdgeDePin.Execution;
using EdgeDePin.Execution.Lanes;

namespace EdgeDePin.Tests.Execution.Lanes;

/// <summary>How single tasks are tried, and what their failures and their tokens may do to others: nothing.</summary>
public sealed class TaskRulesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_task_is_tried_by_its_own_rules_and_spawned_ones_by_theirs()
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 2 }, TimeProvider.System);
        int[] attempts = new int[6];
        int child = 0, childFellBack = 0;
        RunReport report = await crew.RunAsync(new RunPlan
        {
            Shape = GraphShape.Of(6, [(1, 2), (3, 4)]),
            Attempts = 2,
            OnFailure = FailurePolicy.FinishIndependent,
            Rules = [null, new TaskRules { Attempts = 4, Backoff = TimeSpan.FromMilliseconds(1) }, null, new TaskRules { Attempts = 1, Timeout = TimeSpan.FromMilliseconds(10) }, null, null],
            Fallbacks = [null, null, null, _ => { }, null, null],
            Body = scope =>
            {
                Interlocked.Increment(ref attempts[scope.Task]);
                switch (scope.Task)
                {
                    case 0:
                        throw new IOException("always");
                    case 1 when scope.Attempt < 4:
                        throw new IOException("three times");
                    case 3:
                        scope.Token.WaitHandle.WaitOne(Patience);
                        scope.Token.ThrowIfCancellationRequested();
                        break;
                    case 5:
                        scope.Spawn(inner =>
                        {
                            Interlocked.Increment(ref child);
                            throw new IOException("child");
                        }, new TaskRules { Attempts = 3 }, _ => childFellBack++);
                        break;
                }
            },
        }, Token).WaitAsync(Patience, Token);
        Assert.Equal(
            [ExecutionOutcome.Failed, ExecutionOutcome.Succeeded, ExecutionOutcome.Succeeded, ExecutionOutcome.FellBack, ExecutionOutcome.Succeeded, ExecutionOutcome.Succeeded],
            report.Outcomes);
        Assert.Equal([2, 4, 1, 1, 1, 1], attempts);
        Assert.Equal((3, 1), (child, childFellBack));
        Assert.Equal(1, LaneCrewTests.Drain(crew).Count(record => record.Task == 3));
        ArgumentException wrong = await Assert.ThrowsAsync<ArgumentException>(() => crew.RunAsync(
            new RunPlan { Shape = Shapes.Independent(2), Body = _ => { }, Rules = [null, new TaskRules { Attempts = 0 }] }, Token));
        Assert.Equal("Task 1: Attempts is 0; it must be 1 to 1000.", wrong.Message);
    }

    [Fact]
    public async Task What_a_task_registers_with_its_token_and_throws_ends_neither_lane_nor_process()
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 1 }, TimeProvider.System);
        static void Register(TaskScope scope) => scope.Token.Register(() => throw new InvalidOperationException("registered"));
        RunReport failed = await crew.RunAsync(new RunPlan
        {
            Shape = Shapes.Chain(2),
            OnFailure = FailurePolicy.FailFast,
            Body = scope =>
            {
                Register(scope);
                throw new IOException("cable");
            },
        }, Token).WaitAsync(Patience, Token);
        Assert.Equal([ExecutionOutcome.Failed, ExecutionOutcome.Cancelled], failed.Outcomes);
        Assert.Equal([(0, 1), (-1, 0)], failed.Failures.Select(failure => (failure.Task, failure.Attempt)).OrderDescending());
        RunReport late = await crew.RunAsync(new RunPlan
        {
            Shape = Shapes.Independent(1),
            Timeout = TimeSpan.FromMilliseconds(5),
            Body = scope =>
            {
                Register(scope);
                scope.Token.WaitHandle.WaitOne(Patience);
                scope.Token.ThrowIfCancellationRequested();
            },
        }, Token).WaitAsync(Patience, Token);
        Assert.Equal([ExecutionOutcome.TimedOut], late.Outcomes);
        using var cancel = new CancellationTokenSource();
        RunReport cancelled = await crew.RunAsync(new RunPlan
        {
            Shape = Shapes.Independent(2),
            Body = scope =>
            {
                Register(scope);
                cancel.Cancel();
            },
        }, cancel.Token).WaitAsync(Patience, Token);
        Assert.Equal(ExecutionOutcome.Cancelled, cancelled.Outcomes[1]);
        // The lane is as it was.
        Assert.True((await crew.RunAsync(new RunPlan { Shape = Shapes.Chain(100), Body = _ => { } }, Token).WaitAsync(Patience, Token)).Succeeded);
    }

    [Fact]
    public async Task Every_failure_keeps_its_cause_however_many_there_are()
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 2 }, TimeProvider.System);
        RunReport report = await crew.RunAsync(
            new RunPlan { Shape = Shapes.Independent(500), Attempts = 2, Body = scope => throw new IOException($"cable {scope.Task}") }, Token).WaitAsync(Patience, Token);
        Assert.Equal((1000, 1000, RunReport.MaxFailures), (report.FailedAttempts, report.Causes.Count, report.Failures.Length));
        Assert.All(report.Causes, cause => Assert.Equal($"IOException: cable {cause.Key.Task}", cause.Value));
    }
}
