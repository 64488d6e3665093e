namespace EdgeDePin.Sensors.Sampling;

/// <summary>A sensor and when it is asked.</summary>
/// <param name="Schedule">
/// Gives each instant (UTC) when it has come; that instant is then the reading's <c>ObservedAt</c>. Where it ends, sampling ends.
/// </param>
/// <param name="Clock">What the instants are of; its uptime goes with each reading. Null where they are of another time: a replay.</param>
/// <param name="Treatment">What is done to its values; null is <see cref="Treatment.None"/>.</param>
/// <param name="Lateness">How late its slots begin; null where it has none to keep.</param>
public sealed record ScheduledSensor(
    ISensor Sensor, IAsyncEnumerable<DateTimeOffset> Schedule, TimeProvider? Clock = null, Treatment? Treatment = null, SlotLateness? Lateness = null)
{
    /// <summary>A sensor that is asked after its phase and then once in each period.</summary>
    /// <param name="thread">Begins its samples, of the machine's clock; null: timers of <paramref name="time"/> do.</param>
    public static ScheduledSensor Every(
        TimeSpan period, ISensor sensor, TimeProvider time, TimeSpan phase = default, Treatment? treatment = null, SamplingThread? thread = null)
    {
        var lateness = new SlotLateness();
        return new ScheduledSensor(
            sensor, SamplingSchedule.Every(period, time, CancellationToken.None, phase, lateness, thread), time, treatment, lateness);
    }
}
