using System.Diagnostics;
using System.Globalization;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Tests.Execution.Lanes;

public sealed class CpuShareTests(ITestOutputHelper output)
{
    private const int Tasks = 3000;

    private static readonly TimeSpan Short = TimeSpan.FromMicroseconds(20);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(1);

    // Of each hundred tasks one spins and one waits for a millisecond; the others spin for 20 µs.
    [Fact]
    public void Processor_time_of_short_and_long_tasks_sums_to_what_the_kernel_says_and_sleep_is_none()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The kernel's own account of a thread is Linux' schedstat.");
        long before = 0, after = 0;
        using var never = new AutoResetEvent(false);
        var records = new List<LaneRecord>();
        // A thread of its own: pool threads change between what is measured before and after.
        var thread = new Thread(() =>
        {
            using var crew = new Owned(LaneCrew.OnCaller(TimeProvider.System));
            var plan = new RunPlan
            {
                Shape = Shapes.Independent(Tasks),
                Kinds = [.. Enumerable.Range(0, Tasks).Select(KindOf)],
                Body = scope =>
                {
                    if (KindOf(scope.Task) == 2)
                    {
                        never.WaitOne(Long);
                        return;
                    }

                    Spin(KindOf(scope.Task) == 1 ? Long : Short);
                },
            };
            // The first run is compiled while it runs.
            crew.Lanes.RunHere(plan);
            LaneCrewTests.Drain(crew.Lanes);
            before = KernelNanoseconds();
            crew.Lanes.RunHere(plan);
            after = KernelNanoseconds();
            records.AddRange(LaneCrewTests.Drain(crew.Lanes));
        });
        thread.Start();
        thread.Join();
        Assert.Equal(Tasks, records.Count);
        double share = records.Sum(record => (double)record.CpuNanoseconds) / (after - before);
        double tick = 1e9 / TimeProvider.System.TimestampFrequency;
        LaneRecord[] sleeps = [.. records.Where(record => record.Kind == 2)], spins = [.. records.Where(record => record.Kind == 1)];
        double slept = sleeps.Sum(record => (double)record.CpuNanoseconds) / sleeps.Sum(record => (record.End - record.Start) * tick);
        output.WriteLine($"{share:P1} of the kernel's account, {slept:P1} of the time asleep; {string.Join(", ", records.CountBy(record => record.CpuQuality))}");
        Assert.InRange(share, 0.85, 1.1);
        Assert.InRange(slept, 0, 0.15);
        // The window of a long one may have begun with a short one or two.
        Assert.All(sleeps.Concat(spins), record => Assert.True(record.CpuQuality is CpuQuality.Exact or CpuQuality.Apportioned));
        Assert.InRange(records.Count(record => record.CpuQuality == CpuQuality.Carried), Tasks / 2, Tasks);
        Assert.InRange(records.Count(record => record.CpuQuality == CpuQuality.None), 0, 30);
        Assert.All(records, record => Assert.True(record.CpuNanoseconds <= ((record.End - record.Start) * tick * 1.12) + 20_000));
    }

    private static int KindOf(int task) => (task % 100) switch { 40 => 1, 80 => 2, _ => 0 };

    private static void Spin(TimeSpan time)
    {
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < time)
        {
            Thread.SpinWait(1);
        }
    }

    // The first number is what the thread spent on a processor (Documentation/scheduler/sched-stats.rst).
    private static long KernelNanoseconds() =>
        long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);

    private sealed class Owned(LaneCrew crew) : IDisposable
    {
        public LaneCrew Lanes => crew;

        public void Dispose() => crew.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
