namespace EdgeDePin.Execution;

/// <summary>Lets graphs in while their tasks fit; the rest wait their turn, first come first served.</summary>
internal sealed class Admission
{
    /// <summary>A caller that opens more graphs than this without waiting for any has lost count; it is told so.</summary>
    private const int MaxWaiting = 1024;

    private readonly Lock _gate = new();
    private readonly Queue<(int Tasks, TaskCompletionSource Entered)> _waiting = [];
    private readonly int _capacity;
    private int _free;

    public Admission(int capacity) => _capacity = _free = capacity;

    /// <exception cref="ArgumentException">The graph would never fit.</exception>
    /// <exception cref="InvalidOperationException">Too many graphs wait.</exception>
    public async Task EnterAsync(int tasks, CancellationToken cancellationToken)
    {
        if (tasks > _capacity)
        {
            throw new ArgumentException($"The graph has {tasks} tasks, more than MaxOpenTasks = {_capacity}: split it or raise the limit.");
        }

        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_waiting.Count == 0 && tasks <= _free)
            {
                _free -= tasks;
                return;
            }

            if (_waiting.Count >= MaxWaiting)
            {
                throw new InvalidOperationException($"{MaxWaiting} graphs wait for a free place already: await runs before starting more.");
            }

            _waiting.Enqueue((tasks, entered));
        }

        await using CancellationTokenRegistration registration = cancellationToken.Register(() =>
        {
            if (entered.TrySetCanceled(cancellationToken))
            {
                Leave(0);
            }
        });
        await entered.Task;
    }

    public void Leave(int tasks)
    {
        lock (_gate)
        {
            _free += tasks;
            while (_waiting.TryPeek(out (int Tasks, TaskCompletionSource Entered) next) && (next.Entered.Task.IsCompleted || next.Tasks <= _free))
            {
                _waiting.Dequeue();
                if (next.Entered.TrySetResult())
                {
                    _free -= next.Tasks;
                }
            }
        }
    }
}
