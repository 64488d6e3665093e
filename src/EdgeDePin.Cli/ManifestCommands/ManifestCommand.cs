using System.CommandLine;

namespace EdgeDePin.Cli.ManifestCommands;

/// <summary><c>edgedepin manifest</c>: deployment manifests of Azure IoT Edge, made and checked on the desk.</summary>
internal static class ManifestCommand
{
    public static Command Create() => new("manifest", "Deployment manifests of Azure IoT Edge: made from layers, and checked before a device sees them.")
    {
        RenderCommand.Create(),
        ValidateCommand.Create(),
        ExplainCommand.Create(),
        DiffCommand.Create(),
    };
}
