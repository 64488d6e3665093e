using System.CommandLine;
using EdgeDePin.Storage;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary><c>edgedepin store check</c>: is every byte what it was?</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "The data folder of a stopped node.", HelpName = "DIR", Required = true };
        var command = new Command("check",
            """
            Compares every byte of a stopped node's store with its checksums. Changes nothing; the node itself repairs what it
            can when it starts.

            Example:
              edgedepin store check --data demo-data/node-1

            Exit codes: 0 all whole, 1 something is damaged or missing, 3 the folder cannot be opened.
            """)
        { data };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetValue(data)!;
            StoreCheck check = StoppedStore.Guarded(folder, () => StoreCheck.Of(folder));
            foreach (string finding in check.Findings)
            {
                Console.WriteLine(finding);
            }

            Console.WriteLine($"{check.Shards} shards, {check.Segments} segments with {check.Frames} frames, {check.Bytes} bytes, head {check.Head}: "
                + (check.Findings.Count == 0 ? "whole." : $"{check.Findings.Count} findings."));
            return check.Findings.Count == 0 ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }
}
