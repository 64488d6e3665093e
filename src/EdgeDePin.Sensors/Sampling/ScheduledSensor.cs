namespace EdgeDePin.Sensors.Sampling;

/// <summary>A sensor and when it is asked.</summary>
/// <param name="Schedule">
/// Gives each instant (UTC) when it has come; that instant is then the reading's <c>ObservedAt</c>. Where it ends, sampling ends.
/// </param>
/// <param name="Clock">What the instants are of; its uptime goes with each reading. Null where they are of another time: a replay.</param>
public sealed record ScheduledSensor(ISensor Sensor, IAsyncEnumerable<DateTimeOffset> Schedule, TimeProvider? Clock = null)
{
    /// <summary>A sensor that is asked now and then once in each period.</summary>
    public static ScheduledSensor Every(TimeSpan period, ISensor sensor, TimeProvider time) =>
        new(sensor, SamplingSchedule.Every(period, time, CancellationToken.None), time);
}
