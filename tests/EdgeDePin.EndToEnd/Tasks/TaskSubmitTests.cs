using System.Globalization;
using System.Text.Json;
using EdgeDePin.Tests;
using EdgeDePin.Tests.Sharing;

namespace EdgeDePin.EndToEnd.Tasks;

/// <summary><c>task submit</c> to nodes that are processes of their own, which meet at a Mosquitto and know nothing of each other but their site's root.</summary>
public sealed class TaskSubmitTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-submit-").FullName;
    private readonly PrivateMosquitto _broker = new();
    private readonly PrivateMosquitto _spare = new();
    private readonly List<BuiltProgram> _nodes = [];

    private string Site => Path.Combine(_folder, "street");

    [Fact]
    public async Task Neighbours_compute_what_a_local_run_computes_and_are_paid_for_it()
    {
        await StartAsync("roof");
        await StartAsync("cellar");
        string[] inputs = Inputs(6);
        using JsonDocument local = JsonDocument.Parse(await CliCall.DoneAsync(["task", "run", Module, "--json", "--input", .. inputs]));
        using JsonDocument lent = JsonDocument.Parse(await SubmitAsync(inputs, "--class", "site", "--purpose", "research", "--region", "eu", "--retention", "1h"));
        Assert.Equal(Digests(local), Digests(lent));
        JsonElement[] tasks = [.. lent.RootElement.GetProperty("tasks").EnumerateArray()];
        Assert.Equal(["cellar", "roof"], tasks.Select(task => task.GetProperty("workerName").GetString()).Distinct().Order());
        // Both are new to this requester, so everything was checked, at half of the price of 10.
        Assert.All(tasks, task => Assert.True(task.GetProperty("verified").GetBoolean()));
        Assert.All(tasks, task => Assert.Equal(
            (task.GetProperty("fuel").GetInt64() * 5 + 999_999) / 1_000_000, task.GetProperty("costMillicredits").GetInt64()));
        JsonElement job = lent.RootElement;
        Assert.Equal((0.0, 0), (job.GetProperty("bound").GetDouble(), job.GetProperty("unbooked").GetInt32()));
        // A check that another neighbour made costs another run, and so does a copy of a straggler.
        long cost = job.GetProperty("costMillicredits").GetInt64(), spent = job.GetProperty("spentMillicredits").GetInt64();
        Assert.Equal(-spent, job.GetProperty("balanceMillicredits").GetInt64());
        Assert.InRange(spent - cost, 0, cost);

        // What the requester owes is what its log says.
        await CliCall.DoneAsync("ledger", "verify", "--data", Path.Combine(_folder, "anna"), "--site", "street-7");
        await CliCall.DoneAsync("records", "verify", "--records", Path.Combine(_folder, "records"));
        Assert.All(inputs, input => Assert.True(new FileInfo(Path.Combine(_folder, "out", Path.GetFileName(input) + ".out")).Length > 0));
    }

    [Fact]
    public async Task A_job_goes_on_at_the_next_broker_when_the_first_is_killed()
    {
        await _spare.StartAsync();
        await StartAsync("roof");
        await StartAsync("cellar");
        string[] inputs = Inputs(24, paths: 100_000);
        using JsonDocument local = JsonDocument.Parse(await CliCall.DoneAsync(["task", "run", Module, "--json", "--input", .. inputs]));
        var receipts = new FileInfo(Path.Combine(_folder, "anna", "ledger", "receipts"));
        Task<string> job = SubmitAsync(inputs, "--broker", $"127.0.0.1:{_spare.Port}");
        await Eventually.HoldsAsync(() => File.Exists(receipts.FullName) && new FileInfo(receipts.FullName).Length > 0, Patience);
        Assert.False(job.IsCompleted);
        await _broker.StopAsync();
        await Eventually.HoldsAsync(
            () => _nodes.All(node => (node.Output + node.Error).Contains($"broker 127.0.0.1:{_spare.Port}", StringComparison.Ordinal)
                && (node.Output + node.Error).Split("Connected to the neighbours' broker").Length > 2),
            TimeSpan.FromSeconds(10), () => string.Concat(_nodes.Select(node => node.Output + node.Error)));
        Assert.False(job.IsCompleted);
        using JsonDocument lent = JsonDocument.Parse(await job);
        Assert.Equal(Digests(local), Digests(lent));
        Assert.Equal(-lent.RootElement.GetProperty("spentMillicredits").GetInt64(), lent.RootElement.GetProperty("balanceMillicredits").GetInt64());
        await CliCall.DoneAsync("ledger", "verify", "--data", Path.Combine(_folder, "anna"), "--site", "street-7");
    }

    [Fact]
    public async Task A_job_that_no_neighbour_may_have_says_why_and_goes_where_a_new_certificate_lets_it()
    {
        await StartAsync("roof");
        (int code, _, string error) = await CliCall.RunAsync(
            [.. Command(), "--patience", "8s", "--class", "site", "--region", "us", "--input", .. Inputs(1)]);
        Assert.Equal(1, code);
        Assert.Contains("stands in 'eu/fr', not in 'us'", error, StringComparison.Ordinal);
        (code, _, error) = await CliCall.RunAsync([.. Command(), "--patience", "8s", "--max-price", "3", "--input", .. Inputs(1)]);
        Assert.Equal(1, code);
        Assert.Contains("asks 10 for a million fuel, more than 3", error, StringComparison.Ordinal);

        // A new certificate is taken while the node runs, and changes where it stands.
        await AdmitAsync("roof", "us");
        await CliCall.DoneAsync([.. Command(), "--patience", "20s", "--class", "site", "--region", "us", "--input", .. Inputs(1)]);
    }

    [Fact]
    public async Task What_cannot_be_submitted_is_refused_with_a_remedy()
    {
        string large = Path.Combine(_folder, "large.f64");
        await File.WriteAllBytesAsync(large, new byte[200_000], TestContext.Current.CancellationToken);
        await CliCall.RefusedAsync(2, "Divide the input", [.. Command(), "--input", large]);
        await CliCall.RefusedAsync(2, "local-only data stays here", [.. Command(), "--class", "local-only"]);
        await CliCall.RefusedAsync(2, "HOST or HOST:PORT", [.. Command(), "--broker", "street-7.local:0"]);
        await CliCall.RefusedAsync(2, "0.000001 to 1", [.. Command(), "--epsilon", "2"]);
        await CliCall.RefusedAsync(3, "No broker answers", ["task", "submit", Module, "--broker", $"127.0.0.1:{FreePort.Find()}", "--data", Path.Combine(_folder, "b"), "--patience", "2s"]);
    }

    public async ValueTask InitializeAsync()
    {
        await _broker.StartAsync();
        await CliCall.DoneAsync("site", "create", "--folder", Site, "--name", "street-7");
        await AdmitAsync("anna");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (BuiltProgram node in _nodes)
        {
            await node.DisposeAsync();
        }

        await _broker.DisposeAsync();
        await _spare.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Module => Path.Combine(SharedData.Repository, "examples", "tasks", "monte-carlo.wasm");

    private string[] Command() =>
    [
        "task", "submit", Module, "--broker", $"127.0.0.1:{_broker.Port}", "--site", "street-7", "--data", Path.Combine(_folder, "anna"),
        "--records", Path.Combine(_folder, "records"), "--out", Path.Combine(_folder, "out"),
    ];

    private Task<string> SubmitAsync(string[] inputs, params string[] more) => CliCall.DoneAsync([.. Command(), "--json", .. more, "--input", .. inputs]);

    private async Task AdmitAsync(string name, string region = "eu/fr")
    {
        Directory.CreateDirectory(Path.Combine(_folder, name));
        await CliCall.DoneAsync("site", "admit", "--folder", Site, "--node", Path.Combine(_folder, name), "--owner", name, "--region", region);
    }

    // A compute module; it finds no hub, and computes for its neighbours nevertheless.
    private async Task StartAsync(string name)
    {
        await AdmitAsync(name);
        string config = Path.Combine(_folder, name + ".json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            Node = new { Site = "street-7", Name = name, DataFolder = Path.Combine(_folder, name) },
            Hub = new { Host = "127.0.0.1", Port = FreePort.Find() },
            Broker = new { Host = "127.0.0.1", _broker.Port, Others = new[] { $"127.0.0.1:{_spare.Port}" } },
            Computing = new { Lanes = 2 },
            Sandbox = new { IdleSeconds = 5 },
        }), TestContext.Current.CancellationToken);
        BuiltProgram node = BuiltProgram.Module("ComputeModule", "--config", config);
        _nodes.Add(node);
        await Eventually.HoldsAsync(() => (node.Output + node.Error).Contains("Connected to the neighbours' broker", StringComparison.Ordinal), Patience, () => node.Output + node.Error);
    }

    // Discounted cash flows with some thousand paths each, as the example says.
    private string[] Inputs(int count, double paths = 20_000) => [.. Enumerable.Range(0, count).Select(number =>
    {
        string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{number}.f64"));
        File.WriteAllBytes(path, [.. new double[] { 5 + number, 8, 0.1, 0.8, 4, 24, paths }.SelectMany(BitConverter.GetBytes)]);
        return path;
    })];

    private static string[] Digests(JsonDocument job) => [.. job.RootElement.GetProperty("tasks").EnumerateArray()
        .OrderBy(task => task.GetProperty("input").GetString(), StringComparer.Ordinal)
        .Select(task => $"{task.GetProperty("input")} {task.GetProperty("outputDigest")} {task.GetProperty("fuel")}")];
}
