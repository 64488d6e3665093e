using System.CommandLine;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;

namespace EdgeDePin.Cli.LedgerCommands;

/// <summary><c>edgedepin ledger audit</c>: another node's log, believed in nothing.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var node = new Argument<string>("NODE") { Description = "The id of the node whose log it is said to be, 26 characters." };
        var log = new Option<string>("--log") { Description = "Its receipt log, a copy of DATA/ledger/receipts.", HelpName = "FILE", Required = true };
        Option<string> site = LedgerCommand.Site();
        var against = new Option<string?>("--against") { Description = "Our data folder: the account between the two must agree.", HelpName = "DIR" };
        var checkpoint = new Option<string?>("--checkpoint") { Description = "A checkpoint that it signed, as on its topic …/log.", HelpName = "FILE" };
        var key = new Option<string?>("--key") { Description = "Its public key in hexadecimal, to check the checkpoint with.", HelpName = "HEX" };
        Option<bool> json = LedgerCommand.Json();
        var command = new ExplainedCommand("audit", "Checks another node's receipt log, against its checkpoints and against ours.",
            """
            Examples:
              edgedepin ledger audit drlkmlxndlrj5ep4ep34h3yuxy --log receipts --site street-7 --against /var/lib/edgedepin
              mosquitto_sub -C 1 -t edgedepin/1/street-7/nodes/drlkmlxndlrj5ep4ep34h3yuxy/log > note
              edgedepin ledger audit drlkmlxndlrj5ep4ep34h3yuxy --log receipts --site street-7 --checkpoint note --key 3d4017c3…

            Exit codes: 0 whole, 1 something does not hold, 2 an option is wrong, 3 a file cannot be read.
            """)
        { node, log, site, against, checkpoint, key, json };
        command.SetAction(parsed =>
        {
            if (!NodeId.TryParse(parsed.GetValue(node), out NodeId id))
            {
                throw new CommandFailure(ExitCode.WrongUse, $"'{parsed.GetValue(node)}' is no node id: 26 characters of a-z, 2-7.");
            }

            string place = parsed.GetValue(site)!;
            LedgerAudit audit = Read(id, place, parsed.GetValue(log)!);
            if (parsed.GetValue(checkpoint) is { } file)
            {
                audit.Compare(Checkpoint(file, place, id, parsed.GetValue(key)));
            }

            if (parsed.GetValue(against) is { } ours)
            {
                audit.Compare(LedgerCommand.Audit(ours, place));
            }

            return LedgerCommand.Tell(audit, parsed.GetValue(json));
        });
        return command;
    }

    private static LedgerAudit Read(NodeId node, string site, string file)
    {
        try
        {
            return LedgerAudit.Of(node, site, ReceiptFile.Read(file));
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, error.Message, error);
        }
    }

    private static CheckpointNote Checkpoint(string file, string site, NodeId node, string? key)
    {
        byte[] publicKey = new byte[NodeIdentity.KeyLength];
        bool valid = key?.Length == 2 * publicKey.Length
            && Convert.FromHexString(key, publicKey, out _, out _) == System.Buffers.OperationStatus.Done && NodeId.Of(publicKey) == node;
        if (!valid)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"--key: '{key}' is not the public key of {node}, 64 hexadecimal digits.");
        }

        try
        {
            return CheckpointNote.Open(File.ReadAllText(file), site, node, publicKey, SignatureScheme.Ed25519)
                ?? throw new CommandFailure(ExitCode.Environment, $"{file} is no checkpoint that {node} signed in {site}.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, error.Message, error);
        }
    }
}
