using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using EdgeDePin.Deployment.Checkup;

namespace EdgeDePin.Cli;

/// <summary><c>edgedepin doctor</c>: is this device well, and will it stay so?</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static Command Create()
    {
        var root = new Option<string>("--root") { Description = "Look at a device whose files are below this folder.", HelpName = "DIR", DefaultValueFactory = _ => "/" };
        var port = new Option<int?>("--hub-port") { Description = "Where the local hub listens. Default 8883, then 1883." };
        var json = new Option<bool>("--json") { Description = "Print one JSON array and nothing else." };
        var only = new Option<string?>("--only") { Description = "One group alone: board, storage, secrets, hub, reach.", HelpName = "GROUP" };
        var bundle = new Option<string?>("--bundle") { Description = "Also write a support bundle without secrets, .tar.gz.", HelpName = "FILE" };
        var command = new ExplainedCommand("doctor",
            "Looks this device over: clock, power, heat, buses, card, memory, secrets, certificates, hub, broker, InfluxDB.",
            """
            Examples:
              sudo edgedepin doctor
              sudo edgedepin doctor --bundle pi-01.tar.gz
              edgedepin doctor --root /mnt/card --json
              edgedepin doctor --only hub

            Exit codes: 0 nothing is bad (there may be warnings), 1 something is bad, 2 wrong use, 3 the bundle cannot be written.
            """)
        { root, port, only, json, bundle };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string folder = parsed.GetValue(root)!;
            if (!Directory.Exists(folder))
            {
                throw new CommandFailure(ExitCode.WrongUse, $"There is no folder {folder}: check the path after --root.");
            }

            var device = new DeviceRoot(Path.GetFullPath(folder));
            ImmutableArray<CheckResult> results = await Doctor.ExamineAsync(
                device, Group(parsed.GetValue(only)), parsed.GetValue(port), TimeProvider.System, () => device.IsThisDevice ? Throttled() : null, cancellationToken);
            string report = parsed.GetValue(json) ? Json(results) : string.Join('\n', results);
            Console.WriteLine(report);
            if (parsed.GetValue(bundle) is { } file)
            {
                WriteBundle(file, device, report);
            }

            return results.Any(result => result.Verdict == Verdict.Bad) ? ExitCode.No : ExitCode.Done;
        });
        return command;
    }

    private static CheckGroups Group(string? name) => name switch
    {
        null => CheckGroups.All,
        "board" => CheckGroups.Board,
        "storage" => CheckGroups.Storage,
        "secrets" => CheckGroups.Secrets,
        "hub" => CheckGroups.Hub,
        "reach" => CheckGroups.Hub | CheckGroups.Reach,
        _ => throw new CommandFailure(ExitCode.WrongUse, $"--only '{name}' is no group: use board, storage, secrets, hub or reach."),
    };

    private static void WriteBundle(string file, DeviceRoot device, string report)
    {
        try
        {
            SupportBundle.Write(file, device, report, TimeProvider.System);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, $"{file} cannot be written: {error.Message}", error);
        }
    }

    // The firmware's own program; sysfs has the same figure on newer kernels only.
    private static string? Throttled()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("vcgencmd", ["get_throttled"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true });
            return process is not null && process.WaitForExit(Patience) && process.ExitCode == 0 ? process.StandardOutput.ReadToEnd() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // not installed: no Raspberry Pi
        }
    }

    private static string Json(IEnumerable<CheckResult> results) => new JsonArray([.. results.Select(result => new JsonObject
    {
        ["check"] = result.Check,
        ["verdict"] = result.Verdict.ToString().ToLowerInvariant(),
        ["detail"] = result.Detail,
        ["remedy"] = result.Remedy,
    })]).ToJsonString();
}
