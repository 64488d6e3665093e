using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeDePin.Cli.HubCommands;

/// <summary><c>edgedepin hub twin</c>: shows the twin of a module, or changes what it should be.</summary>
internal static class HubTwinCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        Option<DirectoryInfo> data = HubCommand.Data();
        Option<string> module = HubCommand.Module();
        var set = new Option<string?>("--set") { Description = "JSON merge patch for the desired properties; null deletes (RFC 7396)." };
        var command = new ExplainedCommand("twin",
            "Shows the twin of a module of a running hub, or patches its desired properties.",
            """
            Examples:
              edgedepin hub twin --data hub --module sensor
              edgedepin hub twin --data hub --module sensor --set '{"Sensing":{"Sensors":[{"Id":"roof","Chip":"bme280","Bus":"i2c:1"}]}}'

            Exit codes: 0 done, 2 wrong use or a patch that the hub refuses, 3 no hub runs there.
            """)
        { data, module, set };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = new HubManagement(parsed.GetValue(data)!);
            string path = $"/twins/{Uri.EscapeDataString(parsed.GetValue(module)!)}";
            JsonObject twin = parsed.GetValue(set) is { } text
                ? await hub.AskAsync(HttpMethod.Patch, path, HubManagement.Json("--set", text) as JsonObject
                    ?? throw new CommandFailure(ExitCode.WrongUse, $"--set '{text}' is no JSON object."), cancellationToken)
                : await hub.AskAsync(HttpMethod.Get, path, null, cancellationToken);
            Console.WriteLine(twin.ToJsonString(Indented));
            return ExitCode.Done;
        });
        return command;
    }
}
