using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary>
/// A writer process and what it has said so far. It is started before its turn and waits for the word to open the store, so
/// that the start of a process costs no time between two deaths.
/// </summary>
internal sealed partial class Victim : IDisposable
{
    private readonly Process _process;
    private readonly Task _words;
    private readonly TaskCompletionSource _opening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Victim(Process process)
    {
        _process = process;
        _words = ListenAsync();
    }

    public int Id => _process.Id;

    /// <summary>The last number whose append had returned; 0 when none had.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>The last position of the cursor whose move had returned.</summary>
    public long Cursor { get; private set; }

    /// <summary>Appends and moves of the cursor that failed.</summary>
    public int Failures { get; private set; }

    /// <summary>What the last of them said.</summary>
    public string LastFailure { get; private set; } = "";

    /// <summary>Whether the store did not open.</summary>
    public bool Refused { get; private set; }

    /// <summary>Whether the store was open.</summary>
    public bool WasOpen => _open.Task.IsCompletedSuccessfully;

    /// <summary>What was done to it, for the report.</summary>
    public string Suffers { get; set; } = "";

    public static Victim Start(string folder, int seed) => new(Process.Start(Command(folder, seed))
        ?? throw new CommandFailure(ExitCode.Environment, "The writer process does not start."));

    /// <summary>Gives the word, and waits until the writer begins to open the store.</summary>
    public async Task OpenAsync(long first, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{first}"));
        await _process.StandardInput.FlushAsync(cancellationToken);
        if (await Task.WhenAny(_opening.Task, _words).WaitAsync(cancellationToken) == _words && !_opening.Task.IsCompleted)
        {
            string reason = await _process.StandardError.ReadToEndAsync(cancellationToken);
            throw new CommandFailure(ExitCode.Environment, $"The writer process ended by itself: {reason.Trim()}");
        }
    }

    /// <summary>Waits until the store is open, or the writer has given up.</summary>
    public Task OpenedAsync(CancellationToken cancellationToken) => Task.WhenAny(_open.Task, _words).WaitAsync(cancellationToken);

    public void Kill() => _process.Kill();

    public void Signal(int signal) => _ = SendSignal(_process.Id, signal);

    /// <summary>Waits for the end of the process, and of its words: the pipe keeps what was said before.</summary>
    public async Task EndedAsync()
    {
        await _words;
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task ListenAsync()
    {
        // A line is one write of fewer than PIPE_BUF bytes: it is said whole or not at all.
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            string[] parts = line.Split(' ', 2);
            switch (parts[0])
            {
                case "opening":
                    _opening.TrySetResult();
                    break;
                case "open":
                    _open.TrySetResult();
                    break;
                case "ack":
                    Acknowledged = long.Parse(parts[1], CultureInfo.InvariantCulture);
                    break;
                case "cursor":
                    Cursor = long.Parse(parts[1], CultureInfo.InvariantCulture);
                    break;
                default:
                    (Failures, LastFailure, Refused) = (Failures + 1, parts[1], parts[0] == "refused");
                    break;
            }
        }
    }

    private static ProcessStartInfo Command(string folder, int seed)
    {
        // "dotnet edgedepin.dll" has the library as its first argument; the program of its own has not.
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "edgedepin.dll"));
        }

        foreach (string argument in (string[])["store", "torture-writer", "--data", folder, "--seed", $"{seed}"])
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
