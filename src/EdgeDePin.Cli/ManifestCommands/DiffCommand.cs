using System.CommandLine;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Cli.ManifestCommands;

/// <summary><c>edgedepin manifest diff</c>: what a device would notice.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var before = new Argument<string>("BEFORE") { Description = "A manifest." };
        var after = new Argument<string>("AFTER") { Description = "Another." };
        var command = new ExplainedCommand("diff",
            "Says which values differ between two manifests; container options are compared as options, however they are cut.",
            """
            Example:
              edgedepin manifest diff deployed.json pi-01.json

            Exit codes: 0 they mean the same, 1 they differ, 2 wrong use or no JSON.
            """)
        { before, after };
        command.SetAction(parsed =>
        {
            List<ManifestDifference> differences = [.. ManifestSource.Explained(() => ManifestDifference.Between(
                Manifest.ReadFile(parsed.GetValue(before)!), Manifest.ReadFile(parsed.GetValue(after)!)))];
            differences.ForEach(Console.WriteLine);
            return differences.Count == 0 ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }
}
