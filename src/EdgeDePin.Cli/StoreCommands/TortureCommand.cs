using System.CommandLine;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary><c>edgedepin store torture</c>: shows that what is acknowledged survives.</summary>
internal static class TortureCommand
{
    public static Command Create()
    {
        var kills = new Option<int?>("--kills") { Description = "How often the writer is killed. Default 100.", HelpName = "N" };
        var cuts = new Option<int?>("--power-cuts") { Description = "How often the power fails instead, on an ext4 in a file. Needs root.", HelpName = "N" };
        var errors = new Option<int?>("--io-errors") { Description = "In how many lives system calls fail instead. Needs strace.", HelpName = "N" };
        var seed = new Option<int>("--seed") { Description = "Moments and batches; the same seed tries the same.", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Print one line of JSON." };
        var data = new Option<string?>("--data") { Description = "Where, instead of a temporary folder. Must not exist.", HelpName = "DIR" };
        var command = new Command("torture",
            """
            Ends a process that writes to a store at random moments, opens the store after each end and compares it with what the
            process had been told is durable. The writer's store is small: it moves points into shards and drops old ones all the time.

            Examples:
              edgedepin store torture --kills 1000 --seed 42
              edgedepin store torture --power-cuts 200 --json
              edgedepin store torture --io-errors 300

            Exit codes: 0 nothing was missing, twice or ahead; 1 a violation; 3 the writer or the disk for it could not be had.
            """)
        { kills, cuts, errors, seed, json, data };
        command.SetAction((parsed, cancellationToken) =>
        {
            (string Option, int Lives, Func<string, Disaster> Disaster)[] asked =
            [
                .. parsed.GetValue(cuts) is { } cut ? [("--power-cuts", cut, folder => new PowerCut(folder))] : Array.Empty<(string, int, Func<string, Disaster>)>(),
                .. parsed.GetValue(errors) is { } error ? [("--io-errors", error, folder => new IoErrors(folder))] : Array.Empty<(string, int, Func<string, Disaster>)>(),
                .. parsed.GetValue(kills) is { } kill ? [("--kills", kill, folder => new Kill(folder))] : Array.Empty<(string, int, Func<string, Disaster>)>(),
            ];
            (string option, int lives, Func<string, Disaster> disaster) = asked.Length switch
            {
                0 => ("--kills", 100, folder => new Kill(folder)),
                1 => asked[0],
                _ => throw new CommandFailure(ExitCode.WrongUse, $"{asked[0].Option} and {asked[1].Option}: one at a time."),
            };
            if (lives < 1)
            {
                throw new CommandFailure(ExitCode.WrongUse, $"{option} {lives}: at least 1.");
            }

            return RunAsync(parsed.GetValue(data), lives, disaster, parsed.GetValue(seed), parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        string? data, int lives, Func<string, Disaster> create, int seed, bool json, CancellationToken cancellationToken)
    {
        if (Path.Exists(data))
        {
            throw new CommandFailure(ExitCode.WrongUse, $"--data {data} exists: name a folder that does not, so that no store is harmed.");
        }

        string folder = data is null ? Directory.CreateTempSubdirectory("edgedepin-torture-").FullName : Directory.CreateDirectory(data).FullName;
        bool good = false;
        try
        {
            TortureReport report;
            using (Disaster disaster = create(folder))
            {
                report = await new Torture(disaster, seed).RunAsync(lives, cancellationToken);
            }

            good = report.Violations.Count == 0;
            Console.WriteLine(json ? report.ToJson() : report.ToString());
            foreach (string violation in json ? [] : report.Violations)
            {
                Console.WriteLine(violation);
            }
        }
        catch (CommandFailure)
        {
            good = true;
            throw;
        }
        finally
        {
            // A store that broke its promise is kept to be looked at.
            if (good && data is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return good ? ExitCode.Done : ExitCode.No;
    }
}
