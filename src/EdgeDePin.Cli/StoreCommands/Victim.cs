using System.Diagnostics;
using System.Globalization;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary>A writer process that is killed, and what it had said until then.</summary>
internal sealed record Victim(long Acknowledged, long Cursor)
{
    /// <summary>Runs a writer, kills it (SIGKILL) after <paramref name="life"/> from its first word, and reads its last.</summary>
    /// <param name="known">What was acknowledged before.</param>
    public static async Task<Victim> RunAsync(string folder, int seed, Victim known, long first, TimeSpan life, CancellationToken cancellationToken)
    {
        using Process process = Process.Start(Command(folder, seed, first))
            ?? throw new CommandFailure(ExitCode.Environment, "The writer process does not start.");
        try
        {
            string? word = await process.StandardOutput.ReadLineAsync(cancellationToken);
            if (word is null)
            {
                string reason = await process.StandardError.ReadToEndAsync(cancellationToken);
                throw new CommandFailure(ExitCode.Environment, $"The writer process ended by itself: {reason.Trim()}");
            }

            Task<Victim> words = ListenAsync(process.StandardOutput, known);
            await Task.Delay(life, cancellationToken);
            process.Kill();
            return await words;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    // The pipe keeps what was said before the kill. A last line without its end was not said.
    private static async Task<Victim> ListenAsync(StreamReader words, Victim known)
    {
        string text = await words.ReadToEndAsync();
        foreach (string line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(' ');
            long number = long.Parse(parts[1], CultureInfo.InvariantCulture);
            known = parts[0] == "ack" ? known with { Acknowledged = number } : known with { Cursor = number };
        }

        return known;
    }

    private static ProcessStartInfo Command(string folder, int seed, long first)
    {
        // "dotnet edgedepin.dll" has the library as its first argument; the program of its own has not.
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "edgedepin.dll"));
        }

        foreach (string argument in (string[])["store", "torture-writer", "--data", folder, "--seed", $"{seed}", "--first", $"{first}"])
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }
}
