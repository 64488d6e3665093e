using System.CommandLine;

namespace EdgeDePin.Cli.HubCommands;

/// <summary><c>edgedepin hub</c>: the local hub of one device, and what its operator asks of it.</summary>
internal static class HubCommand
{
    public static Command Create() => new("hub", "The local hub that connects the modules of one device, with or without a cloud.")
    {
        HubRunCommand.Create(), HubConnectionCommand.Create(), HubTwinCommand.Create(), HubMethodCommand.Create(),
    };

    /// <summary>The folder of a hub that keeps things; what asks it finds its socket there.</summary>
    public static Option<DirectoryInfo> Data() => new("--data")
    {
        Description = "Folder of the hub: messages, twins, keys, certificates and sockets.",
        Required = true,
    };

    public static Option<string> Module() => new("--module") { Description = "Module, as the deployment names it.", Required = true };
}
