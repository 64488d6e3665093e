using System.CommandLine;
using EdgeDePin.Storage;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary><c>edgedepin store restore</c>: a snapshot becomes a node's store again.</summary>
internal static class RestoreCommand
{
    public static Command Create()
    {
        var from = new Option<string>("--from") { Description = "The snapshot.", HelpName = "DIR", Required = true };
        var data = new Option<string>("--data") { Description = "The data folder to make; must not exist.", HelpName = "DIR", Required = true };
        var command = new Command("restore",
            """
            Compares a snapshot with its checksums and makes a data folder of it. The node begins a new epoch on it, and its
            forwarders go on from where they were when the snapshot was taken.

            Example:
              edgedepin store restore --from backup/node-1 --data demo-data/node-1

            Exit codes: 0 done, 3 the snapshot is damaged, or a folder cannot be opened or written.
            """)
        { from, data };
        command.SetAction(parsed =>
        {
            string snapshot = parsed.GetValue(from)!, folder = parsed.GetValue(data)!;
            StoppedStore.Guarded(snapshot, () =>
            {
                StoreSnapshot.Restore(snapshot, folder);
                return true;
            });
            Console.WriteLine($"{folder} is a data folder now.");
            return ExitCode.Done;
        });
        return command;
    }
}
