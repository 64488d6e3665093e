using System.Collections.Immutable;
using System.CommandLine;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Cli.ManifestCommands;

/// <summary><c>edgedepin manifest render</c>: one manifest from a template, layers and values.</summary>
internal static class RenderCommand
{
    public static Command Create()
    {
        var source = new ManifestSource();
        var output = new Option<string?>("--out") { Description = "File to write; '-' or nothing writes to standard output.", HelpName = "FILE" };
        var command = new ExplainedCommand("render",
            "Makes the manifest of a device: merges the layers as IoT Hub does, fills the variables, pins the images, cuts container options into chunks, and checks the result.",
            """
            Examples:
              edgedepin manifest render --profile weather --device pi-01 --env home.env --out pi-01.json
              edgedepin manifest render --profile weather,air --device pi-02 --pins images.json | az iot edge set-modules --content /dev/stdin …

            Nothing is written when a finding is an error. Exit codes: 0 written, 1 the manifest has errors, 2 wrong use or a wrong file.
            """)
        { output };
        source.AddTo(command);
        command.SetAction(parsed =>
        {
            Manifest manifest = source.Render(parsed);
            ImmutableArray<Finding> findings = ManifestSource.Explained(() => ManifestCheck.Of(manifest, source.Pins.Platform(parsed), source.Pins.Read(parsed)));
            FindingText.Print(Console.Error, findings);
            if (FindingText.ExitCodeOf(findings, strict: false) is var code && code != ExitCode.Done)
            {
                Console.Error.WriteLine($"nothing written: {FindingText.Sum(findings)}");
                return code;
            }

            Write(parsed.GetValue(output), manifest.ToUtf8());
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(string? file, byte[] text)
    {
        if (file is null or "-")
        {
            using Stream output = Console.OpenStandardOutput();
            output.Write(text);
            return;
        }

        try
        {
            // A reader sees the old file or the whole new one.
            string beside = $"{file}.new";
            File.WriteAllBytes(beside, text);
            File.Move(beside, file, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, $"{file} cannot be written: {error.Message}", error);
        }
    }
}
