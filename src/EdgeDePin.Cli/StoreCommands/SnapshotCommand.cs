using System.CommandLine;
using EdgeDePin.Storage;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary><c>edgedepin store snapshot</c>: a copy that is a store itself.</summary>
internal static class SnapshotCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "The data folder of a node, running or not.", HelpName = "DIR", Required = true };
        var to = new Option<string>("--out") { Description = "The folder of the copy; must not exist.", HelpName = "DIR", Required = true };
        var command = new Command("snapshot",
            """
            Copies a node's store, while the node runs, too: everything that was acknowledged when the copying began is in the copy. It is
            compared with its checksums, and appears whole or not at all.

            Example:
              edgedepin store snapshot --data demo-data/node-1 --out backup/node-1

            Exit codes: 0 done, 3 a folder cannot be opened or written, or the copy's exists.
            """)
        { data, to };
        command.SetAction(parsed =>
        {
            long head = StoppedStore.OnDisk(parsed.GetValue(data)!, () => StoreSnapshot.Take(parsed.GetValue(data)!, parsed.GetValue(to)!));
            Console.WriteLine($"{parsed.GetValue(to)} holds everything up to sequence {head}.");
            return ExitCode.Done;
        });
        return command;
    }
}
