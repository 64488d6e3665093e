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
    public static async IAsyncEnumerable<DateTimeOffset> Every(
        TimeSpan period, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken, TimeSpan phase = default,
        SlotLateness? lateness = null)
    {
        if (phase > TimeSpan.Zero)
        {
            await Task.Delay(phase, time, cancellationToken);
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
                await Task.Delay(left, time, cancellationToken);
            }

            lateness?.Note(time.GetElapsedTime(started) - (period * slot), slot - before - 1);
        }
    }

    // No bus tells the instant of a sample more exactly, and every store we feed keeps milliseconds.
    private static DateTimeOffset Milliseconds(DateTimeOffset instant) =>
        DateTimeOffset.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());
}
