using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>
/// The node's end of a serial line with a chip at the other. What the chip says waits here until it is read; closing the line
/// loses it, and the line can be opened again.
/// </summary>
public abstract class SimulatedUartChip(FaultPlan? faults) : Stream
{
    /// <summary>As much as a Linux terminal buffers; what comes on top is lost.</summary>
    private const int MostWaiting = 4_096;

    /// <summary>What "no answer" means of a chip that nobody asks: silence, longer than any driver waits.</summary>
    private static readonly TimeSpan Muteness = TimeSpan.FromSeconds(20);

    private readonly FaultPlan _faults = faults ?? FaultPlan.None;
    private readonly Queue<byte> _waiting = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource? _reader;

    /// <summary>While false the chip hears and says nothing.</summary>
    public bool IsPlugged { get; set; } = true;

    /// <summary>A breakdown of its supply changes something: it keeps how it was set up, but not without supply.</summary>
    public virtual bool HasSettings => false;

    /// <summary>As after supply came on.</summary>
    public virtual void PowerOn()
    {
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Bytes that the chip sends by itself, or that disturb the line.</summary>
    public void Say(ReadOnlySpan<byte> bytes)
    {
        TaskCompletionSource? reader;
        lock (_lock)
        {
            foreach (byte b in bytes)
            {
                if (_waiting.Count < MostWaiting)
                {
                    _waiting.Enqueue(b);
                }
            }

            (reader, _reader) = (_reader, null);
        }

        reader?.TrySetResult();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                // What is here is given even if the time is up: on an accelerated clock a deadline may pass between two lines.
                int count = Math.Min(buffer.Length, _waiting.Count);
                for (int i = 0; i < count; i++)
                {
                    buffer.Span[i] = _waiting.Dequeue();
                }

                if (count > 0)
                {
                    return count;
                }

                _reader = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                more = _reader.Task;
            }

            if (SpeaksAfter(out byte[] report) is { } silence)
            {
                await Task.Delay(silence, Time, cancellationToken);
                BusFault fault = _faults.Next();
                if (!IsPlugged || report.Length == 0 || fault == BusFault.NoAnswer)
                {
                    await Task.Delay(Muteness, Time, cancellationToken);
                }
                else
                {
                    Say(_faults.Disturb(report, fault));
                }
            }
            else
            {
                await more.WaitAsync(cancellationToken);
            }
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (IsPlugged && Answer(buffer) is { Length: > 0 } answer)
        {
            Say(_faults.Disturb(answer, _faults.Next()));
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("A driver waits for a line without blocking a thread: use ReadAsync.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    /// <summary>What the chip says to one whole question; empty if it is not meant or does not understand.</summary>
    protected abstract byte[] Answer(ReadOnlySpan<byte> question);

    /// <summary>Of a chip that speaks by itself: how long it is silent before the report that it then sends. Null: it is asked.</summary>
    protected virtual TimeSpan? SpeaksAfter(out byte[] report)
    {
        report = [];
        return null;
    }

    /// <summary>The clock of a chip that speaks by itself.</summary>
    protected virtual TimeProvider Time => TimeProvider.System;

    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            _waiting.Clear();
        }

        base.Dispose(disposing);
    }
}
