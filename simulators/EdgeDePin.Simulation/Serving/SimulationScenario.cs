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

            if (!(fault.AtSeconds >= 0 && fault.ForSeconds > 0 && fault.WrapsAt > 0))
            {
                throw new FormatException(
                    $"{file}: the fault {fault.Kind} of {fault.Site}/{fault.Sensor} has AtSeconds {fault.AtSeconds}, ForSeconds {fault.ForSeconds}, WrapsAt {fault.WrapsAt}; the first is 0 or more, the others are more than 0.");
            }
        }

        Check(file, scenario);
        return scenario;
    }

    private static void Check(string file, SimulationScenario scenario)
    {
        foreach (SimulationSite site in scenario.Sites)
        {
            foreach (SensorOptions sensor in site.Sensors)
            {
                try
                {
                    SensorCatalog.Entry(sensor.Chip);
                }
                catch (FormatException error)
                {
                    throw new FormatException($"{file}: {site.Name}: {error.Message}", error);
                }

                if (sensor.Address is < 1 or > 247)
                {
                    throw new FormatException($"{file}: {site.Name}/{sensor.Id ?? sensor.Chip}: Address is {sensor.Address}; use 1 to 247.");
                }
            }
        }

        IGrouping<string, string>? twice = scenario.Sites.SelectMany(site => site.Sensors.Select(sensor => $"{site.Name}/{sensor.Id ?? sensor.Chip}"))
            .GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new FormatException($"{file}: two sensors are named '{twice.Key}'; give each an Id of its own, and each site a Name.");
        }
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
            string remedy = error.Path?.EndsWith($".{nameof(PlannedFault.Kind)}", StringComparison.OrdinalIgnoreCase) == true
                ? $"there is no such kind of fault; use one of {string.Join(", ", Enum.GetNames<PlannedFaultKind>())}." : error.Message;
            throw new FormatException(isToml ? $"{file}: {error.Path}: {remedy}" : $"{file}:{error.LineNumber + 1}: {remedy}", error);
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
