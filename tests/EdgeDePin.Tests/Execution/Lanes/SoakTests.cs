using EdgeDePin.Execution;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Tests.Execution.Lanes;

public sealed class SoakTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_million_tasks_with_random_exceptions_leave_a_million_records_or_a_count()
    {
        const int Tasks = 1_000_000;
        GraphShape shape = Shapes.Random(Tasks, 3, new Random(11));
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 3, RingCapacity = 1 << 14 }, TimeProvider.System);
        using var over = new CancellationTokenSource();
        long read = 0;
        var reader = new Thread(() =>
        {
            var batch = new LaneRecord[1024];
            while (true)
            {
                bool last = over.IsCancellationRequested;
                int taken = crew.Rings.Sum(ring => ring.Drain(batch));
                read += taken;
                if (taken == 0 && last)
                {
                    return;
                }
            }
        });
        reader.Start();
        RunReport report = await crew.RunAsync(new RunPlan
        {
            Shape = shape,
            Attempts = 2,
            OnFailure = FailurePolicy.Fallback,
            Fallback = static _ => { },
            Body = static scope =>
            {
                uint chance = (uint)(scope.Task * 2654435761u) >> 16;
                if (chance % 997 == 0 && (scope.Attempt == 1 || chance % 3 == 0))
                {
                    throw new InvalidOperationException("bad luck");
                }
            },
        }, Token).WaitAsync(TimeSpan.FromSeconds(120), Token);
        await over.CancelAsync();
        reader.Join();
        Assert.True(report.Succeeded);
        Assert.Contains(ExecutionOutcome.FellBack, report.Outcomes);
        Assert.True(report.FailedAttempts > 900);
        Assert.Equal(report.Executions, read + report.RecordsLost);
        Assert.True(report.Executions > Tasks);
    }

    [Fact]
    public async Task Ten_thousand_tiny_runs_wake_and_sleep_without_losing_a_wake_up()
    {
        for (int lanes = 1; lanes <= 4; lanes++)
        {
            await using var crew = new LaneCrew(new LaneOptions { Lanes = lanes, RingCapacity = 2 }, TimeProvider.System);
            var plan = new RunPlan { Shape = GraphShape.Of(5, [(0, 2), (1, 2), (2, 3), (2, 4)]), Body = static _ => { }, Record = false };
            var ordered = new RunPlan { Shape = plan.Shape, Body = static _ => { }, Record = false, Ranks = [1, 2, 3, 4, 5] };
            for (int run = 0; run < 2_500; run++)
            {
                Assert.True((await crew.RunAsync(run % 2 == 0 ? plan : ordered, Token).WaitAsync(TimeSpan.FromSeconds(30), Token)).Succeeded, $"run {run} on {lanes} lanes");
            }
        }
    }
}
