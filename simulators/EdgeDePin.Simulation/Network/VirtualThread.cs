namespace EdgeDePin.Simulation.Network;

/// <summary>
/// Runs asynchronous code on one thread and on <see cref="VirtualTime"/>: whatever is ready runs, and when nothing is, time jumps
/// to what is due next. A day of waiting takes seconds, and the same seed gives the same run.
/// </summary>
public sealed class VirtualThread(VirtualTime time) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = new();

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_ready)
        {
            _ready.Enqueue((d, state));
        }
    }

    /// <exception cref="InvalidOperationException">Nothing is ready and nothing is due, but the work has not ended.</exception>
    public void Run(Func<Task> work)
    {
        SynchronizationContext? before = Current;
        SetSynchronizationContext(this);
        try
        {
            Task task = work();
            while (!task.IsCompleted)
            {
                if (!TryRunReady() && !time.AdvanceToNext())
                {
                    throw new InvalidOperationException("It waits for something that no time brings.");
                }
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private bool TryRunReady()
    {
        (SendOrPostCallback Callback, object? State) next;
        lock (_ready)
        {
            if (!_ready.TryDequeue(out next))
            {
                return false;
            }
        }

        next.Callback(next.State);
        return true;
    }
}
