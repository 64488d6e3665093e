using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeDePin.Sensors;

namespace EdgeDePin.Cli.SensorCommands;

/// <summary><c>edgedepin sensors list</c>: the catalogue.</summary>
internal static class SensorsListCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new ExplainedCommand("list",
            "Lists every chip there is a driver for: family, buses, quantities.",
            """
            Examples:
              edgedepin sensors list
              edgedepin sensors list --json

            Exit codes: 0 done.
            """)
        { json };
        command.SetAction(parsed =>
        {
            SensorCatalogEntry[] entries =
            [
                .. SensorCatalog.Chips.Values.OrderBy(entry => entry.Folder, StringComparer.Ordinal).ThenBy(entry => entry.Chip, StringComparer.Ordinal),
            ];
            Console.WriteLine(parsed.GetValue(json) ? Json(entries) : Text(entries));
            return ExitCode.Done;
        });
        return command;
    }

    private static string Text(SensorCatalogEntry[] entries) => string.Join(
        Environment.NewLine, entries.Select(entry => $"{entry.Chip,-14} {entry.Family,-8} {Buses(entry),-14} {string.Join(' ', entry.Quantities)}"));

    private static string Json(SensorCatalogEntry[] entries) => new JsonArray([.. entries.Select(entry => (JsonNode)new JsonObject
    {
        ["chip"] = entry.Chip,
        ["family"] = entry.Family,
        ["buses"] = new JsonArray([.. entry.Buses.Select(bus => (JsonNode)BusText(bus.ToString()))]),
        ["quantities"] = new JsonArray([.. entry.Quantities.Select(quantity => (JsonNode)new JsonObject { ["name"] = quantity.Name, ["unit"] = quantity.Unit })]),
        ["warm_up_seconds"] = entry.WarmUpSeconds,
    })]).ToJsonString(Indented);

    private static string Buses(SensorCatalogEntry entry) => string.Join(',', entry.Buses.Select(bus => BusText(bus.ToString())));

    private static string BusText(string bus) => bus == "OneWire" ? "w1" : bus.ToLowerInvariant();
}
