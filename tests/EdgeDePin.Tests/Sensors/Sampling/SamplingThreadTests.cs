using System.Diagnostics;
using EdgeDePin.Sensors.Sampling;

namespace EdgeDePin.Tests.Sensors.Sampling;

public sealed class SamplingThreadTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]   // as on a system without a sleep to the microsecond
    public async Task Many_schedules_are_woken_never_early_and_each_as_often_as_its_period_says(bool isExact)
    {
        using var thread = new SamplingThread("sample test", isExact);
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
        var wait = new SlotWait(thread);
        using var over = new CancellationTokenSource();
        long began = Stopwatch.GetTimestamp();
        Task waiting = wait.UntilAsync(After(began, milliseconds: 150), over.Token).AsTask();
        await over.CancelAsync();

        // Whoever cancels has ended it: nothing is left to the thread, which may be busy.
        Assert.True(waiting.IsCompleted);
        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);

        // The same wait again, for longer: were the first still in the queue, it would end this one at its own time.
        await wait.UntilAsync(After(began, milliseconds: 400), Stop);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 400, double.MaxValue);
        Assert.Equal("sample test", Thread.CurrentThread.Name);
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

    private static long After(long began, int milliseconds) => began + (milliseconds * (Stopwatch.Frequency / 1_000));

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
