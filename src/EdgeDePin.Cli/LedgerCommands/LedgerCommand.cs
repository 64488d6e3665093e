using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;

namespace EdgeDePin.Cli.LedgerCommands;

/// <summary><c>edgedepin ledger</c>: what nodes owe each other, and whether it is true.</summary>
internal static class LedgerCommand
{
    public static Command Create() => new("ledger", "What nodes owe each other for their work, from receipts alone.")
    {
        Show(), Verify(), AuditCommand.Create(),
    };

    public static Option<string> Data() => new("--data") { Description = "A node's data folder.", HelpName = "DIR", Required = true };

    public static Option<string> Site() => new("--site") { Description = "The site that the receipts were made in.", HelpName = "NAME", Required = true };

    public static Option<bool> Json() => new("--json") { Description = "As one JSON object." };

    /// <summary>Reads a node's own log and checks every entry of it.</summary>
    public static LedgerAudit Audit(string folder, string site)
    {
        try
        {
            using NodeIdentity identity = NodeIdentity.LoadKey(folder, create: false);
            return LedgerAudit.Of(identity.NodeId, site, ReceiptFile.Read(Path.Combine(folder, "ledger", "receipts")));
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, error.Message, error);
        }
    }

    /// <summary>Credits, from the millicredits of receipts.</summary>
    public static string Credits(long millicredits) => (millicredits / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);

    public static int Tell(LedgerAudit audit, bool json)
    {
        if (json)
        {
            Console.WriteLine(ToJson(audit).ToJsonString());
        }
        else
        {
            foreach (string finding in audit.Findings)
            {
                Console.WriteLine(finding);
            }

            Console.WriteLine($"{audit.Node} in {audit.Site}: {audit.Tree.Size} entries, root {audit.Tree.Root}, {audit.Signatures} receipts signed by their workers: "
                + (audit.FindingCount == 0 ? "whole." : $"{audit.FindingCount} findings."));
        }

        return audit.FindingCount == 0 ? ExitCode.Done : ExitCode.No;
    }

    private static ExplainedCommand Show()
    {
        Option<string> data = Data(), site = Site();
        Option<bool> json = Json();
        var command = new ExplainedCommand("show", "Shows what a node owes and is owed.",
            """
            Examples:
              edgedepin ledger show --data demo-data/node-1 --site demo
              edgedepin ledger show --data /var/lib/edgedepin --site street-7 --json | jq .pairs

            Amounts are credits: fuel times price, each fixed before the task ran. Works beside a running node.
            Exit codes: 0 shown, 1 an entry does not hold, 3 there is no log.
            """)
        { data, site, json };
        command.SetAction(parsed =>
        {
            LedgerAudit audit = Audit(parsed.GetValue(data)!, parsed.GetValue(site)!);
            if (parsed.GetValue(json))
            {
                return Tell(audit, json: true);
            }

            foreach ((Model.NodeId other, Pair pair) in audit.Pairs.OrderBy(account => account.Key))
            {
                Console.WriteLine($"{other}  it owes {Credits(pair.Earned),12}  we owe {Credits(pair.Paid),12} for {pair.Receipts} receipts  balance {Credits(pair.Balance),12}");
            }

            Console.WriteLine($"balance {Credits(audit.Balance)}");
            return Tell(audit, json: false);
        });
        return command;
    }

    private static ExplainedCommand Verify()
    {
        Option<string> data = Data(), site = Site();
        Option<bool> json = Json();
        var command = new ExplainedCommand("verify", "Checks every entry of a node's receipt log: numbers, sums, bills, signatures of both sides.",
            """
            Examples:
              edgedepin ledger verify --data demo-data/node-1 --site demo
              edgedepin ledger verify --data /var/lib/edgedepin --site street-7 --json

            Exit codes: 0 whole, 1 something does not hold, 3 there is no log or it is damaged.
            """)
        { data, site, json };
        command.SetAction(parsed => Tell(Audit(parsed.GetValue(data)!, parsed.GetValue(site)!), parsed.GetValue(json)));
        return command;
    }

    private static JsonObject ToJson(LedgerAudit audit) => new()
    {
        ["node"] = audit.Node.Value,
        ["site"] = audit.Site,
        ["entries"] = audit.Tree.Size,
        ["root"] = audit.Tree.Root.ToString(),
        ["signatures"] = audit.Signatures,
        ["balance"] = audit.Balance / 1000.0,
        ["pairs"] = new JsonArray([.. audit.Pairs.OrderBy(account => account.Key).Select(account => new JsonObject
        {
            ["node"] = account.Key.Value,
            ["earned"] = account.Value.Earned / 1000.0,
            ["paid"] = account.Value.Paid / 1000.0,
            ["receipts"] = account.Value.Receipts,
        })]),
        ["findings"] = new JsonArray([.. audit.Findings.Select(finding => JsonValue.Create(finding))]),
        ["findingCount"] = audit.FindingCount,
    };
}
