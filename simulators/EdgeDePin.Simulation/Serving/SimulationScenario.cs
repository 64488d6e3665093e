using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeDePin.Sensors;
using Tomlyn;

namespace EdgeDePin.Simulation.Serving;

/// <summary>A city as its owner describes it: sites, their sensors, and what goes wrong when. TOML or JSON, by the name of the file.</summary>
public sealed class SimulationScenario
{
    private const int MostSensors = 256;

    public IList<SimulationSite> Sites { get; set; } = [];

    public IList<PlannedFault> Faults { get; set; } = [];

    /// <exception cref="FormatException">The file is no scenario; one line names the file, the place and the value.</exception>
    /// <exception cref="IOException">There is no such file.</exception>
    public static SimulationScenario Read(string file)
    {
        SimulationScenario scenario = Parse(file);

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

    private static SimulationScenario Parse(string file)
    {
        string text = File.ReadAllText(file);
        bool isToml = file.EndsWith(".toml", StringComparison.OrdinalIgnoreCase);
        try
        {
            text = isToml ? TomlText.ToJson(text) : text;
            return JsonSerializer.Deserialize(text, ScenarioJson.Default.SimulationScenario) ?? new SimulationScenario();
        }
        catch (TomlException error)
        {
            throw new FormatException($"{file}: {error.Message}", error);
        }
        catch (JsonException error)
        {
            // Of TOML the place is the path: its lines are not those of the JSON made of it.
            throw new FormatException(isToml ? $"{file}: {error.Path}: {error.Message}" : $"{file}:{error.LineNumber + 1}: {error.Message}", error);
        }
    }
}

/// <summary>A place with sensors; places of one scenario share their weather.</summary>
public sealed class SimulationSite
{
    public string Name { get; set; } = "site";

    public IList<SensorOptions> Sensors { get; set; } = [];
}

[JsonSourceGenerationOptions(ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, UseStringEnumConverter = true, PropertyNameCaseInsensitive = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SimulationScenario))]
internal sealed partial class ScenarioJson : JsonSerializerContext;
