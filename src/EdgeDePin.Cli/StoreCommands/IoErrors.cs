using System.Diagnostics;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary>
/// System calls of the victim fail (strace's injection): the n-th flush, write, rename or removal, once or from then on, with
/// EIO, ENOSPC or EROFS. The call is not made then, so what it should have made durable is not.
/// </summary>
internal sealed class IoErrors(string folder) : Disaster
{
    private const string Program = "strace";

    private static readonly string[] Calls = ["fsync", "fsync", "fsync", "pwrite64", "pwrite64", "rename", "unlink", "ftruncate", "mkdir"];
    private static readonly string[] Errors = ["EIO", "ENOSPC", "EROFS"];

    private Process? _tracer;

    public override string Name => "I/O error";

    public override string Folder => folder;

    public override bool MayRefuse => true;

    public override async Task PrepareAsync(Victim victim, Random random, CancellationToken cancellationToken)
    {
        string call = Calls[random.Next(Calls.Length)];
        int from = random.Next(1, call is "fsync" or "pwrite64" ? 120 : 8);
        string when = random.Next(3) switch { 0 => $"{from}", 1 => $"{from}+", _ => $"{from}+{random.Next(2, 30)}" };
        string injection = $"inject={call}:error={Errors[random.Next(Errors.Length)]}:when={when}";
        var start = new ProcessStartInfo(Program, ["-f", "-o", "/dev/null", "-e", $"trace={call}", "-e", injection, "-p", $"{victim.Id}"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        try
        {
            _tracer = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new CommandFailure(ExitCode.Environment, $"{Program} does not start ({missing.Message}): apt-get install strace.");
        }

        // "Process 123 attached with 17 threads"; from then on calls are counted.
        string? word = await _tracer.StandardError.ReadLineAsync(cancellationToken);
        if (word?.Contains("attached", StringComparison.Ordinal) != true)
        {
            throw new CommandFailure(ExitCode.Environment, $"{Program} cannot trace: {word}. Run as root, or where ptrace is allowed.");
        }

        victim.Suffers = injection;
        _ = _tracer.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    public override async Task StrikeAsync(Victim victim)
    {
        victim.Kill();
        if (_tracer is { } tracer)
        {
            await tracer.WaitForExitAsync();
            tracer.Dispose();
            _tracer = null;
        }
    }

    public override void Dispose()
    {
        if (_tracer is { HasExited: false })
        {
            _tracer.Kill();
        }

        _tracer?.Dispose();
    }
}
