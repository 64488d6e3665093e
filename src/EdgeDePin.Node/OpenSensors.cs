using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Sensors.Sampling;

namespace EdgeDePin.Node;

/// <summary>The configured sensors of a node, opened.</summary>
public sealed class OpenSensors : IDisposable
{
    private OpenSensors(IReadOnlyList<ScheduledSensor> scheduled) => Scheduled = scheduled;

    /// <summary>Each with its own period.</summary>
    public IReadOnlyList<ScheduledSensor> Scheduled { get; }

    /// <exception cref="OptionsException">There is no sensor, or one that cannot be: the message names chip, bus and value.</exception>
    public static OpenSensors Of(SensingOptions options, SensorBuses buses, TimeProvider time)
    {
        if (options.Sensors.Count == 0)
        {
            throw new OptionsException("Configuration Sensing:Sensors is empty: name at least one sensor with Chip and Bus.");
        }

        var opened = new List<ScheduledSensor>();
        foreach (SensorOptions sensor in options.Sensors)
        {
            try
            {
                opened.Add(ScheduledSensor.Every(
                    sensor.Period, SensorCatalog.Open(sensor, buses, time), time, sensor.Phase, SensorCatalog.Check(sensor).Treatment));
            }
            catch (Exception error) when (error is FormatException or IOException)
            {
                opened.ForEach(other => other.Sensor.Dispose());
                throw new OptionsException($"Configuration Sensing:Sensors:{opened.Count}: {error.Message}", error);
            }
        }

        return new OpenSensors(opened);
    }

    /// <summary>Whether these sensors can be, as far as that is known without opening a bus.</summary>
    /// <exception cref="OptionsException">There is no sensor, one that cannot be, or two of one name.</exception>
    public static void Check(SensingOptions options)
    {
        if (options.Sensors.Count == 0)
        {
            throw new OptionsException("Configuration Sensing:Sensors is empty: name at least one sensor with Chip and Bus.");
        }

        for (int at = 0; at < options.Sensors.Count; at++)
        {
            try
            {
                SensorCatalog.Check(options.Sensors[at]);
            }
            catch (FormatException error)
            {
                throw new OptionsException($"Configuration Sensing:Sensors:{at}: {error.Message}", error);
            }
        }

        string? twice = options.Sensors.Select(sensor => sensor.Id ?? sensor.Chip).GroupBy(id => id, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new OptionsException($"Configuration Sensing:Sensors: two sensors are named '{twice}'; give each an Id of its own.");
        }
    }

    public void Dispose()
    {
        foreach (ScheduledSensor scheduled in Scheduled)
        {
            scheduled.Sensor.Dispose();
        }
    }
}
