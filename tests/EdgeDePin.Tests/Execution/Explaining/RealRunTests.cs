using EdgeDePin.Execution;
using EdgeDePin.Execution.Explaining;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Tests.Execution.Lanes;

namespace EdgeDePin.Tests.Execution.Explaining;

/// <summary>What is said of runs that really ran, with failures, further attempts and tasks that others added.</summary>
public sealed class RealRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-explained-").FullName;
    private readonly NodeIdentity _identity = NodeIdentity.FromSeed(new byte[32]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Parts_and_path_of_runs_with_failures_attempts_and_growth_sum_to_the_makespan(int seed)
    {
        GraphShape shape = Shapes.Random(120, 2, new Random(seed));
        (ExecutedRun run, RunReport report) = await RunAsync(2, new RunPlan
        {
            Shape = shape,
            Attempts = 3,
            Backoff = TimeSpan.FromMilliseconds(1),
            Body = scope =>
            {
                Thread.SpinWait(2_000);
                if ((scope.Task + seed) % 7 == 0 && scope.Attempt < 3)
                {
                    throw new IOException("cable");
                }

                if ((scope.Task + seed) % 31 == 0)
                {
                    throw new IOException("gone");
                }

                if ((scope.Task + seed) % 11 == 0)
                {
                    scope.Spawn(_ => Thread.SpinWait(1_000));
                }
            },
        });

        Assert.Equal(report.Executions, run.Tasks);
        Assert.Contains(run.Entries, entry => entry.Attempt == 3);
        Decomposition parts = Decomposition.Of(run);
        Assert.Equal(parts.Whole, parts.Sum);
        CriticalPath path = CriticalPath.Of(run);
        Assert.Equal(run.Makespan, path.Executed.Sum(step => step.Ran + step.Waited));
    }

    // One lane that only tries the same task again and again is busy, not late.
    [Fact]
    public async Task The_time_of_attempts_that_failed_is_time_that_the_lane_ran()
    {
        (ExecutedRun run, _) = await RunAsync(1, new RunPlan
        {
            Shape = Shapes.Independent(1),
            Attempts = 4,
            Body = scope =>
            {
                scope.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(20));
                if (scope.Attempt < 4)
                {
                    throw new IOException("cable");
                }
            },
        });
        Assert.Equal(4, run.Tasks);
        Assert.EndsWith("(attempt 4)", run.NameOf(3), StringComparison.Ordinal);
        Decomposition parts = Decomposition.Of(run);
        Assert.InRange(parts.Run, 75_000_000, parts.Whole);
        Prospect asItWas = WhatIf.Of(run)[0];
        Assert.InRange(asItWas.MakespanSeconds, 0.075, run.Makespan / 1e9);
    }

    public void Dispose()
    {
        _identity.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<(ExecutedRun Run, RunReport Report)> RunAsync(int lanes, RunPlan plan)
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = lanes }, TimeProvider.System);
        RunReport report;
        using (RecordJournal journal = RecordJournal.Open(_folder, _identity.PublicKey, bytes => _identity.Sign(bytes)))
        {
            var recorder = new CrewRecorder(crew, journal, TimeProvider.System);
            report = await crew.RunAsync(plan, TestContext.Current.CancellationToken);
            recorder.Drain(new RunNames("r", "g", plan.Shape, null, null, "here"), report.Failures);
        }

        return (ExecutedRun.Of(JournalReader.Segments(_folder).SelectMany(segment => segment.Entries)), report);
    }
}
