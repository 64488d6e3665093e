using System.Diagnostics;
using EdgeDePin.Benchmarks.Servers;
using EdgeDePin.Execution;
using EdgeDePin.Execution.Explaining;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Learning;
using EdgeDePin.Execution.Records;
using EdgeDePin.Execution.Scheduling;
using EdgeDePin.Execution.Workflows;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Benchmarks.Execution;

/// <summary>Placing, predicting, signing and explaining.</summary>
internal static class LearnedFigures
{
    private static readonly Platform Mixed = Platform.Parse("""
        {"nodes": [{"name": "a", "cores": 4, "speed": 1}, {"name": "b", "cores": 4, "speed": 0.42}, {"name": "c", "cores": 4, "speed": 0.42},
                   {"name": "d", "cores": 4, "speed": 0.2}], "bandwidthBytesPerSecond": 117e6}
        """u8);

    /// <summary>Null with the reason where the published workflows are not here.</summary>
    public static string? Missing => Directory.Exists(Folder) ? null : $"{Folder} is not here; set EDGEDEPIN_DATA";

    private static string Folder =>
        Path.Combine(Environment.GetEnvironmentVariable("EDGEDEPIN_DATA") ?? Path.Combine(Checkout.Folder, "..", "shared", "data"), "wfinstances");

    /// <param name="undivided">Over the bound that knows that tasks stay whole; the published figures are over the other.</param>
    public static double Ratio(SimulationPolicy policy, Platform? platform, int runs, int variations, bool undivided = false)
    {
        double sum = 0;
        string[] files = Directory.GetFiles(Folder, "*.json");
        foreach (string file in files)
        {
            Workload workload = Workload.Of(WfFormatReader.ReadFile(file), platform ?? Mixed);
            var times = new RunTimeBook<(int, int)>(TimeSpan.FromSeconds(10), 4096);
            var random = new Random(1);
            double makespan = 0;
            for (int run = 0; run < runs; run++)
            {
                makespan = WorkloadSimulation.Run(workload, policy, random, times, variations).MakespanSeconds;
            }

            sum += Math.Log(makespan / LowerBound.Of(workload, undivided));
        }

        return Math.Exp(sum / files.Length);
    }

    /// <returns>Below which no schedule can be: the bound that knows that tasks stay whole, over the one that lets work flow like water.</returns>
    public static double Possible(Platform? platform)
    {
        Workload[] all = [.. Directory.GetFiles(Folder, "*.json").Select(file => Workload.Of(WfFormatReader.ReadFile(file), platform ?? Mixed))];
        return Math.Exp(all.Average(workload => Math.Log(LowerBound.Of(workload) / LowerBound.Of(workload, undivided: false))));
    }

    /// <returns>Median absolute error and coverage of the 90 % band, in percent, each workflow from nothing and level by level.</returns>
    public static (double Error, double Coverage) Prediction()
    {
        var errors = new List<double>();
        int inside = 0;
        foreach (string file in Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal))
        {
            Workflow workflow = WfFormatReader.ReadFile(file);
            var book = new RunTimeBook<string>(TimeSpan.FromSeconds(1), 1000);
            int[] level = new int[workflow.Tasks.Length];
            foreach (int task in workflow.Shape.Order())
            {
                foreach (int before in workflow.Shape.DependenciesOf(task))
                {
                    level[task] = Math.Max(level[task], level[before] + 1);
                }
            }

            foreach (WorkflowTask task in Enumerable.Range(0, level.Length).OrderBy(task => level[task]).ThenBy(task => task)
                .Select(task => workflow.Tasks[task]).Where(task => task.Seconds > 0))
            {
                RunTime prediction = book.Predict(task.Kind, task.InputBytes);
                if (prediction.Samples > 0)
                {
                    errors.Add(100 * Math.Abs(prediction.Seconds - task.Seconds) / task.Seconds);
                    inside += task.Seconds <= prediction.P90Seconds ? 1 : 0;
                }

                book.Observe(task.Kind, task.InputBytes, task.Seconds);
            }
        }

        errors.Sort();
        return (errors[errors.Count / 2], 100.0 * inside / errors.Count);
    }

    /// <returns>Nanoseconds for one prediction and what is learned from it.</returns>
    public static double PredictAndObserve()
    {
        var book = new RunTimeBook<int>(TimeSpan.FromSeconds(1), 1000);
        var random = new Random(1);
        double[] seconds = [.. Enumerable.Range(0, 1024).Select(_ => Math.Exp(random.NextDouble()))];
        double sum = 0;
        return OtherRuns.Best(() =>
        {
            for (int i = 0; i < BenchGraphs.Tasks; i++)
            {
                sum += book.Predict(i & 15, i & 1023).Seconds;
                book.Observe(i & 15, i & 1023, seconds[i & 1023]);
            }
        }) + (sum > 0 ? 0 : 1);
    }

    /// <returns>Microseconds to choose among this node and eight neighbours.</returns>
    public static double Place()
    {
        var estimates = new Estimates();
        TaskKind kind = new("bench", 1);
        RemoteWorker[] workers = [.. Enumerable.Range(0, 8).Select(number => new RemoteWorker(
            NodeId.Of(Enumerable.Repeat((byte)number, 32).ToArray()), $"n{number}", TimeSpan.FromMilliseconds(number), TimeSpan.FromMilliseconds(5), 1 + number, 2))];
        var load = new LocalLoad(4, 4, 3, TimeSpan.FromSeconds(1));
        long finish = 0;
        return (OtherRuns.Best(() =>
        {
            for (int i = 0; i < BenchGraphs.Tasks; i++)
            {
                finish += Placement.Choose(kind, "here", load, workers, [], estimates).Finish.Ticks;
            }
        }) / 1000) + (finish > 0 ? 0 : 1);
    }

    /// <returns>Milliseconds for the largest plan that a node makes of its own graph: of its kinds each neighbour has run some.</returns>
    public static double Foresee()
    {
        const int tasks = Foresight.MaxTasks, rounds = 20;
        var random = new Random(1);
        TaskKind[] kinds = [.. Enumerable.Range(0, 8).Select(kind => new TaskKind($"kind-{kind}", 1))];
        TaskGraph graph = TaskGraph.Build(Enumerable.Range(0, tasks).Select(task => new TaskSpec(
            $"t{task}", kinds[task % 8], [], [.. (task < 40 ? [] : (int[])[task - 1 - random.Next(20), task - 21 - random.Next(19)]).Select(before => $"t{before}")])));
        TaskDefinition[] definitions = [.. graph.Tasks.Select(task => new TaskDefinition(task.Kind, static (_, _) => [], Lendable: true))];
        RemoteWorker[] workers = [.. Enumerable.Range(1, 8).Select(number => new RemoteWorker(
            NodeId.Of(Enumerable.Repeat((byte)number, 32).ToArray()), $"n{number}", TimeSpan.Zero, TimeSpan.FromMilliseconds(5), 0.25 * number, 4))];
        double best = double.MaxValue;
        for (int round = 0; round < rounds; round++)
        {
            var foresight = new Foresight(graph, definitions, new Estimates(), TimeProvider.System);
            long began = Stopwatch.GetTimestamp();
            foresight.PlanIfDue(0, new LocalLoad(4, 0, 0, TimeSpan.Zero), workers);
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            if (foresight.Plans != 1)
            {
                throw new InvalidOperationException("Nothing was planned.");
            }
        }

        return best;
    }

    /// <returns>Nanoseconds of hashing and signing for each record of a full segment.</returns>
    public static double Sign()
    {
        using NodeIdentity identity = NodeIdentity.FromSeed(new byte[32]);
        byte[] segment = new byte[RecordJournal.EntriesPerSegment * 44];
        const int rounds = 50;
        double best = double.MaxValue;
        for (int round = 0; round < rounds; round++)
        {
            long began = Stopwatch.GetTimestamp();
            identity.Sign(System.Security.Cryptography.SHA256.HashData(segment));
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalNanoseconds / RecordJournal.EntriesPerSegment);
        }

        return best;
    }

    /// <returns>Seconds for slack, drag, executed path and decomposition of a million records.</returns>
    public static double Explain()
    {
        const int tasks = 1_000_000;
        var random = new Random(1);
        GraphShape shape = GraphShape.Of(tasks, [.. Enumerable.Range(0, tasks - 1000).Select(task => (task, task + 1 + random.Next(999)))]);
        long[] ready = new long[tasks], start = new long[tasks], end = new long[tasks];
        int[] lane = new int[tasks];
        long[] free = new long[4];
        for (int task = 0; task < tasks; task++)
        {
            foreach (int before in shape.DependenciesOf(task))
            {
                ready[task] = Math.Max(ready[task], end[before]);
            }

            lane[task] = Array.IndexOf(free, free.Min());
            start[task] = Math.Max(ready[task], free[lane[task]]);
            free[lane[task]] = end[task] = start[task] + 1000 + random.Next(10_000);
        }

        ExecutedRun run = ExecutedRun.Of(shape, ready, start, end, lane);
        double best = double.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            long began = Stopwatch.GetTimestamp();
            CriticalPath path = CriticalPath.Of(run);
            Decomposition parts = Decomposition.Of(run);
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalSeconds);
            if (parts.Sum != parts.Whole || path.Executed.Sum(step => step.Ran + step.Waited) != run.Makespan)
            {
                throw new InvalidOperationException("The parts do not sum to the makespan.");
            }
        }

        return best;
    }
}
