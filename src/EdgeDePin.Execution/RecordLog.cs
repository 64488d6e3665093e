namespace EdgeDePin.Execution;

/// <summary>
/// The last records, between the lanes that write them and the one reader that takes them away. When it is full the oldest
/// record is overwritten and counted, so that <c>Written = Drained + Lost + Pending</c> at every moment. All but <see cref="Superseding"/> of them tell of an execution.
/// </summary>
public sealed class RecordLog
{
    /// <summary>About 2 MiB of records; a minute of a busy node, or 20 s of a graph that does nothing but tiny tasks.</summary>
    public const int DefaultCapacity = 4096;

    private readonly Lock _gate = new();
    private readonly ExecutionRecord?[] _ring;
    private long _head;
    private long _tail;
    private TaskCompletionSource? _arrival;

    /// <param name="capacity">Records kept for a reader that is late; at least 1.</param>
    public RecordLog(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _ring = new ExecutionRecord?[capacity];
    }

    /// <summary>Every record that was ever appended; the sequence of the newest.</summary>
    public long Written
    {
        get
        {
            lock (_gate)
            {
                return _head;
            }
        }
    }

    /// <summary>Records that were overwritten before the reader came.</summary>
    public long Lost { get; private set; }

    /// <summary>Records that take a result back, among all that were ever appended: what they tell of has a record already.</summary>
    public long Superseding { get; private set; }

    /// <summary>Records that the reader took.</summary>
    public long Drained { get; private set; }

    /// <summary>Records that wait for the reader.</summary>
    public int Pending
    {
        get
        {
            lock (_gate)
            {
                return (int)(_head - _tail);
            }
        }
    }

    /// <summary>All five counters at one moment.</summary>
    public (long Written, long Drained, long Lost, int Pending, long Superseding) Count()
    {
        lock (_gate)
        {
            return (_head, Drained, Lost, (int)(_head - _tail), Superseding);
        }
    }

    /// <summary>Never waits and never fails; gives the record its sequence.</summary>
    public void Append(ExecutionRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        lock (_gate)
        {
            if (_head - _tail == _ring.Length)
            {
                _tail++;
                Lost++;
            }

            _ring[_head % _ring.Length] = record;
            record.Sequence = ++_head;
            Superseding += record.Outcome == ExecutionOutcome.Superseded ? 1 : 0;
            _arrival?.SetResult();
            _arrival = null;
        }
    }

    /// <summary>Moves every waiting record, oldest first, to the end of <paramref name="into"/>. One reader only.</summary>
    /// <returns>How many were moved.</returns>
    public int Drain(List<ExecutionRecord> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        lock (_gate)
        {
            int count = (int)(_head - _tail);
            for (; _tail < _head; _tail++)
            {
                into.Add(_ring[_tail % _ring.Length]!);
                _ring[_tail % _ring.Length] = null;
            }

            Drained += count;
            return count;
        }
    }

    /// <summary>Returns when at least one record waits. One reader only.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        Task arrival;
        lock (_gate)
        {
            if (_head > _tail)
            {
                return;
            }

            _arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            arrival = _arrival.Task;
        }

        await arrival.WaitAsync(cancellationToken);
    }
}
