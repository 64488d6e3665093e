using System.CommandLine;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Cli.SiteCommands;

/// <summary><c>edgedepin site create</c>: founds a neighbourhood.</summary>
internal static class CreateCommand
{
    public static Command Create()
    {
        Option<string> folder = SiteCommand.Folder();
        var name = new Option<string>("--name") { Description = "The site's name, part of every topic.", HelpName = "NAME", Required = true };
        var command = new ExplainedCommand("create", "Makes the root key of a new site.",
            """
            Examples:
              edgedepin site create --folder ~/street-7 --name street-7
              edgedepin site admit --folder ~/street-7 --node /var/lib/edgedepin --owner anna --region eu/fr

            Who has the folder decides who is a member: keep it off the devices, and keep a backup.
            Exit codes: 0 made, 2 the name is none, 3 there is a site already or the folder cannot be written.
            """)
        { folder, name };
        command.SetAction(parsed =>
        {
            string site = parsed.GetValue(name)!;
            try
            {
                new SharingOptions { Site = site }.Check();
                using NodeIdentity root = SiteFolder.Create(parsed.GetValue(folder)!, site);
                Console.WriteLine($"site {site}: root {root.NodeId}, public key {Convert.ToHexStringLower(root.PublicKey)}");
                return ExitCode.Done;
            }
            catch (ArgumentOutOfRangeException)
            {
                throw new CommandFailure(ExitCode.WrongUse, $"--name: '{site}' is no name of a site; 1 to 64 of A-Z a-z 0-9 - _ .");
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                throw new CommandFailure(ExitCode.Environment, error.Message, error);
            }
        });
        return command;
    }
}
