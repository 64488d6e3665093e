using System.ComponentModel;
using System.CommandLine;
using System.Diagnostics;

namespace EdgeDePin.Cli;

/// <summary><c>edgedepin bench</c>: runs the benchmarks of the checkout; they are no part of the program that is installed.</summary>
internal static class BenchCommand
{
    private const string Project = "tests/EdgeDePin.Benchmarks";

    public static Command Create()
    {
        var area = new Argument<string>("area") { Description = "What to measure, e.g. telemetry." };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        var only = new Option<string[]>("--only") { Description = "Only the rows of these names.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
        var repetitions = new Option<int?>("--repetitions") { Description = "Runs of each contender; the median counts. Default 3.", HelpName = "N" };
        var ours = new Option<bool>("--ours") { Description = "Leave the other servers out." };
        var effort = new Option<string?>("--effort") { Description = "How much each row of 'edge' does: short (seconds for all), usual, long (ten million messages through TLS). Default usual.", HelpName = "EFFORT" };
        var target = new Option<string?>("--out") { Description = "Write the table, as Markdown, into this file as well.", HelpName = "FILE" };
        var command = new ExplainedCommand("bench",
            "Measures figures of this checkout on this machine, beside InfluxDB, VictoriaMetrics and mosquitto where they are installed.",
            """
            Examples:
              edgedepin bench telemetry
              edgedepin bench telemetry --only write-plain --json
              edgedepin bench edge --json
              edgedepin bench edge --effort short --ours --repetitions 1
              edgedepin bench edge --effort long --only backlog drain backlog-memory --repetitions 1
              EDGEDEPIN_DATA=SERIES edgedepin bench analytics --repetitions 1
              edgedepin bench telemetry --out docs/benchmarks/telemetry.md

            It needs the source and the .NET SDK: the figures are measured by tests/EdgeDePin.Benchmarks, which is built first.
            A goal that is missed is said in the row ("met": false). What did not come to its end in time, or cannot be measured here,
            has no value but a reason ("missing").

            Exit codes: 0 measured, 2 wrong use, 3 no checkout, no SDK, or a row that could not be measured.
            """)
        { area, json, only, repetitions, ours, effort, target };
        command.SetAction((parsed, cancellationToken) => RunAsync(
        [
            parsed.GetValue(area)!,
            .. parsed.GetValue(json) ? (string[])["--json"] : [],
            .. (parsed.GetValue(only) ?? []).SelectMany(name => (string[])["--only", name]),
            .. parsed.GetValue(repetitions) is { } runs ? (string[])["--repetitions", $"{runs}"] : [],
            .. parsed.GetValue(ours) ? (string[])["--ours"] : [],
            .. parsed.GetValue(effort) is { } much ? (string[])["--effort", much] : [],
            .. parsed.GetValue(target) is { } file ? (string[])["--out", Path.GetFullPath(file)] : [],
        ], cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        string project = Path.Combine(Checkout(), Project);
        using var dotnet = new Process
        {
            // It writes to the same terminal and hears the same Ctrl-C; standard output stays the report's alone.
            StartInfo = new ProcessStartInfo("dotnet", ["run", "-c", "Release", "--project", project, "--", .. arguments]) { UseShellExecute = false },
        };
        try
        {
            dotnet.Start();
        }
        catch (Win32Exception error)
        {
            throw new CommandFailure(ExitCode.Environment, "The program 'dotnet' is not on the PATH: install the .NET 10 SDK.", error);
        }

        try
        {
            await dotnet.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await dotnet.WaitForExitAsync(CancellationToken.None);
        }

        return dotnet.ExitCode;
    }

    // From where the user stands, else from where the program was built.
    private static string Checkout() =>
        Above(Environment.CurrentDirectory) ?? Above(AppContext.BaseDirectory)
        ?? throw new CommandFailure(ExitCode.Environment,
            $"There is no {Project} in or above '{Environment.CurrentDirectory}': run it in a checkout of EdgeDePin (git clone), with the .NET 10 SDK.");

    private static string? Above(string? folder)
    {
        while (folder is not null && !Directory.Exists(Path.Combine(folder, Project)))
        {
            folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder));
        }

        return folder;
    }
}
