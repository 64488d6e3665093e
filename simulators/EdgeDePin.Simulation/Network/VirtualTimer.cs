namespace EdgeDePin.Simulation.Network;

/// <summary>A timer of <see cref="VirtualTime"/>.</summary>
internal sealed class VirtualTimer(VirtualTime time, Action callback) : ITimer
{
    // What was scheduled before the last change is void.
    private int _generation;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        int generation = ++_generation;
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            time.Schedule(dueTime, () => Fire(generation, period));
        }

        return true;
    }

    public void Dispose() => _generation++;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Fire(int generation, TimeSpan period)
    {
        if (generation != _generation)
        {
            return;
        }

        if (period > TimeSpan.Zero)
        {
            time.Schedule(period, () => Fire(generation, period));
        }

        callback();
    }
}
