using System.CommandLine;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Cli.ManifestCommands;

/// <summary><c>edgedepin manifest explain</c>: a manifest in words.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A manifest." };
        var command = new ExplainedCommand("explain",
            "Says in words what will run, with which rights, and which way messages take.",
            """
            Examples:
              edgedepin manifest explain pi-01.json
              edgedepin manifest render --profile grid --device pi-03 | edgedepin manifest explain /dev/stdin

            Exit codes: 0 done, 2 wrong use or no JSON.
            """)
        { file };
        command.SetAction(parsed =>
        {
            Console.Write(ManifestExplanation.Of(ManifestSource.Explained(() => Manifest.ReadFile(parsed.GetValue(file)!))));
            return ExitCode.Done;
        });
        return command;
    }
}
