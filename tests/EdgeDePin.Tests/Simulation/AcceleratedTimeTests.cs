using EdgeDePin.Simulation;
using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.Simulation;

public sealed class AcceleratedTimeTests
{
    private static readonly DateTimeOffset Start = new(2019, 3, 3, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_clock_starts_where_it_is_told_and_runs_faster()
    {
        var inner = new FakeTimeProvider();
        var time = new AcceleratedTime(inner, Start, 2_880);
        long started = time.GetTimestamp();
        Assert.Equal(Start, time.GetUtcNow());
        inner.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(Start.AddDays(1), time.GetUtcNow());
        Assert.Equal(TimeSpan.FromDays(1), time.GetElapsedTime(started));
    }

    [Fact]
    public async Task A_wait_ends_when_this_clock_shows_it()
    {
        var inner = new FakeTimeProvider();
        var time = new AcceleratedTime(inner, Start, 10);
        Task wait = Task.Delay(TimeSpan.FromSeconds(5), time, TestContext.Current.CancellationToken);
        inner.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(wait.IsCompleted);
        inner.Advance(TimeSpan.FromMilliseconds(1));
        await wait.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_periodic_timer_ticks_once_a_period_of_this_clock()
    {
        var inner = new FakeTimeProvider();
        var time = new AcceleratedTime(inner, Start, 60);
        int ticks = 0;
        using ITimer timer = time.CreateTimer(_ => ticks++, null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        for (int second = 0; second < 5; second++)
        {
            inner.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(5, ticks);
    }

    // A conversion of a BME280 at half a minute a day is a wait of 3 µs; real timers know only milliseconds.
    [Fact]
    public async Task Waits_below_a_real_millisecond_are_never_early_and_do_not_cost_one()
    {
        var time = new AcceleratedTime(TimeProvider.System, Start, 2_880);
        long started = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < 200; i++)
        {
            DateTimeOffset before = time.GetUtcNow();
            await Task.Delay(TimeSpan.FromMilliseconds(9.3), time, TestContext.Current.CancellationToken);
            Assert.True(time.GetUtcNow() - before >= TimeSpan.FromMilliseconds(9.3));
        }

        TimeSpan each = TimeProvider.System.GetElapsedTime(started) / 200;
        TestContext.Current.TestOutputHelper?.WriteLine($"{each.TotalMicroseconds:0} µs each");
        Assert.True(each < TimeSpan.FromMilliseconds(5), $"{each.TotalMicroseconds:0} µs each");   // ten times what it takes
    }
}
