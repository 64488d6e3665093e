using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeDePin.Sensors;

namespace EdgeDePin.Simulation.Serving;

/// <summary>A city as its owner describes it: sites, their sensors, and what goes wrong when.</summary>
public sealed class SimulationScenario
{
    private const int MostSensors = 256;

    public IList<SimulationSite> Sites { get; set; } = [];

    public IList<PlannedFault> Faults { get; set; } = [];

    /// <exception cref="FormatException">The file is no scenario; one line names the file, the place and the value.</exception>
    /// <exception cref="IOException">There is no such file.</exception>
    public static SimulationScenario Read(string file)
    {
        SimulationScenario scenario;
        try
        {
            scenario = JsonSerializer.Deserialize(File.ReadAllText(file), ScenarioJson.Default.SimulationScenario) ?? new SimulationScenario();
        }
        catch (JsonException error)
        {
            throw new FormatException($"{file}:{error.LineNumber + 1}: {error.Message}", error);
        }

        int sensors = scenario.Sites.Sum(site => site.Sensors.Count);
        if (sensors is 0 or > MostSensors)
        {
            throw new FormatException($"{file}: it has {sensors} sensors; name 1 to {MostSensors} in Sites[].Sensors[].Chip.");
        }

        foreach (PlannedFault fault in scenario.Faults)
        {
            if (!scenario.Sites.Any(site => site.Name == fault.Site && site.Sensors.Any(sensor => (sensor.Id ?? sensor.Chip) == fault.Sensor)))
            {
                throw new FormatException($"{file}: a fault is planned for '{fault.Site}/{fault.Sensor}', which is not among the sites.");
            }
        }

        foreach (SensorOptions sensor in scenario.Sites.SelectMany(site => site.Sensors))
        {
            SensorCatalog.Entry(sensor.Chip);
        }

        return scenario;
    }
}

/// <summary>A place with sensors; places of one scenario share their weather.</summary>
public sealed class SimulationSite
{
    public string Name { get; set; } = "site";

    public IList<SensorOptions> Sensors { get; set; } = [];
}

/// <summary>What goes wrong, when, and for how long.</summary>
public sealed class PlannedFault
{
    public string Site { get; set; } = "";

    public string Sensor { get; set; } = "";

    public PlannedFaultKind Kind { get; set; }

    /// <summary>Since the start.</summary>
    public double AtSeconds { get; set; }

    public double ForSeconds { get; set; } = 10;
}

/// <summary>What can be planned.</summary>
public enum PlannedFaultKind
{
    /// <summary>The chip hears and says nothing.</summary>
    Unplug,

    /// <summary>One bit of each answer is inverted.</summary>
    BitFlip,

    /// <summary>Each answer breaks off.</summary>
    ShortFrame,

    /// <summary>Values stay as they were.</summary>
    StuckAt,

    /// <summary>Values drift away by a twentieth of themselves each second.</summary>
    Drift,
}

[JsonSourceGenerationOptions(ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SimulationScenario))]
internal sealed partial class ScenarioJson : JsonSerializerContext;
