using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace EdgeDePin.Sensors.Sampling;

/// <summary>When a live sensor is asked.</summary>
public static class SamplingSchedule
{
    /// <summary>
    /// After the phase, and then at every whole period since, by the monotonic clock: it neither drifts by the time that sampling takes nor
    /// follows a step of the wall clock. A slot that passes while the sensor is still busy is left out.
    /// </summary>
    /// <param name="lateness">Learns how late each slot begins.</param>
    /// <param name="thread">Begins the slots; null: timers of <paramref name="time"/> do, which a clock that is not the machine's needs.</param>
    public static async IAsyncEnumerable<DateTimeOffset> Every(
        TimeSpan period, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken, TimeSpan phase = default,
        SlotLateness? lateness = null, SamplingThread? thread = null)
    {
        SlotWait? wait = thread is null ? null : new SlotWait(thread);
        if (phase > TimeSpan.Zero)
        {
            await WaitAsync(phase, wait, time, cancellationToken);
        }

        long started = time.GetTimestamp();
        for (long slot = 0; ;)
        {
            yield return Milliseconds(time.GetUtcNow());

            // At least the next slot: a timer may be early by part of a millisecond, and would then give the same slot twice.
            long before = slot;
            slot = Math.Max(slot + 1, (time.GetElapsedTime(started).Ticks / period.Ticks) + 1);
            TimeSpan left = (period * slot) - time.GetElapsedTime(started);
            if (left > TimeSpan.Zero)
            {
                await WaitAsync(left, wait, time, cancellationToken);
            }

            lateness?.Note(time.GetElapsedTime(started) - (period * slot), slot - before - 1);
        }
    }

    private static ValueTask WaitAsync(TimeSpan left, SlotWait? wait, TimeProvider time, CancellationToken cancellationToken) => wait is null
        ? new ValueTask(Task.Delay(left, time, cancellationToken))
        : wait.UntilAsync(Stopwatch.GetTimestamp() + (left.Ticks * (Stopwatch.Frequency / TimeSpan.TicksPerSecond)), cancellationToken);

    // No bus tells the instant of a sample more exactly, and every store we feed keeps milliseconds.
    private static DateTimeOffset Milliseconds(DateTimeOffset instant) =>
        DateTimeOffset.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());
}
