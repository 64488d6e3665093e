using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeDePin.Node.Clocks;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Cli.SiteCommands;

/// <summary><c>edgedepin site show</c>: members, how long they are still, and who is revoked.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        Option<string> folder = SiteCommand.Folder();
        var json = new Option<bool>("--json") { Description = "As one JSON object." };
        var command = new ExplainedCommand("show", "Shows a site's root, its members and its revocations.",
            """
            Examples:
              edgedepin site show --folder ~/street-7
              edgedepin site show --folder ~/street-7 --json | jq '.members[] | select(.state != "member")'

            Exit codes: 0 shown, 1 a member's certificate has ended, 3 the folder cannot be used.
            """)
        { folder, json };
        command.SetAction(parsed => SiteCommand.Guarded(parsed.GetValue(folder)!, (site, root) =>
        {
            DateTimeOffset now = DeviceTime.Here.GetUtcNow();
            RevocationList revoked = SiteFolder.Revocations(parsed.GetValue(folder)!, site, root);
            (Certificate Certificate, string State)[] members = [.. SiteFolder.Members(parsed.GetValue(folder)!, site)
                .Select(certificate => (certificate, State(certificate, revoked, now)))];
            if (parsed.GetValue(json))
            {
                Console.WriteLine(Json(site, root, revoked, members).ToJsonString());
            }
            else
            {
                Write(site, root, revoked, members);
            }

            return members.Any(member => member.State == "ended") ? ExitCode.No : ExitCode.Done;
        }));
        return command;
    }

    private static string State(Certificate certificate, RevocationList revoked, DateTimeOffset now) =>
        revoked.Contains(certificate.Node) ? "revoked" : certificate.Until < now ? "ended" : "member";

    private static void Write(string site, NodeIdentity root, RevocationList revoked, (Certificate Certificate, string State)[] members)
    {
        Console.WriteLine($"site {site}, root {root.NodeId}, public key {Convert.ToHexStringLower(root.PublicKey)}");
        foreach ((Certificate member, string state) in members)
        {
            Console.WriteLine($"{member.Node}  {state,-7}  until {member.Until:u}  {member.Owner}  {member.Region}  {member.Roles}");
        }

        Console.WriteLine($"{members.Length} certificates; list {revoked.Number} of revocations:");
        foreach (Revocation entry in revoked.Entries)
        {
            Console.WriteLine($"{entry.Node}  since {entry.Since:u}  {entry.Reason}");
        }
    }

    private static JsonObject Json(
        string site, NodeIdentity root, RevocationList revoked, (Certificate Certificate, string State)[] members) => new()
        {
            ["site"] = site,
            ["root"] = root.NodeId.Value,
            ["publicKey"] = Convert.ToHexStringLower(root.PublicKey),
            ["members"] = new JsonArray([.. members.Select(member => new JsonObject
            {
                ["node"] = member.Certificate.Node.Value,
                ["state"] = member.State,
                ["owner"] = member.Certificate.Owner,
                ["region"] = member.Certificate.Region,
                ["roles"] = member.Certificate.Roles.ToString(),
                ["from"] = member.Certificate.From.ToString("O"),
                ["until"] = member.Certificate.Until.ToString("O"),
            })]),
            ["revocations"] = new JsonObject
            {
                ["number"] = revoked.Number,
                ["entries"] = new JsonArray([.. revoked.Entries.Select(entry => new JsonObject
                {
                    ["node"] = entry.Node.Value,
                    ["since"] = entry.Since.ToString("O"),
                    ["reason"] = entry.Reason,
                })]),
            },
        };
}
