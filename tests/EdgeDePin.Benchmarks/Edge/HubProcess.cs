using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Servers;
using EdgeDePin.EdgeHub;
using EdgeHubSimulator.Security;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary><c>edgedepin hub run --data</c> as a device has it: a native program, a process of its own, with the routes of a node.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Ten million messages of one reading take 820 MB.
    private const string QuotaMegabytes = "1000";

    // What is published by hand, or what deployment/images/build.sh puts into the image.
    private static readonly string[] Programs =
    [
        Path.Combine(Checkout.Folder, "artifacts", "native", "HubModule", "edgedepin"),
        Path.Combine(Checkout.Folder, "artifacts", "images", "edgedepin-hub", "amd64", "edgedepin"),
    ];

    private readonly string _folder;
    private readonly Process _process;

    private HubProcess(string folder, int port, Process process) => (_folder, Port, _process) = (folder, port, process);

    public int Port { get; }

    /// <summary>The most resident memory that the process ever had, in bytes.</summary>
    public long PeakResidentBytes => ResidentMemory.Peak(_process.Id);

    /// <summary>What its folder takes on the disk, in bytes.</summary>
    public long DiskBytes => Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

    public static Task<HubProcess> StartAsync(Bench bench, CancellationToken cancellationToken) => StartAsync(bench.FreshPath("hub"), cancellationToken);

    public static Task<HubProcess> StartAsync(string folder, CancellationToken cancellationToken) => StartAsync(folder, ServerProcess.FreePort(), cancellationToken);

    /// <summary>Kills the process and, after an outage, starts another in the same folder and on the same port.</summary>
    public async Task<HubProcess> ReplaceAsync(TimeSpan outage, CancellationToken cancellationToken)
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(cancellationToken);
        _process.Dispose();
        await Task.Delay(outage, cancellationToken);
        return await StartAsync(_folder, Port, cancellationToken);
    }

    /// <summary>A module of this hub, connected.</summary>
    public async Task<ModuleClient> ModuleAsync(string name, Action<ModuleOptions>? configure, CancellationToken cancellationToken)
    {
        string text = new ModuleKeys(Path.Combine(_folder, "site.key")).ConnectionString(new ModuleIdentity("edgedepin", name), "local", $"localhost:{Port}");
        ModuleOptions options = ModuleOptions.FromConnectionString(text, Path.Combine(_folder, "ca", "trust-bundle.pem"));
        options.MaxInFlight = 16;
        configure?.Invoke(options);
        var client = new ModuleClient(options, TimeProvider.System, new Random(name.Length), NullLogger<ModuleClient>.Instance);
        await client.ConnectAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<HubProcess> StartAsync(string folder, int port, CancellationToken cancellationToken)
    {
        if (Array.Find(Programs, File.Exists) is not { } program)
        {
            throw new IOException($"{Programs[0]} is missing: dotnet publish modules/HubModule -c Release -r linux-x64 -p:Native=true -o artifacts/native/HubModule");
        }

        var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, ["hub", "run", "--data", folder, "--port", $"{port}", "--quota-megabytes", QuotaMegabytes])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            },
        };
        process.Start();
        string said = await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken)
            ?? throw new IOException($"the hub in {folder} ended before it listened on port {port}.");
        _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        return said.Contains("listens", StringComparison.Ordinal)
            ? new HubProcess(folder, port, process)
            : throw new IOException($"the hub in {folder} said '{said}'.");
    }
}
