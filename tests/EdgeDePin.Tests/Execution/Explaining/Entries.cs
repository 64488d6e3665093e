using EdgeDePin.Execution;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Tests.Execution.Explaining;

/// <summary>Journal entries of runs that never were, but could have been.</summary>
internal static class Entries
{
    /// <summary>The graph on some lanes, first come first served, with random run times and pauses.</summary>
    public static JournalEntry[] Random(GraphShape shape, int lanes, int seed)
    {
        var random = new Random(seed);
        long[] free = new long[lanes];
        var entries = new JournalEntry[shape.Tasks];
        foreach (int task in shape.Order())
        {
            long ready = shape.DependenciesOf(task).ToArray().Select(before => entries[before].End).DefaultIfEmpty(0).Max();
            int lane = Array.IndexOf(free, free.Min());
            long start = Math.Max(ready, free[lane]) + (random.Next(3) == 0 ? random.Next(50) : 0);
            free[lane] = start + random.Next(100);
            entries[task] = new JournalEntry
            {
                Run = "run",
                Graph = "graph",
                Task = $"task {task}",
                Kind = $"kind-{task % 4}",
                Worker = "here",
                Number = task,
                After = shape.DependenciesOf(task).ToArray(),
                Ready = ready,
                Start = start,
                End = free[lane],
                Transfer = random.Next(4) == 0 ? random.Next(20) : 0,
                Cause = "",
                Attempt = 1,
                Lane = lane,
            };
        }

        return entries;
    }

    /// <summary>A few executions with everything in them that a format may stumble over.</summary>
    public static JournalEntry[] Awkward()
    {
        const long began = 1_767_225_600_000_000_000;
        JournalEntry Of(int number, string task, int[] after, long start, long end) => new()
        {
            Run = "20260101T000000.000Z",
            Graph = "air \"quality\", daily",
            Task = task,
            Kind = "aggregate@2",
            Worker = "roof",
            Number = number,
            After = after,
            Ready = began + start - 5,
            Start = began + start,
            End = began + end,
            CpuQuality = CpuQuality.Exact,
            CpuNanoseconds = end - start,
            AllocatedBytes = 640,
            InputDigest = 0xFEDCBA9876543210,
            OutputDigest = 1,
            PredictedSeconds = 0.001f,
            PredictedP90Seconds = 0.002f,
            Cause = "",
            Attempt = 1,
            Lane = 0,
            TemperatureCelsius = 51,
            MegaHertz = 1500,
        };
        return
        [
            Of(0, "clean/pm2,5", [], 10, 1_000_010),
            Of(1, "mean ⟨1 h⟩", [0], 1_000_010, 2_000_010) with { Lane = 1 },
            Of(2, "fails", [0], 1_000_020, 1_500_000) with { Outcome = ExecutionOutcome.Failed, Cause = "IOException: cable \"A\",\nunplugged" },
            Of(2, "fails", [0], 1_600_000, 1_700_000) with { Attempt = 2 },
            Of(3, "zero", [1, 2], 2_000_100, 2_000_100) with { CpuQuality = CpuQuality.None, TemperatureCelsius = LaneRecord.NoTemperature },
            Of(4, "lent", [3], 2_000_200, 2_900_000) with { Worker = "garage", Lane = -1 },
            Of(5, "skipped", [4], 2_900_000, 2_900_000) with { Outcome = ExecutionOutcome.Skipped, Attempt = 0, Cause = "'lent' failed" },
        ];
    }
}
