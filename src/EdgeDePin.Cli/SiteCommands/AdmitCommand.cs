using System.CommandLine;
using System.CommandLine.Parsing;
using EdgeDePin.Node.Clocks;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Cli.SiteCommands;

/// <summary><c>edgedepin site admit</c>: makes a node a member, or renews its certificate.</summary>
internal static class AdmitCommand
{
    public static Command Create()
    {
        Option<string> folder = SiteCommand.Folder();
        var node = new Option<string>("--node") { Description = "The node's data folder, or its public key in hexadecimal.", HelpName = "DIR|KEY", Required = true };
        var owner = new Option<string>("--owner") { Description = "Whose machine it is.", HelpName = "NAME", Required = true };
        var region = new Option<string>("--region") { Description = "Where it stands, large to small: eu/fr/lyon.", HelpName = "REGION", DefaultValueFactory = _ => "" };
        var sponsor = new Option<bool>("--sponsor") { Description = "It may renew other members' certificates." };
        var valid = new Option<TimeSpan>("--valid")
        {
            Description = "How long the certificate holds; 24h by default.",
            HelpName = "TIME",
            DefaultValueFactory = _ => Certificate.DefaultValidity,
            CustomParser = Time,
        };
        var output = new Option<string?>("--out") { Description = "Where the certificate goes when --node is a key.", HelpName = "FILE" };
        var command = new ExplainedCommand("admit", "Signs a node's certificate: its owner, region and roles.",
            """
            Examples:
              edgedepin site admit --folder ~/street-7 --node /var/lib/edgedepin --owner anna --region eu/fr
              edgedepin site admit --folder ~/street-7 --node 3d4017c3… --owner ben --valid 30d --out ben.certificate

            With a data folder the node gets its papers at once (one that runs takes a new certificate within seconds; its first roots it takes when it starts); with a key, copy the certificate to
            DATA/site/certificate and the root's public key to DATA/site/roots.
            Exit codes: 0 signed, 1 the node is revoked, 2 an option is wrong, 3 a key or folder cannot be used.
            """)
        { folder, node, owner, region, sponsor, valid, output };
        command.SetAction(parsed => SiteCommand.Guarded(parsed.GetValue(folder)!, (site, root) =>
        {
            string where = parsed.GetValue(node)!;
            bool local = Directory.Exists(where);
            byte[] key = local ? KeyOf(where) : Key(where);
            DateTimeOffset now = DeviceTime.Here.GetUtcNow();
            MemberRoles roles = MemberRoles.Worker | MemberRoles.Requester | (parsed.GetValue(sponsor) ? MemberRoles.Sponsor : MemberRoles.None);
            var certificate = new Certificate(
                key, parsed.GetValue(owner)!, root.NodeId, parsed.GetValue(region)!, roles, now, now + parsed.GetValue(valid));
            RevocationList revoked = SiteFolder.Revocations(parsed.GetValue(folder)!, site, root);
            if (revoked.Contains(certificate.Node))
            {
                Console.Error.WriteLine($"edgedepin: {certificate.Node} is revoked; a device that comes back needs a new key.");
                return ExitCode.No;
            }

            byte[] bytes = certificate.Seal(root, site);
            SiteFolder.Keep(parsed.GetValue(folder)!, certificate.Node, bytes);
            if (local)
            {
                SiteFolder.Hand(where, [root.PublicKey], bytes, revoked.Number > 0 ? revoked.Seal(root, site) : []);
            }
            else if (parsed.GetValue(output) is { } file)
            {
                File.WriteAllBytes(file, bytes);
            }

            Console.WriteLine($"{certificate.Node}: {roles} of {site} for {certificate.Owner}, region '{certificate.Region}', until {certificate.Until:u}");
            return ExitCode.Done;
        }));
        return command;
    }

    private static byte[] KeyOf(string dataFolder)
    {
        using NodeIdentity identity = NodeIdentity.LoadKey(dataFolder, create: true);
        return identity.PublicKey;
    }

    private static byte[] Key(string text)
    {
        byte[] key = new byte[NodeIdentity.KeyLength];
        return text.Length == 2 * key.Length && Convert.FromHexString(text, key, out _, out _) == System.Buffers.OperationStatus.Done
            ? key
            : throw new CommandFailure(ExitCode.WrongUse, $"--node: '{text}' is neither a folder nor a public key of 64 hexadecimal digits.");
    }

    private static TimeSpan Time(ArgumentResult argument)
    {
        try
        {
            return Duration.Parse(argument.Tokens[0].Value);
        }
        catch (FormatException error)
        {
            argument.AddError(error.Message);
            return default;
        }
    }
}
