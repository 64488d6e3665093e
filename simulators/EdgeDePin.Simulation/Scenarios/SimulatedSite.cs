using System.Buffers.Binary;
using System.Text;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Grid.Sdm630;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Chips;

namespace EdgeDePin.Simulation.Scenarios;

/// <summary>What surrounds one simulated node: its weather, its air, its meter, and the chips that measure them.</summary>
public static class SimulatedSite
{
    private static readonly string[] Station = ["bme280", "sdm630", "sds011"];

    /// <summary>What stands as <see cref="SensorOptions.Bus"/> for a simulated chip.</summary>
    public const string Bus = "sim";

    /// <summary>A BME280, an SDS011 and an SDM630, each asked once a second through its real driver.</summary>
    /// <param name="seed">Of the whole neighbourhood; each node's surroundings follow from it and the node's name.</param>
    /// <param name="faultProbability">Of each question on a bus, 0 to 1.</param>
    public static IReadOnlyList<ScheduledSensor> Sensors(
        int seed, string nodeName, TimeProvider time, double faultProbability = 0) =>
    [
        .. Station
            .Select(chip => new SensorOptions { Chip = chip, Bus = Bus })
            .Select(options => ScheduledSensor.Every(options.Period, Open(options, seed, nodeName, time, faultProbability), time)),
    ];

    /// <summary>The real driver of a configured sensor on a simulated chip.</summary>
    /// <exception cref="FormatException">The chip is unknown.</exception>
    public static ISensor Open(SensorOptions options, int seed, string nodeName, TimeProvider time, double faultProbability = 0)
    {
        int own = SeedOf(seed, nodeName, options.Id ?? options.Chip);
        var faults = new FaultPlan(own, faultProbability);
        EnvironmentSource environment = options.Chip switch
        {
            "bme280" => WeatherScenario.Of(own),
            "sds011" => PollutionScenario.Of(own),
            "sdm630" when options.Detail == MeterDetail.Totals => new HouseholdScenario(own, time.GetUtcNow()).At,
            _ => new SiteEnvironment(seed, own, time.GetUtcNow()).At,
        };
        return Open(options, environment, time, faults);
    }

    /// <summary>The real driver on a simulated chip in a given environment.</summary>
    /// <exception cref="FormatException">The chip is unknown, or has no simulated counterpart.</exception>
    public static ISensor Open(SensorOptions options, EnvironmentSource environment, TimeProvider time, FaultPlan faults)
    {
        var buses = new SimulatedBuses();
        string bus = SimulatedChips.Wire(new ChipPlace(options, buses, environment, time, faults));
        return SensorCatalog.Open(OnBus(options, bus), buses, time);
    }

    /// <summary>The same sensor on another bus.</summary>
    public static SensorOptions OnBus(SensorOptions options, string bus) => new()
    {
        Id = options.Id,
        Chip = options.Chip,
        Bus = bus,
        Address = options.Address,
        Baud = options.Baud,
        Format = options.Format,
        Detail = options.Detail,
        Waveform = options.Waveform,
        NominalHertz = options.NominalHertz,
        NominalVolts = options.NominalVolts,
        Channel = options.Channel,
        ShuntOhms = options.ShuntOhms,
        MaxAmperes = options.MaxAmperes,
        SleepBetweenSamples = options.SleepBetweenSamples,
        PeriodMilliseconds = options.PeriodMilliseconds,
    };

    // Stable on every machine, unlike string.GetHashCode.
    private static int SeedOf(int seed, string nodeName, string sensor) =>
        BinaryPrimitives.ReadInt32LittleEndian(Digest.Of(Encoding.UTF8.GetBytes($"{seed}/{nodeName}/{sensor}")).ToBytes());
}
