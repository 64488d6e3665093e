using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Cli.SensorCommands;

/// <summary><c>edgedepin sensors scan</c>: what is on the buses of this machine.</summary>
internal static class SensorsScanCommand
{
    private const string Devices = "/dev";

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new ExplainedCommand("scan",
            "Looks at the buses of this machine: I2C addresses that answer, serial ports, 1-Wire thermometers.",
            """
            Examples:
              edgedepin sensors scan
              edgedepin sensors scan --json

            An address may belong to several chips; 'edgedepin sensors read' finds out which.
            Exit codes: 0 something is there, 1 nothing.
            """)
        { json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<BusFinding> found = BusScan.Of(SensorBuses.Linux, Devices);
            Console.WriteLine(parsed.GetValue(json) ? Json(found) : Text(found));
            return found.Count > 0 ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }

    private static string Text(IReadOnlyList<BusFinding> found) => found.Count == 0
        ? "Nothing answers: no I2C bus, no serial port and no 1-Wire slave in /dev and /sys. On a Raspberry Pi: raspi-config, Interface Options."
        : string.Join(Environment.NewLine, found.Select(one =>
            $"{one.Bus,-28} {(one.Address is { } address ? $"0x{address:X2}" : ""),-5} {(one.Chips.Count > 0 ? string.Join(" or ", one.Chips) : "no chip that we know")}"));

    private static string Json(IReadOnlyList<BusFinding> found) => new JsonArray([.. found.Select(one => (JsonNode)new JsonObject
    {
        ["bus"] = one.Bus,
        ["address"] = one.Address,
        ["chips"] = new JsonArray([.. one.Chips.Select(chip => (JsonNode)chip)]),
    })]).ToJsonString();
}
