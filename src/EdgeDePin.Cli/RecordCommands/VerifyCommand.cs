using System.CommandLine;
using EdgeDePin.Execution.Records;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Cli.RecordCommands;

/// <summary><c>edgedepin records verify</c>: are the records what the node signed, all of them and in this order?</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        Option<string> records = RecordFolder.Option();
        var key = new Option<string?>("--key") { Description = "The public key that must have signed, 64 hexadecimal digits. Default: the one they name.", HelpName = "HEX" };
        var command = new ExplainedCommand("verify", "Compares every record with the chain of hashes and the node's signatures.",
            """
            Example:
              edgedepin records verify --records records

            Whatever was changed, cut off within a file, taken out between two segments or put in is named with file, byte and segment. That whole
            newest files are missing no chain can tell: compare the count with what you saw before. Oldest ones go by the limit.
            Exit codes: 0 all as it was signed, 1 something is not or there is nothing, 2 wrong use, 3 the folder cannot be read.
            """)
        { records, key };
        command.SetAction(parsed =>
        {
            byte[]? pinned = Key(parsed.GetValue(key));
            JournalVerdict verdict = RecordFolder.Read(parsed.GetValue(records)!,
                folder => JournalReader.Verify(folder, (publicKey, signed, signature) => NodeIdentity.Verify(publicKey, signed, signature), pinned));
            foreach (JournalFinding finding in verdict.Findings)
            {
                Console.WriteLine(finding);
            }

            string removed = verdict.FirstIndex > 0 ? $" ({verdict.FirstIndex} older ones were removed by the limit)" : "";
            string by = verdict.PublicKey is null ? "" : $", signed by {Convert.ToHexStringLower(verdict.PublicKey)}";
            string back = verdict.Superseding > 0 ? $" ({verdict.Superseding} of them take a result back)" : "";
            Console.WriteLine($"{verdict.Segments} segments{removed}, {verdict.Entries} records{back}, {verdict.Lost} lost before they were written{by}: "
                + (verdict.Segments == 0 ? "nothing that could be compared." : verdict.Findings.Count == 0 ? "as they were signed." : $"{verdict.Findings.Count} findings."));
            return verdict.Findings.Count == 0 && verdict.Segments > 0 ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }

    private static byte[]? Key(string? text)
    {
        try
        {
            byte[]? key = text is null ? null : Convert.FromHexString(text);
            return key is null or { Length: 32 } ? key : throw new FormatException($"{key.Length} bytes");
        }
        catch (FormatException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"--key is no public key ({error.Message}): 64 hexadecimal digits.", error);
        }
    }
}
