using System.Collections.Immutable;
using System.CommandLine;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Cli.ManifestCommands;

/// <summary><c>edgedepin manifest validate</c>: will IoT Hub, edgeAgent and edgeHub take it, and should they?</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A manifest, as 'render' or any other tool wrote it." };
        var json = new Option<bool>("--json") { Description = "Print one JSON array and nothing else." };
        var strict = new Option<bool>("--strict") { Description = "Warnings count as errors." };
        var pins = new PinOptions();
        var command = new ExplainedCommand("validate",
            "Checks a manifest against the published schema, what the service and the runtime really take, and what a small device can bear.",
            """
            Each finding names the JSON path, the value and the remedy, and its rule:
              schema, schema-extension      the published schema; what edgeHub reads beyond it
              twin-*                        limits of IoT Hub's twins
              route-*, un(rout|reach)ed-*   routes that cannot be read, lead nowhere, or are missing
              ttl-*, store-*, hub-*         what waits for a module, and for how long
              privileged, host-namespace, socket-bind, folder-bind, device*, capability*, …   what a container may do to the device
              image-*                       tags, digests, processors

            Examples:
              edgedepin manifest validate pi-01.json
              edgedepin manifest validate deployment.json --platform linux/amd64 --json

            Exit codes: 0 no errors, 1 errors (with --strict also warnings), 2 wrong use or no JSON.
            """)
        { file, json, strict };
        pins.AddTo(command);
        command.SetAction(parsed =>
        {
            Manifest manifest = ManifestSource.Explained(() => Manifest.ReadFile(parsed.GetValue(file)!));
            ImmutableArray<Finding> findings = ManifestSource.Explained(() => ManifestCheck.Of(manifest, pins.Platform(parsed), pins.Read(parsed)));
            if (parsed.GetValue(json))
            {
                Console.WriteLine(FindingText.Json(findings));
            }
            else
            {
                FindingText.Print(Console.Out, findings);
                Console.WriteLine(FindingText.Sum(findings));
            }

            return FindingText.ExitCodeOf(findings, parsed.GetValue(strict));
        });
        return command;
    }
}
