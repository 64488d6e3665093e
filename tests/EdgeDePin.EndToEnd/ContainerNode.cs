using System.Text.Json.Nodes;
using EdgeDePin.Deployment.Flashing;
using EdgeDePin.Deployment.Manifests;
using EdgeDePin.EdgeHub;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Scenarios;
using EdgeDePin.Tests;
using EdgeDePin.Tests.Storage;

namespace EdgeDePin.EndToEnd;

/// <summary>
/// A node as four kinds of containers, started from a rendered manifest with the very options that the units of an offline device
/// have. A meter
/// behind TCP and a dust sensor on a real terminal are simulated; ports, names and volumes are the test's own.
/// </summary>
internal sealed class ContainerNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-containers-").FullName;
    private readonly string _id = $"edt{Environment.ProcessId}";
    private readonly int _hubPort = InfluxServer.FreePort();
    private readonly int _httpPort = InfluxServer.FreePort();
    private readonly SimulatedModbusServer _meter;
    private readonly SimulatedSerialLine _line;
    private readonly Dictionary<string, string[]> _commands = new(StringComparer.Ordinal);
    private readonly HashSet<string> _killed = new(StringComparer.Ordinal);

    private ContainerNode()
    {
        _meter = new SimulatedModbusServer(new SimulatedSdm630(new HouseholdScenario(seed: 7, TimeProvider.System.GetUtcNow()).At,
            TimeProvider.System));
        _line = new SimulatedSerialLine(new SimulatedSds011(PollutionScenario.Of(seed: 3), TimeProvider.System));
    }

    public string Url => $"http://127.0.0.1:{_httpPort}";

    public IEnumerable<string> Modules => _commands.Keys;

    /// <summary>The images that <c>deployment/images/build.sh</c> has made; without them the test is skipped, but in CI it fails.</summary>
    public static string RequireImages()
    {
        ToolCall.Require("podman", "podman");
        ToolCall.Require("runc", "runc");
        string pins = Path.Combine(SharedData.Repository, "artifacts", "images", "pins.json");
        if (!File.Exists(pins) && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"{pins} is missing and CI requires it: deployment/images/build.sh.");
        }

        Assert.SkipUnless(File.Exists(pins), $"{pins} is missing: deployment/images/build.sh.");
        return pins;
    }

    public static async Task<ContainerNode> StartAsync()
    {
        string pins = RequireImages();
        var node = new ContainerNode();
        try
        {
            await node.PlanAsync(pins);
            foreach (string module in node.Modules)
            {
                await node.RunAsync(module);
            }

            await node.CountReachesAsync("SELECT count(voltage) FROM grid", 5);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a container, anew if it has been before.</summary>
    public async Task RunAsync(string module)
    {
        if (module != ModuleUnit.HubModule)
        {
            // What the unit does before it starts the container; the hub may still be on its way.
            await Eventually.HoldsAsync(async () =>
                (await ToolCall.TryAsync("sh", [Path.Combine(_folder, "join-hub.sh"), module])).Code == 0, Patience, () =>
                Logs(ModuleUnit.HubModule));
        }

        await PodmanAsync([.. _commands[module]]);
    }

    /// <summary>A module outside of the containers, with the key and the certificate that any module is given.</summary>
    public async Task<ModuleOptions> JoinAsync(string module)
    {
        await ToolCall.RunAsync("sh", Path.Combine(_folder, "join-hub.sh"), module);
        string variables = await File.ReadAllTextAsync(Path.Combine(_folder, "run", module + ".env"));
        string connection = variables.Split('\n').Single(line => line.StartsWith("EdgeHubConnectionString=", StringComparison.Ordinal));
        return ModuleOptions.FromConnectionString(connection["EdgeHubConnectionString=".Length..], Path.Combine(_folder, "run", "trust", "trust-bundle.pem"));
    }

    /// <summary>The modules that were killed so far.</summary>
    public IReadOnlySet<string> Killed => _killed;

    public async Task KillAsync(string module)
    {
        _killed.Add(module);
        await PodmanAsync("kill", "--signal", "KILL", NameOf(module));
        await PodmanAsync("wait", NameOf(module));
        if (module == "air")
        {
            _line.Release();
        }
    }

    public async Task<string> InspectAsync(string module, string format) =>
        (await PodmanAsync("inspect", "--format", format, NameOf(module))).Trim();

    /// <summary>The health check of the image, run now; the hub's with the port that this node has in place of 8883.</summary>
    public async Task<(int Code, string Output, string Error)> HealthAsync(string module) => await ToolCall.TryAsync("podman",
        module == ModuleUnit.HubModule ? ["exec", NameOf(module), .. await HubCheckAsync()] : ["healthcheck", "run", NameOf(module)]);

    /// <summary>Puts something else in place of the certificates to trust, brings the hub's again as the device's timer does, and returns what
    /// the running module then reads, and what it should.</summary>
    public async Task<(string Read, string Expected)> RefreshTrustAsync(string module)
    {
        string bundle = Path.Combine(_folder, "run", "trust", "trust-bundle.pem"), seen = Path.Combine(_folder, "seen.pem"), own = Path.Combine(_folder, "own.pem");
        await File.WriteAllTextAsync(bundle, "of yesterday");
        await ToolCall.RunAsync("sh", Path.Combine(_folder, "refresh-trust.sh"));
        await PodmanAsync("cp", $"{NameOf(module)}:/run/trust/trust-bundle.pem", seen);
        await PodmanAsync("cp", $"{NameOf(ModuleUnit.HubModule)}:/data/hub/ca/trust-bundle.pem", own);
        return (await File.ReadAllTextAsync(seen), await File.ReadAllTextAsync(own));
    }

    private async Task<string[]> HubCheckAsync()
    {
        JsonNode words = JsonNode.Parse(await PodmanAsync("inspect", "--format", "{{json .Config.Healthcheck.Test}}", NameOf(ModuleUnit.HubModule)))!;
        string[] command = [.. words.AsArray().Skip(1).Select(word => Own($"{word}"))];
        Assert.Equal(["/app/edgedepin", "doctor", "--only", "hub", "--hub-port", $"{_hubPort}"], command);
        return command;
    }

    /// <summary>Bytes that a container's processes use, as its control group counts them.</summary>
    public async Task<long> MemoryAsync(string module)
    {
        string answer = await PodmanAsync("stats", "--no-stream", "--format", "json", NameOf(module));
        string used = JsonNode.Parse(answer)![0]!["mem_usage"]!.ToString().Split('/')[0].Trim();
        double number = double.Parse(new string([.. used.TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.')]),
            System.Globalization.CultureInfo.InvariantCulture);
        return (long)(number * (used.EndsWith("GB", StringComparison.Ordinal) ? 1e9 : used.EndsWith("MB", StringComparison.Ordinal)
            ? 1e6 : used.EndsWith("kB", StringComparison.Ordinal) ? 1e3 : 1));
    }

    public Task<double[]> AskAsync(string query) => InfluxQuery.NumbersAsync(Url, "edgedepin", query);

    public Task<double[][]> RowsAsync(string query) => InfluxQuery.RowsAsync(Url, "edgedepin", query);

    public Task CountReachesAsync(string query, double count) => Eventually.HoldsAsync(
        async () =>
        {
            try
            {
                return await AskAsync(query) is [var reached] && reached >= count;
            }
            catch (HttpRequestException)
            {
                return false; // the telemetry container is on its way
            }
        },
        Patience, () => $"{query} did not reach {count}. {string.Concat(Modules.Select(Logs))}");

    public async ValueTask DisposeAsync()
    {
        foreach (string module in Modules)
        {
            await ToolCall.TryAsync("podman", ["rm", "--force", "--time", "0", NameOf(module)]);
        }

        foreach (string volume in _commands.Values.SelectMany(command => command)
            .Where(option => option.StartsWith($"--volume={_id}", StringComparison.Ordinal)))
        {
            await ToolCall.TryAsync("podman", ["volume", "rm", "--force", volume["--volume=".Length..].Split(':')[0]]);
        }

        await _line.DisposeAsync();
        await _meter.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task PlanAsync(string pins)
    {
        string file = Path.Combine(_folder, "node.json");
        await CliCall.DoneAsync("manifest", "render", "--profile", "air,grid", "--device", "pi-01", "--out", file, "--pins", pins,
            "--platform", "linux/amd64",
            "--set", "REGISTRY=localhost", "--set", "EDGE_RUNTIME=1.6", "--set", "SITE=test", "--set", "INFLUX_URL=", "--set",
                "BROKER_HOST=", "--set", "BROKER_PORT=1883",
            "--set", $"METER=tcp:127.0.0.1:{_meter.Port}");
        Manifest manifest = Manifest.ReadFile(file);
        string terminal = await _line.PathAsync();
        ImageName hub = ImagePins.ReadFile(pins).Pinned(ImageName.Parse("localhost/edgedepin-hub:0.1.0")!.Value);
        await File.WriteAllTextAsync(Path.Combine(_folder, "hub.json"), WithLedger(ModuleUnit.HubManifestFile(manifest).Text));
        await File.WriteAllTextAsync(Path.Combine(_folder, "join-hub.sh"), Own(ModuleUnit.JoinScript(new DeviceName("pi-01")).Text));
        await File.WriteAllTextAsync(Path.Combine(_folder, "refresh-trust.sh"), Own(ModuleUnit.TrustRefresh().First().Text));
        Add(ModuleUnit.HubModule, ModuleUnit.HubCommand(hub, new DeviceName("pi-01"), ImagePins.None), terminal);
        foreach (ModuleDeclaration module in ManifestModules.Of(manifest.Root).Where(module => !module.IsSystem))
        {
            string environment = ModuleUnit.Files(module, ImagePins.None).First().Text;
            await File.WriteAllTextAsync(Path.Combine(_folder, $"{module.Name}.env"),
                string.Join('\n', environment.Split('\n')
                    .Where(line => !line.EndsWith('=') && !line.Contains("PeriodMilliseconds", StringComparison.Ordinal)))
                + $"EDGEDEPIN_Http__Port={_httpPort}\nEDGEDEPIN_Sensing__Sensors__0__PeriodMilliseconds={(module.Name == "grid" ? 200 : 1000)}\nEDGEDEPIN_Computing__WindowSeconds=2\nEDGEDEPIN_Computing__LatenessSeconds=0\n");
            Add(module.Name, ModuleUnit.Command(module, ImagePins.None), terminal);
        }
    }

    // The test's own module: what it has acknowledged is compared with what is stored.
    private static string WithLedger(string manifest)
    {
        JsonNode root = JsonNode.Parse(manifest)!;
        root["modulesContent"]!["$edgeAgent"]!["properties.desired"]!["modules"]![AcknowledgedPoints.Module] = new JsonObject();
        root["modulesContent"]!["$edgeHub"]!["properties.desired"]!["routes"]![AcknowledgedPoints.Module] = AcknowledgedPoints.Route;
        return root.ToJsonString();
    }

    // The options stay as they are, but for what would meet another test: names, volumes, ports, the folder of settings, and the
    // terminal for the UART.
    private void Add(string module, IEnumerable<string> options, string terminal) => _commands[module] =
    [
        "--runtime", "runc", "run", "--detach", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024",
        .. options.Where(option => option is not ("--rm" or "--log-driver=journald"))
            .Select(option => Own(option).Replace("--device=/dev/serial0:/dev/serial0:rw", $"--volume={terminal}:/dev/serial0",
                StringComparison.Ordinal)),
    ];

    private string Own(string text) => text
        .Replace("--name=edgedepin-", $"--name={_id}-", StringComparison.Ordinal)
        .Replace("--volume=edgedepin-", $"--volume={_id}-", StringComparison.Ordinal)
        .Replace("edgedepin-hub:/data/hub/ca", $"{_id}-hub:/data/hub/ca", StringComparison.Ordinal)
        .Replace("exec edgedepin-hub", $"exec {_id}-hub", StringComparison.Ordinal)
        .Replace("--volume=/etc/edgedepin/hub.json", $"--volume={_folder}/hub.json", StringComparison.Ordinal)
        .Replace("/etc/edgedepin/modules/", _folder + "/", StringComparison.Ordinal)
        .Replace("/usr/local/lib/edgedepin/", _folder + "/", StringComparison.Ordinal)
        .Replace("/run/edgedepin", _folder + "/run", StringComparison.Ordinal)
        .Replace("8883", $"{_hubPort}", StringComparison.Ordinal);

    private string NameOf(string module) => $"{_id}-{module}";

    private string Logs(string module)
    {
        (_, string output, string error) = ToolCall.TryAsync("podman", ["logs", "--tail", "8", NameOf(module)]).GetAwaiter().GetResult();
        return $"\n-- {module}: {output}{error}";
    }

    private static async Task<string> PodmanAsync(params string[] arguments) => await ToolCall.RunAsync("podman", arguments);
}
