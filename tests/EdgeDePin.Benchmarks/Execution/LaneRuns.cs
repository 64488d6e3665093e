using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Benchmarks.Execution;

/// <summary>Runs of our lanes over empty tasks and over tasks that take their time.</summary>
internal static class LaneRuns
{
    private const int Lanes = 2;
    private const int Runs = 15;
    private const int SpinTasks = 10_000;

    // The runtime compiles what is hot a second time, and in the background.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);

    /// <returns>The best of fifteen, after warming up, in nanoseconds for each task: what disturbs a run only ever adds.</returns>
    public static async Task<double> NanosecondsPerTaskAsync(Func<GraphShape> graph, bool record, CancellationToken cancellationToken)
    {
        GraphShape shape = graph();
        await using var crew = new LaneCrew(new LaneOptions { Lanes = Lanes, RingCapacity = 1 << 19 }, TimeProvider.System);
        var plan = new RunPlan { Shape = shape, Body = static _ => { }, Record = record };
        double best = double.MaxValue;
        long began = Stopwatch.GetTimestamp();
        for (int run = 0; run < Runs;)
        {
            RunReport report = await crew.RunAsync(plan, cancellationToken);
            Drain(crew, report);
            if (Stopwatch.GetElapsedTime(began) > WarmUp)
            {
                best = Math.Min(best, report.Elapsed.TotalNanoseconds / shape.Tasks);
                run++;
            }
        }

        return best;
    }

    /// <returns>What recording adds: runs with and without it take turns, and the best of each counts.</returns>
    public static async Task<double> RecordNanosecondsAsync(CancellationToken cancellationToken)
    {
        GraphShape shape = BenchGraphs.Wavefront();
        await using var crew = new LaneCrew(new LaneOptions { Lanes = Lanes, RingCapacity = 1 << 19 }, TimeProvider.System);
        double[] best = [double.MaxValue, double.MaxValue];
        long began = Stopwatch.GetTimestamp();
        for (int run = 0; run < 2 * Runs || Stopwatch.GetElapsedTime(began) < 2 * WarmUp; run++)
        {
            RunReport report = await crew.RunAsync(new RunPlan { Shape = shape, Body = static _ => { }, Record = run % 2 == 1 }, cancellationToken);
            Drain(crew, report);
            best[run % 2] = Math.Min(best[run % 2], report.Elapsed.TotalNanoseconds / shape.Tasks);
        }

        return best[1] - best[0];
    }

    /// <returns>Bytes allocated by all threads for each task of a recorded run, beyond the arrays that every run needs.</returns>
    public static async Task<double> AllocatedPerTaskAsync(CancellationToken cancellationToken)
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = Lanes, RingCapacity = 1 << 19 }, TimeProvider.System);
        async Task<long> OfAsync(GraphShape shape, bool record)
        {
            var plan = new RunPlan { Shape = shape, Body = static _ => { }, Record = record };
            await crew.RunAsync(plan, cancellationToken);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await crew.RunAsync(plan, cancellationToken);
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        GraphShape whole = BenchGraphs.Wavefront();
        // In-degrees, ready stamps, outcomes and marks are arrays of the run: 4 + 8 + 1 + 1 bytes for each task.
        const double arrays = 14;
        return Math.Max(0, (await OfAsync(whole, record: true) / (double)whole.Tasks) - arrays);
    }

    /// <returns>Of all that two lanes could do while tasks of 100 µs ran, the share that was done, in percent; the best of five runs.</returns>
    public static Task<double> EfficiencyAsync(CancellationToken cancellationToken) => EfficiencyAsync(record: true, cancellationToken);

    /// <summary>Our lanes without records: what these cost, and what the rest does.</summary>
    public static Contender Unrecorded { get; } = new("without records", (_, cancel) => EfficiencyAsync(record: false, cancel));

    private static async Task<double> EfficiencyAsync(bool record, CancellationToken cancellationToken)
    {
        const int tasks = SpinTasks;
        await using var crew = new LaneCrew(new LaneOptions { Lanes = Lanes, RingCapacity = 1 << 15 }, TimeProvider.System);
        var plan = new RunPlan
        {
            Shape = GraphShape.Of(tasks, [.. Enumerable.Range(0, tasks - 100).Select(task => (task, task + 100))]),
            Body = static _ => Spin(),
            Record = record,
        };
        double best = 0;
        for (int run = 0; run < 5; run++)
        {
            RunReport report = await crew.RunAsync(plan, cancellationToken);
            best = Math.Max(best, Share(report.Elapsed));
            Drain(crew, report);
        }

        return best;
    }

    /// <summary>The same tasks on two threads that each do half of them, one after the other: what the machine itself allows.</summary>
    public static Contender PlainThreads { get; } = new("two plain threads", (_, _) => Task.Run(() =>
    {
        double best = 0;
        for (int run = 0; run < 5; run++)
        {
            long began = Stopwatch.GetTimestamp();
            Thread[] threads = [.. Enumerable.Range(0, Lanes).Select(_ => new Thread(static () =>
            {
                for (int task = 0; task < SpinTasks / Lanes; task++)
                {
                    Spin();
                }
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            best = Math.Max(best, Share(Stopwatch.GetElapsedTime(began)));
        }

        return best;
    }));

    private static double Share(TimeSpan elapsed) => 100 * SpinTasks * 100e-6 / (Lanes * elapsed.TotalSeconds);

    private static void Spin()
    {
        long until = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 10_000);
        while (Stopwatch.GetTimestamp() < until)
        {
            Thread.SpinWait(1);
        }
    }

    private static void Drain(LaneCrew crew, RunReport report)
    {
        var batch = new LaneRecord[4096];
        foreach (RecordRing ring in crew.Rings)
        {
            while (ring.Drain(batch) > 0)
            {
            }
        }

        if (!report.Succeeded || report.RecordsLost > 0)
        {
            throw new InvalidOperationException($"A run to be measured lost {report.RecordsLost} records or failed.");
        }
    }
}
