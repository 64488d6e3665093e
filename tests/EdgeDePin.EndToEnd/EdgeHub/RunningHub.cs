using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeDePin.EdgeHub;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.EndToEnd.EdgeHub;

/// <summary><c>edgedepin hub run</c> as a process, secure, with a deployment manifest.</summary>
internal sealed partial class RunningHub : IAsyncDisposable
{
    public const string Device = "dev1";
    public const string IotHub = "hub1.azure-devices.net";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BuiltProgram _program;
    private readonly DirectoryInfo _folder;
    private readonly bool _ownsFolder;

    private RunningHub(BuiltProgram program, DirectoryInfo folder, bool ownsFolder) => (_program, _folder, _ownsFolder) = (program, folder, ownsFolder);

    public int Port { get; private init; }

    public int MetricsPort { get; private init; }

    public string Generation { get; private init; } = "";

    public string TrustBundle => Path.Combine(Data, "ca", "trust-bundle.pem");

    /// <summary>The owner's, which signs for every module.</summary>
    public string WorkloadUri => $"unix://{Path.Combine(Data, "workload.sock")}";

    public long ResidentBytes => _program.ResidentBytes;

    private string Data => Path.Combine(_folder.FullName, "hub");

    /// <param name="again">The folder of an earlier hub, to go on where it stopped; else a new one.</param>
    public static Task<RunningHub> StartAsync(JsonObject manifest, DirectoryInfo? again = null, params string[] more) =>
        StartAsync(BuiltProgram.Cli, manifest, again, more);

    /// <param name="start">Starts the program that understands <c>hub run</c>, with arguments.</param>
    public static async Task<RunningHub> StartAsync(
        Func<string[], BuiltProgram> start, JsonObject manifest, DirectoryInfo? again = null, params string[] more)
    {
        DirectoryInfo folder = again ?? Directory.CreateTempSubdirectory("edgedepin-hub-");
        string file = Path.Combine(folder.FullName, "deployment.json");
        await File.WriteAllTextAsync(file, manifest.ToJsonString());
        BuiltProgram program = start(
            ["hub", "run", "--data", Path.Combine(folder.FullName, "hub"), "--manifest", file, "--device", Device, "--iothub", IotHub, "--port", "0", "--metrics", "0", .. more]);
        string listens = await program.LineAsync(line => line.StartsWith($"hub of {Device} listens", StringComparison.Ordinal), Patience);
        string workload = await program.LineAsync(line => line.StartsWith("workload: ", StringComparison.Ordinal), Patience);
        string metrics = await program.LineAsync(line => line.StartsWith("metrics: ", StringComparison.Ordinal), Patience);
        return new RunningHub(program, folder, again is null)
        {
            Port = int.Parse(PortOf().Match(listens).Groups["port"].Value),
            MetricsPort = int.Parse(PortOf().Match(metrics).Groups["port"].Value),
            Generation = workload[(workload.LastIndexOf(' ') + 1)..].Trim(),
        };
    }

    /// <summary>A manifest with these routes, and a module for every name.</summary>
    public static JsonObject Manifest(IEnumerable<string> modules, params string[] routes)
    {
        JsonObject deployed = [], content = [], routed = [];
        foreach (string module in modules)
        {
            deployed[module] = new JsonObject { ["type"] = "docker", ["status"] = "running", ["restartPolicy"] = "always", ["settings"] = new JsonObject { ["image"] = module } };
        }

        foreach (string route in routes)
        {
            routed[$"r{routed.Count}"] = route;
        }

        content["$edgeAgent"] = new JsonObject { ["properties.desired"] = new JsonObject { ["schemaVersion"] = "1.1", ["modules"] = deployed } };
        content["$edgeHub"] = new JsonObject { ["properties.desired"] = new JsonObject { ["schemaVersion"] = "1.1", ["routes"] = routed } };
        return new JsonObject { ["modulesContent"] = content };
    }

    /// <summary>The variables of a module in development.</summary>
    public async Task<Dictionary<string, string>> ConnectionAsync(string module, int? port = null) => new()
    {
        ["MODULE_CONNECTION_STRING"] = (await AskAsync("connection-string", "--module", module, "--device", Device, "--iothub", IotHub, "--gateway", $"localhost:{port ?? Port}")).Trim(),
        ["MODULE_CA_FILE"] = TrustBundle,
    };

    /// <summary>A module of ours, connected over TLS with its own key.</summary>
    public async Task<ModuleClient> ModuleAsync(string module)
    {
        ModuleOptions options = ModuleOptions.FromConnectionString((await ConnectionAsync(module))["MODULE_CONNECTION_STRING"], TrustBundle);
        var client = new ModuleClient(options, TimeProvider.System, new Random(module.Length), NullLogger<ModuleClient>.Instance);
        await client.ConnectAsync().WaitAsync(Patience);
        return client;
    }

    /// <summary>The variables that IoT Edge gives a module.</summary>
    public Dictionary<string, string> Environment(string module, int? port = null) => new()
    {
        ["IOTEDGE_WORKLOADURI"] = $"unix://{Path.Combine(Data, "workload", module + ".sock")}",
        ["IOTEDGE_AUTHSCHEME"] = "sasToken",
        ["IOTEDGE_MODULEGENERATIONID"] = Generation,
        ["IOTEDGE_IOTHUBHOSTNAME"] = IotHub,
        ["IOTEDGE_GATEWAYHOSTNAME"] = $"localhost:{port ?? Port}",
        ["IOTEDGE_DEVICEID"] = Device,
        ["IOTEDGE_MODULEID"] = module,
        ["IOTEDGE_APIVERSION"] = "2018-06-28",
    };

    /// <summary>Runs one of the hub's own commands and returns what it prints.</summary>
    public async Task<string> AskAsync(string command, params string[] arguments)
    {
        await using BuiltProgram program = BuiltProgram.Cli(["hub", command, "--data", Data, .. arguments]);
        int exitCode = await program.ExitCodeAsync(Patience);
        Assert.True(exitCode == 0, $"hub {command}: {exitCode}. {program.Error}");
        return program.Output;
    }

    public async Task<string> MetricsAsync()
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{MetricsPort}/metrics"));
    }

    public DirectoryInfo Kill()
    {
        _program.Kill();
        return _folder;
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        if (_ownsFolder)
        {
            _folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@":(?<port>\d+)(?= \(TLS\)|/metrics)", RegexOptions.ExplicitCapture)]
    private static partial Regex PortOf();
}
