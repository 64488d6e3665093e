using System.Diagnostics;
using EdgeDePin.Execution;

namespace EdgeDePin.Benchmarks.Execution;

/// <summary>The executor that a node runs its graphs on, over tasks that do nothing.</summary>
internal static class NodeRuns
{
    private const int Tasks = 20_000;
    private const int Rounds = 10;

    private static readonly TaskKind Kind = new("bench", 1);

    /// <returns>Microseconds for each task, the best of ten runs: an executor's own work, its record and two digests included.</returns>
    public static async Task<double> MicrosecondsPerTaskAsync(CancellationToken cancellationToken)
    {
        var records = new RecordLog(Tasks);
        await using Executor executor = Start(static (input, _) => input.Own, records, lanes: 2);
        TaskGraph graph = TaskGraph.Build(Enumerable.Range(0, Tasks).Select(task => new TaskSpec($"t{task}", Kind, [], task < 100 ? [] : [$"t{task - 100}"])));
        double best = double.MaxValue;
        var drained = new List<ExecutionRecord>();
        for (int round = 0; round < Rounds; round++)
        {
            long began = Stopwatch.GetTimestamp();
            await executor.RunAsync(graph, cancellationToken);
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalMicroseconds / Tasks);
            drained.Clear();
            records.Drain(drained);
        }

        return best;
    }

    /// <returns>Milliseconds from a hold until the last of two busy lanes stands back; the worst of twenty.</returns>
    public static async Task<double> YieldAsync(CancellationToken cancellationToken)
    {
        long last = 0;
        bool over = false;
        await using Executor executor = Start(
            (input, _) =>
            {
                while (!Volatile.Read(ref over))
                {
                    input.Yield();
                    long until = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 1000);
                    while (Stopwatch.GetTimestamp() < until)
                    {
                        Thread.SpinWait(10);
                    }

                    Volatile.Write(ref last, Stopwatch.GetTimestamp());
                }

                return [];
            },
            new RecordLog(), lanes: 2);
        Task<RunResult> run = executor.RunAsync(TaskGraph.Build([new TaskSpec("a", Kind, [], []), new TaskSpec("b", Kind, [], [])]), cancellationToken);
        double worst = 0;
        for (int round = 0; round < 20; round++)
        {
            await Task.Delay(50, cancellationToken);
            long began = Stopwatch.GetTimestamp();
            using (executor.Hold())
            {
                await Task.Delay(300, cancellationToken);
                worst = Math.Max(worst, Stopwatch.GetElapsedTime(began, Math.Max(began, Volatile.Read(ref last))).TotalMilliseconds);
            }
        }

        Volatile.Write(ref over, true);
        await run;
        return worst;
    }

    private static Executor Start(TaskFunction run, RecordLog records, int lanes) => new(
        new ExecutorOptions { Lanes = lanes }, new TaskCatalog(new TaskDefinition(Kind, run, Lendable: false)), new Estimates(), records, TimeProvider.System, "bench");
}
