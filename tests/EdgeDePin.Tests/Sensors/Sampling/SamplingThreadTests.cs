using System.Diagnostics;
using EdgeDePin.Sensors.Sampling;

namespace EdgeDePin.Tests.Sensors.Sampling;

public sealed class SamplingThreadTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_schedules_are_woken_never_early_and_each_as_often_as_its_period_says()
    {
        using var thread = new SamplingThread("sample test");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        long began = Stopwatch.GetTimestamp();
        Task<int>[] schedules = [.. Enumerable.Range(1, 20).Select(number => CountAsync(thread, TimeSpan.FromMilliseconds(10 * number), over.Token))];
        over.CancelAfter(TimeSpan.FromSeconds(1));
        int[] counts = await Task.WhenAll(schedules).WaitAsync(TimeSpan.FromSeconds(20), Stop);
        double milliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        for (int number = 1; number <= counts.Length; number++)
        {
            // The first comes without waiting, the second from the thread. A busy machine leaves slots out; none is given twice, and none before its time.
            Assert.InRange(counts[number - 1], 2, (milliseconds / (10 * number)) + 1);
        }
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_ends_at_once_and_is_not_woken_later()
    {
        using var thread = new SamplingThread("sample test");
        using var over = new CancellationTokenSource();
        Task<int> waiting = CountAsync(thread, TimeSpan.FromHours(1), over.Token);
        await over.CancelAsync();
        Assert.Equal(1, await waiting.WaitAsync(TimeSpan.FromSeconds(10), Stop));

        // The thread goes on for others.
        using var second = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await foreach (DateTimeOffset _ in SamplingSchedule.Every(TimeSpan.FromMilliseconds(5), TimeProvider.System, second.Token, thread: thread))
        {
            if (Thread.CurrentThread.Name == "sample test")
            {
                break;
            }
        }
    }

    [Fact]
    public async Task A_schedule_that_was_late_to_ask_is_woken_at_its_next_slot_and_not_at_once()
    {
        using var thread = new SamplingThread("sample test");
        var period = TimeSpan.FromMilliseconds(100);
        var lateness = new SlotLateness();
        long began = Stopwatch.GetTimestamp();
        List<double> at = [];
        await foreach (DateTimeOffset _ in SamplingSchedule.Every(period, TimeProvider.System, Stop, lateness: lateness, thread: thread))
        {
            at.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            if (at.Count == 3)
            {
                break;
            }

            await Task.Delay(at.Count == 1 ? 250 : 1, Stop);   // busy for two slots and a half
        }

        Assert.True(at[1] >= 299 && at[2] >= 399, string.Join(' ', at));
        Assert.True(lateness.Summary.LeftOut >= 2);
    }

    private static async Task<int> CountAsync(SamplingThread thread, TimeSpan period, CancellationToken cancellationToken)
    {
        int count = 0;
        long began = Stopwatch.GetTimestamp();
        try
        {
            await foreach (DateTimeOffset _ in SamplingSchedule.Every(period, TimeProvider.System, cancellationToken, thread: thread))
            {
                Assert.True(Stopwatch.GetElapsedTime(began) >= (count * period) - TimeSpan.FromMilliseconds(1));
                count++;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the test.
        }

        return count;
    }
}
