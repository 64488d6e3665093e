using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Replay;

/// <summary>Published series as sensors: the real driver asks a simulated chip that holds the row in turn.</summary>
public static class ReplayedSensors
{
    /// <summary>
    /// One sensor for each series. It is asked at the series' own instants, which become the readings' <c>ObservedAt</c>; its
    /// schedule ends with the series.
    /// </summary>
    /// <param name="time">
    /// Usually an <see cref="AcceleratedTime"/> that starts at the first instant of the earliest series. Rows before its present
    /// are given at once.
    /// </param>
    /// <param name="faultProbability">Of each question on a bus, 0 to 1. Default 0: what is decoded is the series.</param>
    public static IReadOnlyList<ScheduledSensor> Of(
        IEnumerable<ReplaySeries> series, TimeProvider time, int seed = 0, double faultProbability = 0) =>
    [
        .. series.Select((one, index) => Of(one, time, new FaultPlan(seed + index, faultProbability))),
    ];

    private static ScheduledSensor Of(ReplaySeries series, TimeProvider time, FaultPlan faults)
    {
        var cursor = new ReplayCursor(series, time);
        var options = new SensorOptions { Id = series.Sensor.Value, Chip = series.Chip, Bus = SimulatedSite.Bus };
        return new ScheduledSensor(SimulatedSite.Open(options, cursor.Value, time, faults), cursor.Instants());
    }
}
