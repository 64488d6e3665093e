using System.CommandLine;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Cli.ManifestCommands;

/// <summary>The options about images: their digests, and the device's platform.</summary>
internal sealed class PinOptions
{
    private readonly Option<string?> _pins = new("--pins") { Description = "Digests of images, as deployment/images/build.sh writes them.", HelpName = "FILE" };
    private readonly Option<string> _platform = new("--platform") { Description = "The device's platform.", DefaultValueFactory = _ => ManifestCheck.DefaultPlatform };

    public void AddTo(Command command)
    {
        command.Add(_pins);
        command.Add(_platform);
    }

    public ImagePins Read(ParseResult parsed) => parsed.GetValue(_pins) is { } file ? ImagePins.ReadFile(file) : ImagePins.None;

    public string Platform(ParseResult parsed) => parsed.GetValue(_platform)!;
}
