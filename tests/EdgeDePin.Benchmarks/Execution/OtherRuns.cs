using System.Diagnostics;
using System.Threading.Channels;
using System.Threading.Tasks.Dataflow;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Execution.Lanes;

namespace EdgeDePin.Benchmarks.Execution;

/// <summary>What else in .NET can run the same graphs, in nanoseconds for each task; the best of five.</summary>
internal static class OtherRuns
{
    private const int Runs = 5;

    public static Contender TasksOnWavefront { get; } = Of("TPL ContinueWhenAll", () => Tasks(BenchGraphs.Wavefront()));

    public static Contender TasksOnTangle { get; } = Of("TPL ContinueWhenAll", () => Tasks(BenchGraphs.Tangle()));

    public static Contender Continuations { get; } = Of("TPL ContinueWith", () =>
    {
        Task last = Task.CompletedTask;
        for (int task = 0; task < BenchGraphs.Tasks; task++)
        {
            last = last.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        last.Wait();
    });

    public static Contender TaskRun { get; } = Of("TPL Task.Run", RunTasks);

    public static Contender ParallelFor { get; } = Of("Parallel.For", RunParallelFor);

    public static Contender Dataflow { get; } = Of("Dataflow ActionBlock", RunDataflow);

    public static Contender Channels { get; } = Of("Channels", RunChannel);

    /// <summary>A span with a listener and no exporter: what OpenTelemetry costs where the task runs.</summary>
    public static Contender Activities { get; } = Of("System.Diagnostics.Activity", RunActivities);

    public static void RunTasks()
    {
        var all = new Task[BenchGraphs.Tasks];
        for (int task = 0; task < all.Length; task++)
        {
            all[task] = Task.Run(static () => { });
        }

        Task.WaitAll(all);
    }

    public static void RunDataflow()
    {
        var block = new ActionBlock<int>(static _ => { }, new ExecutionDataflowBlockOptions { MaxDegreeOfParallelism = 2, BoundedCapacity = BenchGraphs.Tasks });
        for (int task = 0; task < BenchGraphs.Tasks; task++)
        {
            block.Post(task);
        }

        block.Complete();
        block.Completion.Wait();
    }

    public static void RunChannel()
    {
        Channel<int> channel = Channel.CreateBounded<int>(new BoundedChannelOptions(65_536) { SingleReader = true, SingleWriter = true });
        Task reader = Task.Run(async () =>
        {
            while (await channel.Reader.WaitToReadAsync())
            {
                while (channel.Reader.TryRead(out _))
                {
                }
            }
        });
        for (int task = 0; task < BenchGraphs.Tasks; task++)
        {
            while (!channel.Writer.TryWrite(task))
            {
                Thread.Yield();
            }
        }

        channel.Writer.Complete();
        reader.Wait();
    }

    public static void RunParallelFor() =>
        Parallel.For(0, BenchGraphs.Tasks, new ParallelOptions { MaxDegreeOfParallelism = 2 }, static _ => { });

    public static void RunActivities()
    {
        using var source = new ActivitySource("bench");
        using var listener = new ActivityListener { ShouldListenTo = _ => true, Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData };
        ActivitySource.AddActivityListener(listener);
        for (int task = 0; task < BenchGraphs.Tasks; task++)
        {
            using Activity? span = source.StartActivity("task");
            span?.SetTag("kind", "empty");
        }
    }

    public static double Best(Action run)
    {
        double best = double.MaxValue;
        for (int i = 0; i < Runs + 1; i++)
        {
            long began = Stopwatch.GetTimestamp();
            run();
            double each = Stopwatch.GetElapsedTime(began).TotalNanoseconds / BenchGraphs.Tasks;
            best = i == 0 ? best : Math.Min(best, each);
        }

        return best;
    }

    private static Contender Of(string name, Action run) => new(name, (_, _) => Task.Run(() => Best(run)));

    public static void Tasks(GraphShape shape)
    {
        var tasks = new Task[shape.Tasks];
        for (int task = 0; task < tasks.Length; task++)
        {
            ReadOnlySpan<int> before = shape.DependenciesOf(task);
            if (before.IsEmpty)
            {
                tasks[task] = Task.Run(static () => { });
                continue;
            }

            var waits = new Task[before.Length];
            for (int i = 0; i < waits.Length; i++)
            {
                waits[i] = tasks[before[i]];
            }

            tasks[task] = Task.Factory.ContinueWhenAll(waits, static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        Task.WaitAll(tasks);
    }
}
