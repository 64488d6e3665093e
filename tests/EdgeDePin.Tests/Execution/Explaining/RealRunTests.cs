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
    private int _runs;
    private string _last = "";
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

    [Fact]
    public async Task A_lane_that_ran_nothing_has_waited_all_the_time()
    {
        (ExecutedRun run, _) = await RunAsync(3, new RunPlan { Shape = Shapes.Chain(10), Body = scope => scope.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(5)) });
        Assert.Equal(3, run.Lanes.Length);
        Decomposition parts = Decomposition.Of(run);
        Assert.Equal(parts.Whole, parts.Sum);
        Assert.InRange((double)(parts.DependencyWait + parts.Tail + parts.SchedulingDelay) / (double)parts.Whole, 0.6, 0.8);
    }

    [Fact]
    public async Task What_a_task_has_added_holds_up_whoever_waits_for_it()
    {
        // 1 waits for 0, which ends soon but has added a task of 30 ms, and the other lane takes that.
        (ExecutedRun run, _) = await RunAsync(2, new RunPlan
        {
            Shape = Shapes.Chain(2),
            Body = scope =>
            {
                if (scope.Task == 0)
                {
                    scope.Spawn(child => child.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(30)));
                    scope.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(5));
                }
            },
        });
        Assert.Equal(0, run.Entries.Single(entry => entry.Number == 2).SpawnedBy);
        PathStep[] path = [.. CriticalPath.Of(run).Executed];
        Assert.Equal([0, 2, 1], path.Select(step => run.Entries[step.Task].Number));
        Assert.Equal(Enabler.Spawning, path[1].Enabler);
        Assert.InRange(CriticalPath.Of(run).GraphLength, 30_000_000, run.Makespan);
        Assert.InRange(WhatIf.Of(run)[0].MakespanSeconds, 0.03, run.Makespan / 1e9);
    }

    // Four lanes, and yet one after the other, or two at a time: what they share decides, and more of it is what helps.
    [Theory]
    [InlineData(1, 0, "one more 'bus'")]
    [InlineData(0, 60, "twice the memory")]
    public async Task What_more_of_a_shared_thing_would_give_is_what_it_gives(ulong tokens, int memory, string change)
    {
        RunPlan Plan(int buses, int bytes) => new()
        {
            Shape = Shapes.Independent(12),
            Needs = [.. Enumerable.Repeat(new TaskNeeds(MemoryBytes: memory, Tokens: tokens), 12)],
            Resources = new Resources { Cores = 4, MemoryBytes = bytes, Tokens = [new("bus", buses)] },
            Body = scope => scope.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(20)),
        };
        (ExecutedRun before, _) = await RunAsync(4, Plan(1, 100));
        IReadOnlyList<Prospect> prospects = WhatIf.Of(before);
        Assert.InRange(before.Makespan / 1e9 / prospects[0].MakespanSeconds, 0.99, 1.2);
        Assert.InRange(prospects.Single(prospect => prospect.Change == "one more core on here").Gain, -0.001, 0.001);
        double predicted = prospects.Single(prospect => prospect.Change == change).MakespanSeconds;
        (ExecutedRun after, _) = await RunAsync(4, Plan(2, 200));
        Assert.InRange(after.Makespan / 1e9 / predicted, 0.9, 1.3);
        Assert.True(predicted < 0.7 * prospects[0].MakespanSeconds, $"{predicted} of {prospects[0].MakespanSeconds}");
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
            string name = $"r{++_runs}";
            recorder.Drain(new RunNames(name, "g", plan.Shape, null, null, "here") { Needs = plan.Needs, Resources = plan.Resources }, report.Causes);
            _last = name;
        }

        return (ExecutedRun.Of(JournalReader.Segments(_folder).SelectMany(segment => segment.Entries).Where(entry => entry.Run == _last)), report);
    }
}
