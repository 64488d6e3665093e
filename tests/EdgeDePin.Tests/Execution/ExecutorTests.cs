using System.Collections.Concurrent;
using System.Text;
using CsCheck;
using EdgeDePin.Execution;
using EdgeDePin.Execution.Lanes;
using static EdgeDePin.Tests.Execution.Graphs;

namespace EdgeDePin.Tests.Execution;

public sealed class ExecutorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Executor Start(TaskFunction run, RecordLog records, int lanes = 3, int maxOpenTasks = 65_536) => new(
        new ExecutorOptions { Lanes = lanes, MaxOpenTasks = maxOpenTasks },
        new TaskCatalog(new TaskDefinition(Kind, run, Lendable: false)), new Estimates(), records, TimeProvider.System, "here");

    private static byte[] Name(TaskInput input) => input.Own;

    private static TaskSpec[] Named(IEnumerable<TaskSpec> tasks) => [.. tasks.Select(task => task with { Input = Encoding.UTF8.GetBytes(task.Name) })];

    private static List<ExecutionRecord> Drain(RecordLog log)
    {
        var records = new List<ExecutionRecord>();
        log.Drain(records);
        return records;
    }

    [Fact]
    public async Task Every_task_runs_once_behind_its_dependencies_with_their_outputs_and_leaves_one_record()
    {
        var ran = new ConcurrentQueue<string>();
        var records = new RecordLog();
        await using Executor executor = Start(
            (input, _) =>
            {
                ran.Enqueue(Encoding.UTF8.GetString(input.Own));
                return [.. input.Own, (byte)'(', .. input.Dependencies.SelectMany(output => output.Take(3)), (byte)')'];
            },
            records);
        await Graphs.Random.SampleAsync(
            async tasks =>
            {
                ran.Clear();
                TaskGraph graph = TaskGraph.Build(Named(tasks), "random");
                RunResult result = await executor.RunAsync(graph, Token);
                Assert.True(result.Succeeded);
                Assert.Equal(tasks.Select(task => task.Name).Order(), ran.Order());
                foreach (TaskSpec task in tasks)
                {
                    string output = Encoding.UTF8.GetString(result.Outputs[task.Name]);
                    Assert.Equal($"{task.Name}({string.Concat(task.After.Select(other => (other + "(")[..3]))})", output);
                }

                Dictionary<string, ExecutionRecord> byTask = Drain(records).ToDictionary(record => record.Task, StringComparer.Ordinal);
                Assert.Equal(tasks.Length, byTask.Count);
                Assert.All(byTask.Values, record => Assert.Equal((result.RunId, "random", 1), (record.RunId, record.Graph, record.Attempt)));
                Assert.All(tasks, task => Assert.All(task.After, other => Assert.True(byTask[other].EndedAt <= byTask[task.Name].ReadyAt)));
                Assert.All(byTask.Values, record => Assert.True(
                    record.ReadyAt <= record.StartedAt && record.StartedAt + record.RunTime <= record.EndedAt, record.ToString()));
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public async Task A_task_is_tried_by_its_own_rules_and_those_of_the_run_and_may_fall_back()
    {
        var records = new RecordLog();
        int flaky = 0;
        await using Executor executor = Start(
            (input, token) =>
            {
                switch (Encoding.UTF8.GetString(input.Own))
                {
                    case "flaky" when Interlocked.Increment(ref flaky) < 3:
                    case "never":
                        throw new IOException("cable");
                    case "slow":
                        token.Register(() => throw new InvalidOperationException("registered"));
                        token.WaitHandle.WaitOne(TimeSpan.FromSeconds(20));
                        token.ThrowIfCancellationRequested();
                        break;
                }

                return [.. input.Dependencies.SelectMany(output => output), 1];
            },
            records);
        TaskGraph graph = TaskGraph.Build(
        [
            Spec("flaky") with { Input = "flaky"u8.ToArray(), Rules = new TaskRules { Attempts = 3, Backoff = TimeSpan.FromMilliseconds(2) } },
            Spec("slow", "flaky") with { Input = "slow"u8.ToArray(), Rules = new TaskRules { Timeout = TimeSpan.FromMilliseconds(10), Attempts = 1 }, Fallback = [9] },
            Spec("never") with { Input = "never"u8.ToArray() },
            Spec("last", "slow"),
            Spec("skipped", "never"),
        ]);
        RunResult result = await executor.RunAsync(graph, new GraphRules { Each = new TaskRules { Attempts = 2 } }, Token).WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.Equal([9, 1], result.Outputs["last"]);
        Assert.IsType<TaskOutcome.Skipped>(result.Outcomes["skipped"]);
        ILookup<string, ExecutionOutcome> outcomes = Drain(records).OrderBy(record => record.Attempt).ToLookup(record => record.Task, record => record.Outcome);
        Assert.Equal([ExecutionOutcome.Failed, ExecutionOutcome.Failed, ExecutionOutcome.Succeeded], outcomes["flaky"]);
        Assert.Equal([ExecutionOutcome.FellBack], outcomes["slow"]);
        Assert.Equal([ExecutionOutcome.Failed, ExecutionOutcome.Failed], outcomes["never"]);
        Assert.Equal(1, executor.TokenFaults);

        // Under fail fast what has not begun does not begin, and the run still tells what failed.
        RunResult fast = await executor.RunAsync(graph, new GraphRules { OnFailure = FailurePolicy.FailFast }, Token).WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.IsType<TaskOutcome.Failed>(fast.Outcomes["never"]);
        Assert.IsType<TaskOutcome.Cancelled>(fast.Outcomes["skipped"]);
        Assert.Equal("Task 'a': Attempts is 0; it must be 1 to 1000.",
            Assert.Throws<ArgumentException>(() => TaskGraph.Build([Spec("a") with { Rules = new TaskRules { Attempts = 0 } }])).Message);
    }

    [Fact]
    public async Task A_failure_skips_what_depends_on_it_and_nothing_else()
    {
        var records = new RecordLog();
        await using Executor executor = Start(
            (input, _) => input.Own[0] == '!' ? throw new InvalidDataException("bad") : input.Own, records);
        await Gen.Select(Graphs.Random, Gen.Int).SampleAsync(
            async (tasks, seed) =>
            {
                var random = new Random(seed);
                HashSet<string> failing = [.. tasks.Where(_ => random.Next(6) == 0).Select(task => task.Name)];
                TaskGraph graph = TaskGraph.Build(tasks.Select(task => task with { Input = [failing.Contains(task.Name) ? (byte)'!' : (byte)'.'] }));
                var doomed = new HashSet<string>(StringComparer.Ordinal);
                foreach (TaskSpec task in graph.Tasks)
                {
                    if (task.After.Any(other => doomed.Contains(other) || failing.Contains(other)))
                    {
                        doomed.Add(task.Name);
                    }
                }

                RunResult result = await executor.RunAsync(graph, Token);
                foreach (TaskSpec task in graph.Tasks)
                {
                    Type expected = doomed.Contains(task.Name) ? typeof(TaskOutcome.Skipped)
                        : failing.Contains(task.Name) ? typeof(TaskOutcome.Failed) : typeof(TaskOutcome.Succeeded);
                    Assert.IsType(expected, result.Outcomes[task.Name]);
                }

                List<ExecutionRecord> all = Drain(records);
                Assert.Equal(tasks.Length, all.Count);
                Assert.Equal(doomed.Order(), all.Where(record => record.Attempt == 0).Select(record => record.Task).Order());
                Assert.All(all.Where(record => record.Outcome == ExecutionOutcome.Skipped), record =>
                    Assert.EndsWith("failed: InvalidDataException: bad", record.Cause!, StringComparison.Ordinal));
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public async Task What_the_ring_overwrites_is_counted()
    {
        int executed = 0;
        var records = new RecordLog(capacity: 16);
        await using Executor executor = Start((input, _) => [(byte)Interlocked.Increment(ref executed)], records);
        RunResult[] results = await Task.WhenAll(Enumerable.Range(0, 8).Select(run =>
            executor.RunAsync(TaskGraph.Build(Enumerable.Range(0, 50).Select(task => Spec($"{run}.{task}"))), Token)));
        Assert.Equal(8, results.Select(result => result.RunId).Distinct().Count());
        Assert.Equal(400, executed);
        Assert.Equal(400, records.Lost + Drain(records).Count);
    }

    [Fact]
    public async Task Higher_priorities_run_first_and_equals_in_the_order_of_the_graph()
    {
        var order = new List<string>();
        await using Executor executor = Start(
            (input, _) =>
            {
                order.Add(Encoding.UTF8.GetString(input.Own));
                return [];
            },
            new RecordLog(),
            lanes: 1);
        string[] names = ["low1", "high1", "low2", "high2"];
        await executor.RunAsync(
            TaskGraph.Build(Named([Spec("first"), .. names.Select(name => Spec(name, "first") with { Priority = name[0] == 'h' ? 5 : 0 })])), Token);
        Assert.Equal(["first", "high1", "high2", "low1", "low2"], order);
    }

    [Fact]
    public async Task Cancelling_ends_a_run_when_nothing_of_it_runs_any_more()
    {
        using var started = new SemaphoreSlim(0);
        int running = 0;
        var records = new RecordLog();
        await using Executor executor = Start(
            (_, token) =>
            {
                Interlocked.Increment(ref running);
                started.Release();
                token.WaitHandle.WaitOne(TimeSpan.FromSeconds(20));
                Interlocked.Decrement(ref running);
                token.ThrowIfCancellationRequested();
                return [];
            },
            records,
            lanes: 2);
        using var cancellation = new CancellationTokenSource();
        Task<RunResult> run = executor.RunAsync(
            TaskGraph.Build([Spec("a"), Spec("b"), Spec("queued"), Spec("waiting", "a")]), cancellation.Token);
        await started.WaitAsync(Token);
        await started.WaitAsync(Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(10), Token));
        Assert.Equal(0, running);
        List<ExecutionRecord> all = Drain(records);
        Assert.Equal([("a", 1), ("b", 1), ("queued", 0), ("waiting", 0)], all.Select(record => (record.Task, record.Attempt)).Order());
        Assert.All(all, record => Assert.Equal(ExecutionOutcome.Cancelled, record.Outcome));
    }

    [Fact]
    public async Task A_graph_that_does_not_fit_waits_for_one_that_ends()
    {
        using var open = new ManualResetEventSlim();
        await using Executor executor = Start(
            (input, token) =>
            {
                open.Wait(token);
                return input.Own;
            },
            new RecordLog(),
            maxOpenTasks: 3);
        Task<RunResult> first = executor.RunAsync(TaskGraph.Build([Spec("a"), Spec("b")]), Token);
        Task<RunResult> second = executor.RunAsync(TaskGraph.Build([Spec("c"), Spec("d")]), Token);
        using var cancellation = new CancellationTokenSource();
        Task<RunResult> given_up = executor.RunAsync(TaskGraph.Build([Spec("e")]), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given_up);
        Assert.False(second.IsCompleted);
        open.Set();
        Assert.True((await first).Succeeded && (await second).Succeeded);
        await Assert.ThrowsAsync<ArgumentException>(() => executor.RunAsync(TaskGraph.Build([Spec("a"), Spec("b"), Spec("c"), Spec("d")]), Token));
    }

    [Fact]
    public async Task An_unknown_kind_is_said_before_anything_runs()
    {
        await using Executor executor = Start((input, _) => Name(input), new RecordLog());
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() =>
            executor.RunAsync(TaskGraph.Build([new TaskSpec("a", new TaskKind("nobody", 2), [], [])]), Token));
        Assert.Equal("Unknown task kind nobody@2. Known: test@1.", error.Message);
    }

    [Fact]
    public async Task Disposing_ends_what_runs()
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Executor executor = Start(
            (_, token) =>
            {
                running.SetResult();
                token.WaitHandle.WaitOne(TimeSpan.FromSeconds(20));
                token.ThrowIfCancellationRequested();
                return [];
            },
            new RecordLog());
        Task<RunResult> run = executor.RunAsync(TaskGraph.Build([Spec("a")]), Token);
        await running.Task;
        await executor.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(10), Token));
    }

    [Fact]
    public async Task A_hold_quiets_what_runs_and_the_time_it_takes_is_nobodys_run_time()
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(300);
        long last = 0, turns = 0;
        bool over = false;
        var records = new RecordLog();
        await using Executor executor = Start(
            (input, _) =>
            {
                while (!Volatile.Read(ref over))
                {
                    input.Yield();
                    Interlocked.Increment(ref turns);
                    Volatile.Write(ref last, TimeProvider.System.GetTimestamp());
                }

                return [];
            },
            records, lanes: 2);
        long begun = TimeProvider.System.GetTimestamp();
        Task<RunResult> run = executor.RunAsync(TaskGraph.Build([Spec("a"), Spec("b"), Spec("c")]), Token);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref turns) > 10, TimeSpan.FromSeconds(20)));
        using (executor.Hold())
        {
            long from = TimeProvider.System.GetTimestamp();
            long quiet;
            do
            {
                // A busy machine may stop a lane in the middle of a turn for longer than this.
                quiet = Volatile.Read(ref turns);
                await Task.Delay(pause, Token);
            }
            while (quiet != Volatile.Read(ref turns) && TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(20));

            await Task.Delay(pause, Token);
            Assert.Equal(quiet, Volatile.Read(ref turns));
            TestContext.Current.TestOutputHelper?.WriteLine($"quiet after {TimeProvider.System.GetElapsedTime(from, Math.Max(from, Volatile.Read(ref last))).TotalMilliseconds:0.000} ms");
        }

        Volatile.Write(ref over, true);
        await run.WaitAsync(TimeSpan.FromSeconds(20), Token);
        TimeSpan whole = TimeProvider.System.GetElapsedTime(begun);
        Assert.All(Drain(records), record => Assert.True(record.RunTime <= whole - pause + TimeSpan.FromMilliseconds(1), $"{record.RunTime} of {whole}"));
    }

    [Fact]
    public void A_kind_defined_twice_is_named() => Assert.StartsWith(
        "Defined more than once: test@1.",
        Assert.Throws<ArgumentException>(() => new TaskCatalog(
            new TaskDefinition(Kind, (input, _) => [], false), new TaskDefinition(Kind, (input, _) => [], true))).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task The_overhead_of_a_task_stays_far_below_a_millisecond()
    {
        await using Executor executor = Start((input, _) => Name(input), new RecordLog(), lanes: 2);
        TaskGraph graph = TaskGraph.Build(Enumerable.Range(0, 20_000).Select(task => Spec($"t{task}", task < 100 ? [] : [$"t{task - 100}"])));
        TimeSpan best = TimeSpan.MaxValue;
        for (int round = 0; round < 4; round++)
        {
            long start = TimeProvider.System.GetTimestamp();
            await executor.RunAsync(graph, Token);
            TimeSpan elapsed = TimeProvider.System.GetElapsedTime(start);
            best = elapsed < best ? elapsed : best;
        }

        double microseconds = best.TotalMicroseconds / graph.Tasks.Length;
        TestContext.Current.TestOutputHelper?.WriteLine($"{microseconds:0.00} µs per task, with its record and two digests");
        Assert.True(microseconds < 300, $"{microseconds} µs per task");   // 5 µs where this was written
    }
}
