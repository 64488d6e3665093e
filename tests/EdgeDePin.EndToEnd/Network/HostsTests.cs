using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using EdgeDePin.Tests;

namespace EdgeDePin.EndToEnd.Network;

/// <summary>
/// Neighbours on hosts of their own, with a Mosquitto on another: one packet of twenty is lost, each way to the broker takes 20 ms, messages
/// come twice and in another order, a cable is pulled and a worker is killed, while a job is under way.
/// </summary>
public sealed class HostsTests : IAsyncLifetime
{
    private const int LossPercent = 5;
    private const int BrokerPort = 1883;
    private const string Name = "street-7";

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(6);

    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-hosts-").FullName;
    private readonly PrivateNetwork _network = new();
    private readonly Dictionary<string, (string Id, BuiltProgram Program)> _workers = new(StringComparer.Ordinal);
    private Process? _mosquitto;
    private LateProxy? _proxy;
    private IPAddress _broker = IPAddress.None;

    private string Site => Path.Combine(_folder, "site");

    [Fact]
    public async Task A_job_survives_loss_delay_a_pulled_cable_and_a_killed_worker()
    {
        foreach (string worker in new[] { "roof", "cellar", "attic" })
        {
            await StartAsync(worker);
        }

        string[] inputs = Inputs(36, paths: 100_000);
        string module = Path.Combine(SharedData.Repository, "examples", "tasks", "monte-carlo.wasm");
        using JsonDocument local = JsonDocument.Parse(await CliCall.DoneAsync(["task", "run", module, "--json", "--input", .. inputs]));
        var receipts = new FileInfo(Path.Combine(Data("anna"), "ledger", "receipts"));
        Task<(int Code, string Output, string Error)> job = ToolCall.TryAsync(
            "ip",
            [
                "netns", "exec", _network.Namespace("anna"), CliCall.Program, "task", "submit", module, "--broker", $"{_broker}:{BrokerPort}", "--site", Name,
                "--data", Data("anna"), "--records", Path.Combine(_folder, "records"), "--out", Path.Combine(_folder, "out"), "--json", "--input", .. inputs,
            ],
            within: 3 * Patience);
        await Eventually.HoldsAsync(() => job.IsCompleted || (File.Exists(receipts.FullName) && new FileInfo(receipts.FullName).Length > 0), Patience, Logs);
        Assert.False(job.IsCompleted, job.IsCompleted ? (await job).ToString() : "");
        _workers["cellar"].Program.Kill();
        await _network.PlugAsync("attic", isIn: false);
        await Task.Delay(Apart, TestContext.Current.CancellationToken);
        await _network.PlugAsync("attic", isIn: true);

        (int code, string output, string error) = await job;
        Assert.True(code == 0, $"{code}: {output} {error} {Logs()}");
        using JsonDocument lent = JsonDocument.Parse(output);
        Assert.Equal(Digests(local), Digests(lent));
        JsonElement[] tasks = [.. lent.RootElement.GetProperty("tasks").EnumerateArray()];
        Assert.Equal(inputs.Length, tasks.Select(task => task.GetProperty("input").GetString()).Distinct().Count());
        Assert.Equal(-lent.RootElement.GetProperty("spentMillicredits").GetInt64(), lent.RootElement.GetProperty("balanceMillicredits").GetInt64());

        // The network was as bad as it was to be.
        Assert.True(await _network.LostAsync("anna") > 0 && await _network.LostAsync("broker") > 0);
        Assert.True(_proxy!.Twice > 0, "no message came twice");

        // Both sides have booked the same, each execution once; the log of the killed one is whole, whatever it lacks.
        await CliCall.DoneAsync("ledger", "verify", "--data", Data("anna"), "--site", Name);
        await CliCall.DoneAsync("records", "verify", "--records", Path.Combine(_folder, "records"));
        foreach ((string worker, (string id, BuiltProgram program)) in _workers)
        {
            if (!program.HasExited)
            {
                program.Interrupt();
                await program.ExitCodeAsync(Patience);
            }

            await CliCall.DoneAsync("ledger", "verify", "--data", Data(worker), "--site", Name);
            if (worker == "roof")
            {
                await CliCall.DoneAsync("ledger", "audit", id, "--log", Path.Combine(Data(worker), "ledger", "receipts"), "--site", Name, "--against", Data("anna"));
            }
        }
    }

    public async ValueTask InitializeAsync()
    {
        PrivateNetwork.Require();
        ToolCall.Require("mosquitto", "mosquitto");
        await _network.StartAsync();
        _broker = await _network.AddHostAsync("broker", LossPercent);
        await _network.AddHostAsync("anna", LossPercent);
        string config = Path.Combine(_folder, "mosquitto.conf");
        await File.WriteAllTextAsync(config, "listener 1884 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\n");
        _mosquitto = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", _network.Namespace("broker"), "mosquitto", "-c", config])
        {
            UseShellExecute = false,
            Environment = { ["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin" },
        });
        _proxy = new LateProxy(_network.Namespace("broker"), new IPEndPoint(_broker, BrokerPort), new IPEndPoint(IPAddress.Loopback, 1884), Delay, new Random(7));
        await CliCall.DoneAsync("site", "create", "--folder", Site, "--name", Name);
        await AdmitAsync("anna");
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((_, BuiltProgram program) in _workers.Values)
        {
            await program.DisposeAsync();
        }

        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        if (_mosquitto is not null)
        {
            _mosquitto.Kill(entireProcessTree: true);
            await _mosquitto.WaitForExitAsync();
            _mosquitto.Dispose();
        }

        await _network.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string Data(string host) => Path.Combine(_folder, host);

    private string Logs() => string.Join("\n", _workers.Select(worker => $"{worker.Key}: {worker.Value.Program.Output}{worker.Value.Program.Error}"));

    private async Task<string> AdmitAsync(string host)
    {
        Directory.CreateDirectory(Data(host));
        return (await CliCall.DoneAsync("site", "admit", "--folder", Site, "--node", Data(host), "--owner", host, "--region", "eu/fr"))[..26];
    }

    private async Task StartAsync(string host)
    {
        await _network.AddHostAsync(host, LossPercent);
        string id = await AdmitAsync(host), config = Path.Combine(_folder, host + ".json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            Node = new { Site = Name, Name = host, DataFolder = Data(host) },
            Hub = new { Host = "127.0.0.1", Port = 8883 },
            Broker = new { Host = _broker.ToString(), Port = BrokerPort },
            Computing = new { Lanes = 2 },
            Sandbox = new { IdleSeconds = 5 },
        }), TestContext.Current.CancellationToken);
        BuiltProgram program = BuiltProgram.Within(_network.Namespace(host), "ComputeModule", "--config", config);
        _workers.Add(host, (id, program));
        await Eventually.HoldsAsync(() => (program.Output + program.Error).Contains("Connected to the neighbours' broker", StringComparison.Ordinal), Patience, Logs);
    }

    // Discounted cash flows with some thousand paths each, as the example says.
    private string[] Inputs(int count, double paths) => [.. Enumerable.Range(0, count).Select(number =>
    {
        string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{number}.f64"));
        File.WriteAllBytes(path, [.. new double[] { 5 + number, 8, 0.1, 0.8, 4, 24, paths }.SelectMany(BitConverter.GetBytes)]);
        return path;
    })];

    private static string[] Digests(JsonDocument job) => [.. job.RootElement.GetProperty("tasks").EnumerateArray()
        .OrderBy(task => task.GetProperty("input").GetString(), StringComparer.Ordinal)
        .Select(task => $"{task.GetProperty("input")} {task.GetProperty("outputDigest")} {task.GetProperty("fuel")}")];
}
