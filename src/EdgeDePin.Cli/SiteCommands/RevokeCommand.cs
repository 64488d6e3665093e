using System.CommandLine;
using EdgeDePin.Model;
using EdgeDePin.Node.Clocks;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Cli.SiteCommands;

/// <summary><c>edgedepin site revoke</c>: a member that is no more.</summary>
internal static class RevokeCommand
{
    public static Command Create()
    {
        Option<string> folder = SiteCommand.Folder();
        var node = new Option<string>("--node") { Description = "Its id, 26 characters.", HelpName = "ID", Required = true };
        var reason = new Option<string>("--reason") { Description = "For people; at most 64 characters.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var output = new Option<string?>("--out") { Description = "Also write the list here, to carry it to nodes by hand.", HelpName = "FILE" };
        var command = new ExplainedCommand("revoke", "Adds a member to the site's signed list of revocations, which only grows.",
            """
            Examples:
              edgedepin site revoke --folder ~/street-7 --node drlkmlxndlrj5ep4ep34h3yuxy --reason stolen
              edgedepin site revoke --folder ~/street-7 --node drlkmlxndlrj5ep4ep34h3yuxy --out revocations

            Nodes take a longer list from DATA/site/revocations when they start, and from the topic edgedepin/1/SITE/revocations
            at once: mosquitto_pub -r -q 1 -t edgedepin/1/SITE/revocations -f ~/street-7/revocations
            Exit codes: 0 revoked, 2 the id is none, 3 the folder cannot be used.
            """)
        { folder, node, reason, output };
        command.SetAction(parsed => SiteCommand.Guarded(parsed.GetValue(folder)!, (site, root) =>
        {
            if (!NodeId.TryParse(parsed.GetValue(node), out NodeId id))
            {
                throw new CommandFailure(ExitCode.WrongUse, $"--node: '{parsed.GetValue(node)}' is no node id: 26 characters of a-z, 2-7.");
            }

            string why = parsed.GetValue(reason)!;
            if (why.Length > 64)
            {
                throw new CommandFailure(ExitCode.WrongUse, $"--reason has {why.Length} characters; at most 64.");
            }

            RevocationList list = SiteFolder.Revoke(
                parsed.GetValue(folder)!, site, root, new Revocation(id, DeviceTime.Here.GetUtcNow(), why));
            if (parsed.GetValue(output) is { } file)
            {
                File.WriteAllBytes(file, list.Seal(root, site));
            }

            Console.WriteLine($"{id} is revoked; list {list.Number} of {site} has {list.Entries.Count} entries");
            return ExitCode.Done;
        }));
        return command;
    }
}
