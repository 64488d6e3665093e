using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EdgeDePin.Sensors.Sampling;

/// <summary>
/// Begins samples when they are due, on a thread of its own: a timer of the runtime would hand them to the pool, where each hand-over
/// waits for the processor again while the machine is busy. It sleeps in between, to the microsecond, and never spins. Where there is no
/// such sleep, which is everywhere but on Linux, samples begin as late as the runtime's own sleep ends, and never early.
/// </summary>
/// <remarks>
/// A sensor whose bus blocks holds up the others of the same thread: sensors of different I2C buses have different ones.
/// </remarks>
public sealed partial class SamplingThread : IDisposable
{
    /// <summary>A wait that can be interrupted is exact to a millisecond; what is left is slept without interruption.</summary>
    private static readonly long Millisecond = Stopwatch.Frequency / 1_000;

    private readonly object _asked = new();
    private readonly PriorityQueue<SlotWait, long> _waits = new();
    private readonly bool _isExact;
    private bool _isOver;

    /// <param name="name">As tools show the thread.</param>
    public SamplingThread(string name)
        : this(name, OperatingSystem.IsLinux())
    {
    }

    /// <param name="isExact">Whether the system has a sleep to the microsecond.</param>
    internal SamplingThread(string name, bool isExact)
    {
        _isExact = isExact;
        new Thread(Work) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>Schedules that still wait are not woken any more: cancel them first.</summary>
    public void Dispose()
    {
        lock (_asked)
        {
            _isOver = true;
            Monitor.Pulse(_asked);
        }
    }

    internal void Add(SlotWait wait, long due)
    {
        lock (_asked)
        {
            ObjectDisposedException.ThrowIf(_isOver, this);
            _waits.Enqueue(wait, due);
            if (_waits.Peek() == wait)
            {
                Monitor.Pulse(_asked);
            }
        }
    }

    internal void Remove(SlotWait wait)
    {
        lock (_asked)
        {
            _waits.Remove(wait, out _, out _);
        }
    }

    private void Work()
    {
        ThreadUrgency.Claim();
        while (Next(out long left) is var next && (next is not null || left > 0))
        {
            if (next is null)
            {
                Sleep(left);
            }
            else
            {
                next.End();
            }
        }
    }

    /// <summary>The wait that is due; null with a little time <paramref name="left"/> to the next, or with none at the end.</summary>
    private SlotWait? Next(out long left)
    {
        lock (_asked)
        {
            while (!_isOver)
            {
                if (!_waits.TryPeek(out _, out long due))
                {
                    Monitor.Wait(_asked);
                    continue;
                }

                left = due - Stopwatch.GetTimestamp();
                if (left <= 0)
                {
                    return _waits.Dequeue();
                }

                if (left < 2 * Millisecond)
                {
                    return null;
                }

                Monitor.Wait(_asked, (int)Math.Min((left / Millisecond) - 1, int.MaxValue));
            }

            left = 0;
            return null;
        }
    }

    private void Sleep(long left)
    {
        if (!_isExact)
        {
            lock (_asked)
            {
                Monitor.Wait(_asked, 1);
            }

            return;
        }

        long nanoseconds = left * (1_000_000_000 / Stopwatch.Frequency);
        var span = new TimeSpecification { Nanoseconds = (nint)Math.Min(nanoseconds, 999_999_999) };
        // A signal may end it early; then the clock is asked again.
        _ = nanosleep(in span, nint.Zero);
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int nanosleep(in TimeSpecification wanted, nint left);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpecification
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
