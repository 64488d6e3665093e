using EdgeDePin.Node;

namespace EdgeDePin.Tests.Node;

public sealed class DeferenceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lanes_are_held_while_timers_come_late_but_never_for_longer_than_they_may_work()
    {
        var time = new LateTime();
        double held = 0, last = 0, longest = 0;
        bool isHeld = false;
        var deference = new Deference(() =>
        {
            isHeld = true;
            last = time.Milliseconds;
            return new Released(() =>
            {
                isHeld = false;
                held += time.Milliseconds - last;
                longest = Math.Max(longest, time.Milliseconds - last);
            });
        }, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task running = deference.RunAsync(stop.Token);

        void Tick(double late, int times)
        {
            for (int i = 0; i < times; i++)
            {
                time.Fire(Deference.Look.TotalMilliseconds + late);
            }
        }

        Tick(20, 100);
        Assert.Equal((0, false), (deference.Holds, isHeld));
        Tick(101, 1);
        Assert.Equal((1, true), (deference.Holds, isHeld));
        Tick(0, 1);
        Assert.False(isHeld, "one timer in time lets the lanes go");
        Tick(0, 30);
        double began = time.Milliseconds;
        held = 0;
        Tick(150, 1000);
        Assert.InRange(held / (time.Milliseconds - began), 0.2, 0.5);
        Assert.InRange(longest, 500, 750);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private sealed class Released(Action release) : IDisposable
    {
        public void Dispose() => release();
    }

    /// <summary>A clock whose only timer goes off when the test says, on the test's thread, however late that is.</summary>
    private sealed class LateTime : TimeProvider
    {
        private Action? _due;

        public double Milliseconds { get; private set; }

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => (long)(Milliseconds * 1000);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Deference.Look)
            {
                _due = () => callback(state);
            }

            return new Timer();
        }

        public void Fire(double after)
        {
            Milliseconds += after;
            Assert.True(SpinWait.SpinUntil(() => _due is not null, TimeSpan.FromSeconds(20)));
            Action due = _due!;
            _due = null;
            due();
            Assert.True(SpinWait.SpinUntil(() => _due is not null, TimeSpan.FromSeconds(20)));
        }

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
