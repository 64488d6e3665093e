using System.Collections.Immutable;
using System.CommandLine;
using EdgeDePin.Cli.ManifestCommands;
using EdgeDePin.Deployment.Flashing;

namespace EdgeDePin.Cli.FlashCommands;

/// <summary><c>edgedepin flash verify</c>: is the card as it was written?</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH") { Description = "The mounted boot partition, an image file, or a card." };
        var command = new ExplainedCommand("verify",
            "Reads a flashed boot partition from the medium and compares every file with its digest. Changes nothing.",
            """
            Examples:
              edgedepin flash verify /media/me/bootfs
              edgedepin flash verify pi-01.img

            Exit codes: 0 as written, 1 something differs, 2 not flashed, or already started.
            """)
        { path };
        command.SetAction(parsed =>
        {
            ImmutableArray<string> problems = ManifestSource.Explained(() => Flasher.Verify(parsed.GetValue(path)!));
            foreach (string problem in problems)
            {
                Console.WriteLine($"{parsed.GetValue(path)}: {problem}");
            }

            Console.WriteLine(problems.IsEmpty ? "as written." : $"{problems.Length} differences: flash it again, and if they return use another card.");
            return problems.IsEmpty ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }
}
