using System.CommandLine;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary><c>edgedepin store torture</c>: shows that what is acknowledged survives.</summary>
internal static class TortureCommand
{
    public static Command Create()
    {
        var kills = new Option<int>("--kills") { Description = "How often the writer is killed.", HelpName = "N", DefaultValueFactory = _ => 100 };
        var seed = new Option<int>("--seed") { Description = "Moments and batches; the same seed tries the same.", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Print one line of JSON." };
        var data = new Option<string?>("--data") { Description = "Where, instead of a temporary folder. Must not exist.", HelpName = "DIR" };
        var command = new Command("torture",
            """
            Kills a process that writes to a store (SIGKILL) at random moments, opens the store after each kill and compares it
            with what the process had been told is durable.

            Examples:
              edgedepin store torture --kills 1000 --seed 42
              edgedepin store torture --kills 20 --json

            Exit codes: 0 nothing was missing, twice or ahead; 1 a violation; 3 the writer could not run.
            """)
        { kills, seed, json, data };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(data), parsed.GetValue(kills), parsed.GetValue(seed), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? data, int kills, int seed, bool json, CancellationToken cancellationToken)
    {
        if (kills < 1)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"--kills {kills}: at least 1.");
        }

        if (Path.Exists(data))
        {
            throw new CommandFailure(ExitCode.WrongUse, $"--data {data} exists: name a folder that does not, so that no store is harmed.");
        }

        string folder = data is null ? Directory.CreateTempSubdirectory("edgedepin-torture-").FullName : Directory.CreateDirectory(data).FullName;
        TortureReport report = await new Torture(folder, seed).RunAsync(kills, cancellationToken);
        bool good = report.Violations.Count == 0;
        Console.WriteLine(json ? report.ToJson()
            : $"{report.Kills} kills, {report.Acknowledged} points acknowledged, {report.Stored} stored, {report.Missing} missing, "
                + $"{report.Duplicated} twice, slowest start {report.SlowestOpenMs} ms, seed {report.Seed}: {(good ? "no violation" : "VIOLATED")}.");
        foreach (string violation in json ? [] : report.Violations)
        {
            Console.WriteLine(violation);
        }

        // A store that broke its promise is kept to be looked at.
        if (good && data is null)
        {
            Directory.Delete(folder, recursive: true);
        }

        return good ? ExitCode.Done : ExitCode.No;
    }
}
