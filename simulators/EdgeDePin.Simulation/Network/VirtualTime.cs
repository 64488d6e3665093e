namespace EdgeDePin.Simulation.Network;

/// <summary>
/// Time that only moves when it is told to, on one thread, for a whole fleet. What is due at the same instant happens in an
/// order drawn from the seed, so that a run explores orders and a seed repeats one. The wall clock can jump without the
/// monotonic clock, as on a board without a battery.
/// </summary>
public sealed class VirtualTime(int seed) : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (TimeSpan Due, ulong Tie)> _due = new();
    private readonly Random _ties = new(seed);

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>How far the wall clock is off.</summary>
    public TimeSpan WallOffset { get; set; }

    /// <summary>Things that wait for their time.</summary>
    public int Pending => _due.Count;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => Epoch + Elapsed + WallOffset;

    public void Schedule(TimeSpan delay, Action action) =>
        _due.Enqueue(action, (Elapsed + (delay < TimeSpan.Zero ? TimeSpan.Zero : delay), (ulong)_ties.NextInt64()));

    /// <summary>Lets time pass, doing everything that falls due.</summary>
    public void Advance(TimeSpan span)
    {
        TimeSpan until = Elapsed + span;
        while (_due.TryPeek(out Action? action, out (TimeSpan Due, ulong Tie) at) && at.Due <= until)
        {
            _due.Dequeue();
            Elapsed = at.Due;
            action();
        }

        Elapsed = until;
    }

    /// <summary>Lets time pass until something is due, and does that. False if nothing will ever be.</summary>
    public bool AdvanceToNext()
    {
        if (!_due.TryDequeue(out Action? action, out (TimeSpan Due, ulong Tie) at))
        {
            return false;
        }

        Elapsed = at.Due > Elapsed ? at.Due : Elapsed;
        action();
        return true;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }
}
