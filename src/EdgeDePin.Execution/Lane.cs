namespace EdgeDePin.Execution;

/// <summary>One thread that takes ready work and runs it, until the queue is closed.</summary>
internal sealed class Lane
{
    private readonly int _number;
    private readonly ReadyQueue _queue;
    private readonly TimeProvider _time;
    private readonly Action<Work, int> _run;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Running? _running;

    public Lane(int number, ReadyQueue queue, TimeProvider time, Action<Work, int> run)
    {
        (_number, _queue, _time, _run) = (number, queue, time, run);
        new Thread(Loop) { IsBackground = true, Name = $"lane {number}" }.Start();
    }

    /// <summary>Completes when the thread has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What is left of the running task, as expected; null when the lane sleeps.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            if (_running is not Running running)
            {
                return null;
            }

            TimeSpan remaining = running.Expected - _time.GetElapsedTime(running.Since);
            return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
        }
    }

    private void Loop()
    {
        while (_queue.TryTake(out Work? work))
        {
            _running = new Running(_time.GetTimestamp(), work.Expected);
            _run(work, _number);
            _running = null;
            if (work.IsGuest)
            {
                _queue.GuestEnded();
            }
        }

        _ended.SetResult();
    }

    private sealed record Running(long Since, TimeSpan Expected);
}
