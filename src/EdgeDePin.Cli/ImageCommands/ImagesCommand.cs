using System.CommandLine;
using EdgeDePin.Cli.ManifestCommands;
using EdgeDePin.Deployment.Images;

namespace EdgeDePin.Cli.ImageCommands;

/// <summary><c>edgedepin images</c>: what <c>deployment/images/build.sh</c> asks for while it builds.</summary>
internal static class ImagesCommand
{
    public static Command Create() => new("images", "What is in the images of the modules.") { Sbom() };

    private static Command Sbom()
    {
        var name = new Option<string>("--name") { Description = "Of the image, without registry.", Required = true };
        var version = new Option<string>("--version-of-image") { Description = "Its tag.", Required = true, HelpName = "VERSION" };
        var assets = new Option<string>("--assets") { Description = "The build's project.assets.json.", HelpName = "FILE", Required = true };
        var runtime = new Option<string>("--runtime") { Description = "What it was published for.", DefaultValueFactory = _ => "linux-arm64" };
        var packages = new Option<string?>("--packages") { Description = "Packages of the base: lines 'name version architecture'.", HelpName = "FILE" };
        var output = new Option<string>("--out") { Description = "File to write.", HelpName = "FILE", Required = true };
        var command = new ExplainedCommand("sbom",
            "Writes the bill of materials of an image (CycloneDX 1.5).",
            """
            Example:
              edgedepin images sbom --name edgedepin-sensor --version-of-image 0.1.0 --runtime linux-arm64 \
                  --assets artifacts/obj/SensorModule/project.assets.json --packages artifacts/images/base/rootfs-arm64.packages --out sensor.cdx.json

            Exit codes: 0 written, 2 wrong use or a wrong file.
            """)
        { name, version, assets, runtime, packages, output };
        command.SetAction(parsed =>
        {
            byte[] bill = ManifestSource.Explained(() => BillOfMaterials.Of(parsed.GetValue(name)!, parsed.GetValue(version)!,
                parsed.GetValue(assets)!, parsed.GetValue(runtime)!, parsed.GetValue(packages)));
            File.WriteAllBytes(parsed.GetValue(output)!, bill);
            return ExitCode.Done;
        });
        return command;
    }
}
