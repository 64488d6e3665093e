using System.Diagnostics;
using System.Text;

namespace EdgeDePin.EndToEnd;

/// <summary>One of our programs as a process, from the same build as these tests.</summary>
internal sealed class BuiltProgram : IAsyncDisposable
{
    private static readonly string Artifacts = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));

    private const string Emulator = "qemu-aarch64-static";

    private static readonly string[] Arm64Modules = ["sensor", "telemetry", "compute"];

    // What the runtime does with memory behind a program's back is what the emulator gets wrong: pages mapped twice, and a collector on a thread of its own.
    private static readonly Dictionary<string, string> Emulated64 = new() { ["DOTNET_EnableWriteXorExecute"] = "0", ["DOTNET_gcConcurrent"] = "0" };

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    // artifacts/bin/<project>/<configuration>/, beside the folder that these tests run from.
    private BuiltProgram(string project, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? variables = null)
        : this(Path.Combine(Artifacts, project, Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), program), arguments, variables)
    {
    }

    private BuiltProgram(string path, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? variables = null)
    {
        _process = new Process
        {
            // Where these tests run in the background a shell has them, and so their children, ignore Ctrl-C.
            StartInfo = new ProcessStartInfo("env", ["--default-signal=INT", path, .. arguments])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        foreach ((string name, string value) in variables ?? new Dictionary<string, string>())
        {
            _process.StartInfo.Environment[name] = value;
        }

        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => Read(_output);

    public string Error => Read(_error);

    public bool HasExited => _process.HasExited;

    /// <summary>Resident memory, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Processor time used so far, all cores together.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static BuiltProgram Cli(params string[] arguments) => new("EdgeDePin.Cli", "edgedepin", arguments);

    public static BuiltProgram Module(string module, params string[] arguments) => new(module, module, arguments);

    public static BuiltProgram Module(string module, IReadOnlyDictionary<string, string> variables, params string[] arguments) =>
        new(module, module, arguments, variables);

    /// <summary>A module on a host of its own: a namespace of the network, as <c>ip netns</c> knows it.</summary>
    public static BuiltProgram Within(string networkNamespace, string module, params string[] arguments) => new(
        "ip", ["netns", "exec", networkNamespace, Path.Combine(Artifacts, module, Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), module), .. arguments]);

    /// <summary>A module as native binary, where tests/run.sh publishes it; null where it did not.</summary>
    public static BuiltProgram? Native(string module, IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        string path = Path.GetFullPath(Path.Combine(Artifacts, "..", "native", module, module));
        return File.Exists(path) ? new BuiltProgram(path, arguments, variables) : null;
    }

    /// <summary>Skips the test where these modules (all of them by default) cannot be run as built for arm64; in CI that is a failure.</summary>
    public static void RequireArm64(params string[] modules)
    {
        ToolCall.Require(Emulator, "qemu-user-static");
        string[] missing = [.. (modules.Length > 0 ? modules : Arm64Modules).Select(Arm64Folder).Append(Arm64Libraries).Where(folder => !Directory.Exists(folder))];
        if (missing.Length > 0 && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"{missing[0]} is missing and CI requires it: ARCHS=arm64 deployment/images/build.sh.");
        }

        Assert.SkipUnless(missing.Length == 0, $"{missing.FirstOrDefault()} is missing: ARCHS=arm64 deployment/images/build.sh.");
    }

    /// <summary>A module as it lies in the image for arm64, run by an emulator of that processor.</summary>
    public static BuiltProgram Arm64(string module, params string[] arguments) => new(
        Emulator,
        ["-L", Arm64Libraries, Path.Combine(Arm64Folder(module.Replace("Module", "", StringComparison.Ordinal).ToLowerInvariant()), module), .. arguments]);

    /// <summary>Any other program of this build.</summary>
    public static BuiltProgram Program(string project, string program, params string[] arguments) => new(project, program, arguments);

    /// <summary>A program for arm64 in a folder below <c>artifacts</c>, run by an emulator of that processor on the libraries of the images. Skips the test where it cannot be; in CI that is a failure.</summary>
    public static BuiltProgram Emulated(string folder, string program, params string[] arguments)
    {
        ToolCall.Require(Emulator, "qemu-user-static");
        string path = Path.GetFullPath(Path.Combine(Artifacts, "..", folder, program));
        string? missing = !File.Exists(path) ? path : !Directory.Exists(Arm64Libraries) ? Arm64Libraries : null;
        if (missing is not null && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"{missing} is missing and CI requires it: run tests/run.sh.");
        }

        Assert.SkipUnless(missing is null, $"{missing} is missing: run tests/run.sh.");
        return new BuiltProgram(Emulator, ["-L", Arm64Libraries, path, .. arguments], Emulated64);
    }

    /// <summary>What stands before a program built for arm64, and where the one that runs guests lies.</summary>
    public static (string[] Before, string Program) Arm64Guest => ([Emulator, "-L", Arm64Libraries], Path.Combine(Arm64Folder("compute"), "edgedepin-guest"));

    /// <summary>Waits for the end; kills the process and fails the test when it does not come in time.</summary>
    public async Task<int> ExitCodeAsync(TimeSpan within)
    {
        using var late = new CancellationTokenSource(within);
        try
        {
            await _process.WaitForExitAsync(late.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"Not ended within {within.TotalSeconds:0} s. Output: {Output} Error: {Error}");
            throw;
        }
    }

    /// <summary>Waits until a line of standard output satisfies the condition.</summary>
    public async Task<string> LineAsync(Func<string, bool> condition, TimeSpan within)
    {
        string? found = null;
        await Eventually.HoldsAsync(
            () => (found = Output.Split('\n').FirstOrDefault(condition)) is not null || HasExited,
            within, () => $"Output: {Output} Error: {Error}");
        return found ?? throw new InvalidOperationException($"Ended with {_process.ExitCode}. Output: {Output} Error: {Error}");
    }

    public void Interrupt() => Process.Start("kill", ["-INT", $"{_process.Id}"]).WaitForExit();

    public void Kill() => _process.Kill(entireProcessTree: true);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string Arm64Libraries => Path.GetFullPath(Path.Combine(Artifacts, "..", "images", "base", "rootfs-arm64"));

    private static string Arm64Folder(string module) => Path.GetFullPath(Path.Combine(Artifacts, "..", "images", $"edgedepin-{module}", "arm64"));

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.Append(line).Append('\n');
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

}
