using CsCheck;
using EdgeDePin.Execution;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;
using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.Execution.Lanes;

public sealed class LaneCrewTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_task_runs_exactly_once_and_after_all_that_it_waits_for()
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 3 }, TimeProvider.System);
        await Shapes.Any.SampleAsync(async shape =>
        {
            int[] runs = new int[shape.Tasks];
            int tooEarly = 0;
            RunReport report = await crew.RunAsync(new RunPlan
            {
                Shape = shape,
                Body = scope =>
                {
                    foreach (int before in shape.DependenciesOf(scope.Task))
                    {
                        tooEarly += Volatile.Read(ref runs[before]) == 1 ? 0 : 1;
                    }

                    Interlocked.Increment(ref runs[scope.Task]);
                },
            }, Token).WaitAsync(Patience, Token);
            Assert.All(runs, times => Assert.Equal(1, times));
            Assert.Equal(0, tooEarly);
            Assert.True(report.Succeeded);
            Assert.Equal(shape.Tasks, report.Executions);
        }, iter: 500, threads: 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public async Task A_wide_a_long_and_a_tangled_graph_run_whole(int lanes)
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = lanes, RingCapacity = 1 << 15 }, TimeProvider.System);
        foreach (GraphShape shape in new[] { Shapes.Chain(20_000), Shapes.Independent(20_000), Shapes.Wavefront(140), Shapes.Random(20_000, 3, new Random(7)) })
        {
            long sum = 0;
            RunReport report = await crew.RunAsync(new RunPlan { Shape = shape, Body = scope => Interlocked.Add(ref sum, scope.Task) }, Token)
                .WaitAsync(Patience, Token);
            Assert.Equal((long)shape.Tasks * (shape.Tasks - 1) / 2, sum);
            Assert.Equal(shape.Tasks, report.Executions);
            Drain(crew);
        }
    }

    [Fact]
    public async Task Random_failures_retries_and_growth_leave_a_record_each_and_skip_only_what_depends()
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 3, RingCapacity = 4096 }, TimeProvider.System);
        await Gen.Select(Shapes.Any, Gen.Int, Gen.Int[1, 3], Gen.Bool).SampleAsync(async (shape, seed, attempts, ordered) =>
        {
            HashSet<int> doomed = [.. Enumerable.Range(0, shape.Tasks).Where(task => HashCode.Combine(seed, task) % 7 == 0)];
            int spawned = 0;
            RunReport report = await crew.RunAsync(new RunPlan
            {
                Shape = shape,
                Attempts = attempts,
                Ranks = ordered ? new double[shape.Tasks] : null,
                Body = scope =>
                {
                    if (doomed.Contains(scope.Task))
                    {
                        throw new InvalidOperationException($"task {scope.Task}");
                    }

                    if (HashCode.Combine(seed, scope.Task, 1) % 5 == 0 && scope.Task < shape.Tasks)
                    {
                        scope.Spawn(child => child.Spawn(_ => Interlocked.Increment(ref spawned)));
                    }
                },
            }, Token).WaitAsync(Patience, Token);
            bool[] blocked = Blocked(shape, doomed);
            for (int task = 0; task < shape.Tasks; task++)
            {
                ExecutionOutcome expected = blocked[task] ? ExecutionOutcome.Skipped
                    : doomed.Contains(task) ? ExecutionOutcome.Failed : ExecutionOutcome.Succeeded;
                Assert.Equal(expected, report.Outcomes[task]);
            }

            Assert.Equal(report.Spawned, spawned * 2);
            List<LaneRecord> records = Drain(crew);
            Assert.Equal(report.Executions, records.Count + report.RecordsLost);
            int failing = doomed.Count(task => !blocked[task]);
            Assert.Equal(shape.Tasks + report.Spawned + (failing * (attempts - 1)), records.Count);
            foreach (LaneRecord record in records.Where(record => record.Task < shape.Tasks))
            {
                foreach (int before in shape.DependenciesOf(record.Task).ToArray())
                {
                    Assert.All(records.Where(other => other.Task == before), other => Assert.True(other.End <= record.Start, $"{before} ends after {record.Task} starts"));
                }
            }

            Assert.All(records, record => Assert.True(record.Ready <= record.Start && record.Start <= record.End, $"{record.Ready} {record.Start} {record.End}"));
        }, iter: 300, threads: 1);
    }

    [Fact]
    public async Task Resources_are_never_exceeded()
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 4 }, TimeProvider.System);
        await Gen.Select(Shapes.Any, Gen.Int).SampleAsync(async (shape, seed) =>
        {
            var random = new Random(seed);
            TaskNeeds[] needs = [.. Enumerable.Range(0, shape.Tasks).Select(_ => new TaskNeeds(
                (short)random.Next(3), (ushort)random.Next(1, 4), random.Next(100), (ulong)random.Next(4)))];
            int cores = 0, memory = 0, first = 0, second = 0, violations = 0;
            RunReport report = await crew.RunAsync(new RunPlan
            {
                Shape = shape,
                Needs = needs,
                Resources = new Resources { Cores = 4, MemoryBytes = 150, Tokens = [new("i2c", 1), new("spi", 2)] },
                Body = scope =>
                {
                    TaskNeeds mine = needs[scope.Task];
                    void Book(int sign)
                    {
                        bool over = Interlocked.Add(ref cores, sign * mine.Cores) > 4 | Interlocked.Add(ref memory, sign * (int)mine.MemoryBytes) > 150
                            | Interlocked.Add(ref first, sign * (int)(mine.Tokens & 1)) > 1 | Interlocked.Add(ref second, sign * (int)(mine.Tokens >> 1)) > 2;
                        Interlocked.Add(ref violations, over ? 1 : 0);
                    }

                    Book(1);
                    Thread.SpinWait(50);
                    Book(-1);
                },
            }, Token).WaitAsync(Patience, Token);
            Assert.True(report.Succeeded);
            Assert.Equal(0, violations);
        }, iter: 200, threads: 1);
    }

    // On one lane every order can be told: whatever is ready and waits has no higher priority than what begins, unless it does not fit.
    [Fact]
    public void Of_all_that_is_ready_and_fits_the_highest_priority_begins_then_the_highest_rank() =>
        Gen.Select(Shapes.Any, Gen.Int).Sample((shape, seed) =>
        {
            LaneCrew crew = LaneCrew.OnCaller(new FakeTimeProvider());
            var random = new Random(seed);
            TaskNeeds[] needs = [.. Enumerable.Range(0, shape.Tasks).Select(_ => new TaskNeeds((short)random.Next(-2, 3)))];
            double[] ranks = [.. Enumerable.Range(0, shape.Tasks).Select(_ => (double)random.Next(3))];
            bool[] begun = new bool[shape.Tasks];
            crew.RunHere(new RunPlan
            {
                Shape = shape,
                Needs = needs,
                Ranks = ranks,
                Body = scope =>
                {
                    for (int other = 0; other < shape.Tasks; other++)
                    {
                        bool waits = other != scope.Task && !begun[other] && shape.DependenciesOf(other).ToArray().All(before => begun[before] && before != scope.Task);
                        (short, double) mine = (needs[scope.Task].Priority, ranks[scope.Task]);
                        Assert.False(waits && (needs[other].Priority, ranks[other]).CompareTo(mine) > 0, $"{other} waits and {scope.Task} begins");
                    }

                    begun[scope.Task] = true;
                },
            });
            Assert.All(begun, Assert.True);
        }, iter: 300, threads: 1);

    [Fact]
    public void One_lane_in_virtual_time_always_does_the_same_and_waits_for_nothing()
    {
        var time = new FakeTimeProvider();
        LaneCrew crew = LaneCrew.OnCaller(time);
        GraphShape shape = Shapes.Random(300, 3, new Random(3));
        List<int> Order()
        {
            var order = new List<int>();
            RunReport report = crew.RunHere(new RunPlan
            {
                Shape = shape,
                Attempts = 3,
                Backoff = TimeSpan.FromHours(1),
                Body = scope =>
                {
                    order.Add(scope.Task);
                    time.Advance(TimeSpan.FromSeconds(1));
                    if (scope.Task % 50 == 0 && scope.Attempt < 3)
                    {
                        throw new IOException("not yet");
                    }
                },
            }, idle: () =>
            {
                time.Advance(TimeSpan.FromMinutes(10));
                return true;
            });
            Assert.True(report.Succeeded);
            Assert.Equal(12, report.FailedAttempts);
            Assert.InRange(report.Elapsed, TimeSpan.FromHours(3), TimeSpan.FromHours(30));
            return order;
        }

        Assert.Equal(Order(), Order());
    }

    [Fact]
    public async Task Cancellation_leaves_nothing_running_and_says_so_for_every_task()
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 3 }, TimeProvider.System);
        for (int round = 0; round < 50; round++)
        {
            using var cancel = new CancellationTokenSource();
            int running = 0, started = 0;
            Task<RunReport> run = crew.RunAsync(new RunPlan
            {
                Shape = Shapes.Random(2_000, 2, new Random(round)),
                Attempts = 2,
                Backoff = TimeSpan.FromHours(1),
                Body = scope =>
                {
                    Interlocked.Increment(ref running);
                    try
                    {
                        if (Interlocked.Increment(ref started) == 100 + round)
                        {
                            cancel.Cancel();
                        }

                        if (scope.Task % 11 == 0)
                        {
                            throw new IOException("retried in an hour");
                        }

                        if (scope.Task % 13 == 0)
                        {
                            scope.Until(Task.Delay(TimeSpan.FromHours(1), scope.Token));
                        }
                    }
                    finally
                    {
                        Interlocked.Decrement(ref running);
                    }
                },
            }, cancel.Token);
            RunReport report = await run.WaitAsync(Patience, Token);
            Assert.Equal(0, running);
            Assert.Contains(ExecutionOutcome.Cancelled, report.Outcomes);
            Assert.Equal(report.Executions, Drain(crew).Count + report.RecordsLost);
        }
    }

    [Fact]
    public async Task Work_that_is_pending_ends_its_task_later_and_frees_the_lane()
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 1 }, TimeProvider.System);
        int most = 0, open = 0;
        RunReport report = await crew.RunAsync(new RunPlan
        {
            Shape = Shapes.Independent(50),
            Body = scope => scope.Until(WorkAsync()),
        }, Token).WaitAsync(Patience, Token);
        Assert.True(report.Succeeded);
        Assert.True(most > 10, $"at most {most} at the same time on one lane");

        async Task WorkAsync()
        {
            int now = Interlocked.Increment(ref open);
            most = Math.Max(most, now);
            await Task.Delay(30, Token);
            Interlocked.Decrement(ref open);
        }
    }

    [Fact]
    public async Task What_takes_too_long_is_told_and_counts_as_timed_out()
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 2 }, TimeProvider.System);
        RunReport report = await crew.RunAsync(new RunPlan
        {
            Shape = GraphShape.Of(3, [(0, 2), (1, 2)]),
            Timeout = TimeSpan.FromMilliseconds(30),
            Body = scope =>
            {
                if (scope.Task == 0)
                {
                    scope.Token.WaitHandle.WaitOne(Patience);
                    scope.Token.ThrowIfCancellationRequested();
                }
                else if (scope.Task == 1)
                {
                    scope.Until(Task.Delay(Patience, scope.Token));
                }
            },
        }, Token).WaitAsync(Patience, Token);
        Assert.Equal([ExecutionOutcome.TimedOut, ExecutionOutcome.TimedOut, ExecutionOutcome.Skipped], report.Outcomes);
    }

    [Fact]
    public async Task Failing_fast_begins_nothing_more_and_a_fallback_lets_the_rest_go_on()
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 1 }, TimeProvider.System);
        RunPlan Plan(FailurePolicy policy) => new()
        {
            Shape = Shapes.Chain(3),
            OnFailure = policy,
            Fallback = _ => { },
            Body = scope =>
            {
                if (scope.Task == 0)
                {
                    throw new IOException("cable");
                }
            },
        };
        RunReport fast = await crew.RunAsync(Plan(FailurePolicy.FailFast), Token);
        Assert.Equal([ExecutionOutcome.Failed, ExecutionOutcome.Cancelled, ExecutionOutcome.Cancelled], fast.Outcomes);
        RunReport fallback = await crew.RunAsync(Plan(FailurePolicy.Fallback), Token);
        Assert.Equal([ExecutionOutcome.FellBack, ExecutionOutcome.Succeeded, ExecutionOutcome.Succeeded], fallback.Outcomes);
        Assert.True(fallback.Succeeded);
        Assert.Equal("cable", Assert.Single(fallback.Failures).Error.Message);
    }

    [Fact]
    public async Task A_hold_stops_all_lanes_until_it_is_disposed()
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 2 }, TimeProvider.System);
        int done = 0;
        IDisposable hold = crew.Hold();
        Task<RunReport> run = crew.RunAsync(new RunPlan { Shape = Shapes.Independent(10_000), Body = _ => Interlocked.Increment(ref done) }, Token);
        await Task.Delay(50, Token);
        Assert.False(run.IsCompleted);
        Assert.InRange(done, 0, 2);
        hold.Dispose();
        await run.WaitAsync(Patience, Token);
        Assert.Equal(10_000, done);
    }

    [Fact]
    public async Task The_threads_of_lanes_stand_back_for_others_and_nobody_elses_do()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a nice value for each thread is a thing of Linux");
        // proc(5): the 19th field, and the second may hold spaces.
        static int Nice()
        {
            string stat = File.ReadAllText("/proc/thread-self/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], System.Globalization.CultureInfo.InvariantCulture);
        }

        int before = Nice();
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 2, Nice = 7 }, TimeProvider.System);
        var seen = new System.Collections.Concurrent.ConcurrentBag<int>();
        await crew.RunAsync(new RunPlan { Shape = Shapes.Independent(50), Body = _ => seen.Add(Nice()) }, Token).WaitAsync(Patience, Token);
        Assert.All(seen, nice => Assert.Equal(7, nice));
        Assert.Equal(before, await Task.Run(Nice, Token));
    }

    [Fact]
    public async Task A_plan_that_does_not_fit_says_what()
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 1 }, TimeProvider.System);
        async Task Refused(string message, RunPlan plan) =>
            Assert.Contains(message, (await Assert.ThrowsAsync<ArgumentException>(() => crew.RunAsync(plan, Token))).Message, StringComparison.Ordinal);
        await Refused("asks for 2 cores of 1", new RunPlan { Shape = Shapes.Independent(1), Body = _ => { }, Needs = [new TaskNeeds(Cores: 2)] });
        await Refused("token number 0, which does not exist (there are none)", new RunPlan { Shape = Shapes.Independent(1), Body = _ => { }, Needs = [new TaskNeeds(Tokens: 1)] });
        await Refused("Needs has 1 entries", new RunPlan { Shape = Shapes.Independent(2), Body = _ => { }, Needs = [new TaskNeeds()] });
        await Refused("Cores is 0", new RunPlan { Shape = Shapes.Independent(1), Body = _ => { }, Resources = new Resources { Cores = 0 } });
        await Refused("Of the token 'bus' there are 0",
            new RunPlan { Shape = Shapes.Independent(1), Body = _ => { }, Resources = new Resources { Cores = 1, Tokens = [new Token("bus", 0)] } });
        await Refused("at most 24 days", new RunPlan { Shape = Shapes.Independent(1), Body = _ => { }, Timeout = TimeSpan.FromDays(60) });
        await Refused("Attempts is 0", new RunPlan { Shape = Shapes.Independent(1), Body = _ => { }, Attempts = 0 });
        Assert.Contains("Circular dependency among the tasks 0, 1", Assert.Throws<ArgumentException>(() => GraphShape.Of(3, [(0, 1), (1, 0)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_all_that_wait_for_a_circle_only_the_circle_is_named()
    {
        // 30 and 31 wait for each other, and 0 to 29 each for the one behind it.
        (int, int)[] arrows = [.. Enumerable.Range(0, 30).Select(task => (task + 1, task)), (30, 31), (31, 30)];
        string message = Assert.Throws<ArgumentException>(() => GraphShape.Of(32, arrows)).Message;
        Assert.Equal("Circular dependency among the tasks 30, 31.", message);
    }

    [Fact]
    public async Task A_fallback_has_a_token_that_the_timeout_has_not_ended_and_what_it_adds_is_waited_for()
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 1 }, TimeProvider.System);
        bool added = false, before = false;
        RunReport report = await crew.RunAsync(new RunPlan
        {
            Shape = Shapes.Chain(2),
            Timeout = TimeSpan.FromMilliseconds(5),
            OnFailure = FailurePolicy.Fallback,
            Fallback = scope =>
            {
                scope.Token.ThrowIfCancellationRequested();
                scope.Spawn(_ => added = true);
            },
            Body = scope =>
            {
                if (scope.Task == 0)
                {
                    scope.Token.WaitHandle.WaitOne(Patience);
                    scope.Token.ThrowIfCancellationRequested();
                }

                before = added;
            },
        }, Token).WaitAsync(Patience, Token);
        Assert.Equal([ExecutionOutcome.FellBack, ExecutionOutcome.Succeeded], report.Outcomes.Take(2));
        Assert.True(before);
    }

    internal static List<LaneRecord> Drain(LaneCrew crew)
    {
        var all = new List<LaneRecord>();
        var some = new LaneRecord[512];
        foreach (RecordRing ring in crew.Rings)
        {
            for (int count = ring.Drain(some); count > 0; count = ring.Drain(some))
            {
                all.AddRange(some.AsSpan(0, count));
            }
        }

        return all;
    }

    private static bool[] Blocked(GraphShape shape, HashSet<int> doomed)
    {
        bool[] blocked = new bool[shape.Tasks];
        foreach (int task in shape.Order())
        {
            foreach (int before in shape.DependenciesOf(task))
            {
                blocked[task] |= blocked[before] || doomed.Contains(before);
            }
        }

        return blocked;
    }
}
