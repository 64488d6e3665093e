using System.Diagnostics;
using EdgeDePin.Execution;
using EdgeDePin.Execution.Explaining;
using EdgeDePin.Execution.Records;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Benchmarks.Execution;

/// <summary>Ten million records of a node on disk: a thousand runs of ten thousand tasks, with digests, predictions, processor time and names.</summary>
internal static class JournalFigures
{
    private const int Runs = 1_000;
    private const int TasksOfARun = 10_000;
    private const long MaxBytes = 1L << 30;

    public readonly record struct Writing(double BytesPerRecord, double NanosecondsPerRecord);

    public static Writing Written() => Within(folder =>
    {
        double seconds = Write(folder);
        long bytes = JournalReader.FilesOf(folder).Sum(file => file.Length);
        return new Writing((double)bytes / Runs / TasksOfARun, seconds * 1e9 / Runs / TasksOfARun);
    });

    /// <returns>Seconds; every record was as it was signed.</returns>
    public static double VerifySeconds() => Within(folder =>
    {
        Write(folder);
        long began = Stopwatch.GetTimestamp();
        JournalVerdict verdict = JournalReader.Verify(folder, (key, signed, signature) => NodeIdentity.Verify(key, signed, signature));
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return verdict is { Findings.Count: 0, Entries: (long)Runs * TasksOfARun } ? seconds
            : throw new InvalidOperationException($"{verdict.Entries} records, {verdict.Findings.Count} findings.");
    });

    /// <returns>Seconds to read all of them for one run in the middle, and to explain it.</returns>
    public static double ExplainSeconds() => Within(folder =>
    {
        Write(folder);
        long began = Stopwatch.GetTimestamp();
        JournalEntry[] entries = [.. JournalReader.Segments(folder).SelectMany(segment => segment.Entries).Where(entry => entry.Run == NameOf(Runs / 2))];
        Explanation explanation = Explanation.Of(ExecutedRun.Of(entries));
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return explanation.Run.Tasks == TasksOfARun ? seconds : throw new InvalidOperationException($"{explanation.Run.Tasks} tasks of {TasksOfARun}.");
    });

    private static T Within<T>(Func<string, T> measure)
    {
        string folder = Directory.CreateTempSubdirectory("edgedepin-bench-journal-").FullName;
        try
        {
            return measure(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string NameOf(int run) => $"20260101T{run / 3600:00}{run / 60 % 60:00}{run % 60:00}Z-{run}";

    private static double Write(string folder)
    {
        using NodeIdentity identity = NodeIdentity.FromSeed(new byte[32]);
        var random = new Random(1);
        string[] names = [.. Enumerable.Range(0, TasksOfARun).Select(task => $"stage-{task % 40}")];
        string[] kinds = [.. Enumerable.Range(0, 8).Select(kind => $"kind-{kind}@1")];
        long[] free = new long[4];
        Array.Fill(free, 1_767_225_600_000_000_000);
        long began = Stopwatch.GetTimestamp();
        using (RecordJournal journal = RecordJournal.Open(folder, identity.PublicKey, bytes => identity.Sign(bytes), MaxBytes))
        {
            for (int run = 0; run < Runs; run++)
            {
                string name = NameOf(run);
                for (int task = 0; task < TasksOfARun; task++)
                {
                    int lane = task & 3;
                    long ran = 20_000 + random.Next(200_000), start = free[lane] + 200 + random.Next(500);
                    journal.Append(new JournalEntry
                    {
                        Run = name,
                        Graph = "bench",
                        Task = names[task],
                        Kind = kinds[task & 7],
                        Worker = "node-1",
                        Number = task,
                        After = task < 4 ? [] : [task - 4],
                        Ready = free[lane],
                        Start = start,
                        End = free[lane] = start + ran,
                        CpuQuality = CpuQuality.Exact,
                        CpuNanoseconds = ran - random.Next(400),
                        AllocatedBytes = random.Next(2_000),
                        InputDigest = (ulong)random.NextInt64(),
                        OutputDigest = (ulong)random.NextInt64(),
                        PredictedSeconds = ran / 1e9f,
                        PredictedP90Seconds = ran / 5e8f,
                        Model = 2,
                        Outcome = ExecutionOutcome.Succeeded,
                        Cause = "",
                        Attempt = 1,
                        Lane = lane,
                        TemperatureCelsius = 48,
                        MegaHertz = 1800,
                    });
                }
            }
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
