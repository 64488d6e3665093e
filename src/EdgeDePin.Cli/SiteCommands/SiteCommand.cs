using System.CommandLine;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Cli.SiteCommands;

/// <summary><c>edgedepin site</c>: who belongs to a neighbourhood.</summary>
internal static class SiteCommand
{
    public static Command Create() => new("site", "Who belongs to a neighbourhood: its root key, certificates, revocations.")
    {
        CreateCommand.Create(),
        AdmitCommand.Create(),
        RevokeCommand.Create(),
        ShowCommand.Create(),
    };

    public static Option<string> Folder() =>
        new("--folder") { Description = "Where the site's root key and papers are kept; not on a device.", HelpName = "DIR", Required = true };

    /// <summary>Does something with a site's folder; what is wrong there becomes one line and an exit code.</summary>
    public static int Guarded(string folder, Func<string, NodeIdentity, int> act)
    {
        try
        {
            string site = SiteFolder.SiteOf(folder);
            using NodeIdentity root = NodeIdentity.LoadKey(folder, create: false);
            return act(site, root);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, error.Message, error);
        }
        catch (ArgumentException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, error.Message, error);
        }
    }
}
