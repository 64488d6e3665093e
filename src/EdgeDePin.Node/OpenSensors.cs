using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Sensors.Sampling;

namespace EdgeDePin.Node;

/// <summary>The configured sensors of a node, opened.</summary>
public sealed class OpenSensors : IDisposable
{
    private readonly IEnumerable<SamplingThread> _threads;

    private OpenSensors(IReadOnlyList<ScheduledSensor> scheduled, IEnumerable<SamplingThread> threads) =>
        (Scheduled, _threads) = (scheduled, threads);

    /// <summary>Each with its own period.</summary>
    public IReadOnlyList<ScheduledSensor> Scheduled { get; }

    /// <param name="time">The clocks of this machine: what begins samples sleeps by them.</param>
    /// <exception cref="OptionsException">There is no sensor, or one that cannot be: the message names chip, bus and value.</exception>
    public static OpenSensors Of(SensingOptions options, SensorBuses buses, TimeProvider time)
    {
        if (options.Sensors.Count == 0)
        {
            throw new OptionsException("Configuration Sensing:Sensors is empty: name at least one sensor with Chip and Bus.");
        }

        Recover(options, buses);
        var opened = new List<ScheduledSensor>();
        var threads = new Dictionary<string, SamplingThread>(StringComparer.Ordinal);
        foreach (SensorOptions sensor in options.Sensors)
        {
            try
            {
                (_, BusName bus, _, Treatment treatment) = SensorCatalog.Check(sensor);
                ISensor driver = SensorCatalog.Open(sensor, buses, time);
                opened.Add(ScheduledSensor.Every(sensor.Period, driver, time, sensor.Phase, treatment, Thread(bus)));
            }
            catch (Exception error) when (error is FormatException or IOException)
            {
                new OpenSensors(opened, threads.Values).Dispose();
                throw new OptionsException($"Configuration Sensing:Sensors:{opened.Count}: {error.Message}", error);
            }
        }

        return new OpenSensors(opened, threads.Values);

        // A transfer on I2C or SPI blocks whoever asks for it; of all other buses an answer is awaited.
        SamplingThread Thread(BusName bus)
        {
            string name = bus.Kind is BusKind.I2c or BusKind.Spi ? $"sample {bus}" : "sample";
            return threads.TryGetValue(name, out SamplingThread? thread) ? thread : threads[name] = new SamplingThread(name);
        }
    }

    /// <summary>Has buses freed by the pins that are configured for it.</summary>
    /// <exception cref="OptionsException">Pins that cannot be meant; or, with an <see cref="IOException"/> inside, that this machine does not have or give.</exception>
    public static void Recover(SensingOptions options, SensorBuses buses)
    {
        foreach ((int bus, int scl, int sda) in Pins(options))
        {
            try
            {
                buses.RecoverBy(bus, scl, sda);
            }
            catch (IOException error)
            {
                throw new OptionsException($"Configuration Sensing:Buses: i2c:{bus}: {error.Message}", error);
            }
        }
    }

    private static List<(int Bus, int Scl, int Sda)> Pins(SensingOptions options)
    {
        var pins = new List<(int Bus, int Scl, int Sda)>();
        foreach (BusOptions one in options.Buses)
        {
            try
            {
                pins.Add(one.Check());
            }
            catch (FormatException error)
            {
                throw new OptionsException($"Configuration Sensing:Buses:{pins.Count}: {error.Message}", error);
            }
        }

        return pins.DistinctBy(one => one.Bus).Count() == pins.Count
            ? pins
            : throw new OptionsException("Configuration Sensing:Buses: two entries are of one bus; keep one of them.");
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

        Pins(options);
        CheckNames(options);
    }

    /// <summary>Whether each sensor has a name of its own.</summary>
    /// <exception cref="OptionsException">Two are of one name.</exception>
    public static void CheckNames(SensingOptions options)
    {
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

        foreach (SamplingThread thread in _threads)
        {
            thread.Dispose();
        }
    }
}
