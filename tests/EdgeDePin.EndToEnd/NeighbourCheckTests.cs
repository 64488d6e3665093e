using System.Text.Json;
using EdgeDePin.Model;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Tests.Sharing;
using EdgeDePin.Tests.Storage;

namespace EdgeDePin.EndToEnd;

/// <summary>Three nodes of one site, each of four processes, at one feeder: they compare the voltage that their meters show.</summary>
public sealed class NeighbourCheckTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private const string Suspect = "quality =~ /voltage=suspect.neighbour/";
    private static readonly string[] Modules = ["TelemetryModule", "SensorModule", "ComputeModule"];
    private static readonly string[] Names = ["attic", "barn", "cellar"];

    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-neighbours-").FullName;
    private readonly PrivateMosquitto _broker = new();
    private readonly List<BuiltProgram> _programs = [];
    private readonly Dictionary<string, string> _pages = [];
    private readonly SimulatedModbusServer _meters;
    private double _drift;

    public NeighbourCheckTests() => _meters = new SimulatedModbusServer(
        Enumerable.Range(1, 3).ToDictionary(unit => (byte)unit, unit => (SimulatedModbusUnit)new SimulatedSdm630((quantity, at) => Show(unit, quantity, at), TimeProvider.System)));

    [Fact]
    public async Task Of_three_nodes_only_the_one_whose_meter_drifts_suspects_itself()
    {
        foreach (string name in Names)
        {
            await ReachesAsync(name, "SELECT last(readings_compared) FROM health", 1);
            Assert.Equal(0, (await AskAsync(name, "SELECT last(unlike_neighbours) FROM sensor"))[0]);
        }

        // A hundred volts a minute, in steps that no meter's own past forbids.
        for (int step = 1; step <= 20; step++)
        {
            Volatile.Write(ref _drift, 2 * step);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        await ReachesAsync("cellar", $"SELECT count(voltage) FROM grid WHERE {Suspect}", 8);
        Volatile.Write(ref _drift, 0);

        // What is like its neighbours again is good again.
        await Task.Delay(500, TestContext.Current.CancellationToken);
        long well = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (string name in Names)
        {
            await ReachesAsync(name, $"SELECT count(voltage) FROM grid WHERE time > {well}ms", 6);
        }

        Assert.Empty(await AskAsync("cellar", $"SELECT count(voltage) FROM grid WHERE {Suspect} AND time > {well}ms"));

        // The others were compared with it all the time, and nothing was found wrong with them.
        foreach (string name in Names[..2])
        {
            Assert.Empty(await AskAsync(name, "SELECT count(quality) FROM grid"));
        }

        await ReachesAsync("cellar", "SELECT last(unlike_neighbours) FROM sensor", 8);
        Assert.Equal(0, (await AskAsync("cellar", "SELECT last(bad) FROM sensor"))[0]);
        Assert.Equal(0, (await AskAsync("attic", "SELECT last(unlike_neighbours) FROM sensor"))[0]);
    }

    public async ValueTask InitializeAsync()
    {
        await _broker.StartAsync();
        string site = Path.Combine(_folder, "site");
        await CliCall.DoneAsync("site", "create", "--folder", site, "--name", "street-7");
        for (int number = 1; number <= Names.Length; number++)
        {
            string name = Names[number - 1], data = Path.Combine(_folder, name);
            Directory.CreateDirectory(data);
            await CliCall.DoneAsync("site", "admit", "--folder", site, "--node", data, "--owner", name);
            int hub = InfluxServer.FreePort(), http = InfluxServer.FreePort();
            string config = Path.Combine(_folder, name + ".json");
            await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
            {
                Node = new { Site = "street-7", Name = name, DataFolder = data },
                Hub = new { Host = "127.0.0.1", Port = hub },
                Sensing = new
                {
                    Sensors = new[]
                    {
                        new { Id = "meter", Chip = "sdm630", Bus = $"tcp:127.0.0.1:{_meters.Port}", Address = number, PeriodMilliseconds = 250, DataClass = "Site" },
                    },
                    Neighbours = new { PeriodSeconds = 1, SustainSeconds = 2 },
                },
                Computing = new { Lanes = 1, WindowSeconds = 60 },
                Broker = new { Host = "127.0.0.1", _broker.Port },
                Http = new { Port = http },
            }), TestContext.Current.CancellationToken);
            _pages[name] = $"http://127.0.0.1:{http}";
            _programs.Add(BuiltProgram.Cli("hub", "run", "--port", $"{hub}"));
            _programs.AddRange(Modules.Select(module => BuiltProgram.Module(module, "--config", config)));
            BuiltProgram telemetry = _programs[^3];
            await telemetry.LineAsync(line => line.Contains(_pages[name], StringComparison.Ordinal), Patience);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (BuiltProgram program in _programs)
        {
            await program.DisposeAsync();
        }

        await _meters.DisposeAsync();
        await _broker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // The feeder's voltage with the little that meters and their places differ by; the third may drift.
    private double? Show(int unit, Quantity quantity, DateTimeOffset at) =>
        quantity == Quantity.Voltage ? 230 + (2 * Math.Sin(at.ToUnixTimeMilliseconds() / 700.0)) + unit + (unit == 3 ? Volatile.Read(ref _drift) : 0)
        : quantity == Quantity.Frequency ? 50.01
        : 100 * unit;

    private Task<double[]> AskAsync(string node, string query) => InfluxQuery.NumbersAsync(_pages[node], "edgedepin", query);

    private Task ReachesAsync(string node, string query, double least) => Eventually.HoldsAsync(
        async () => await AskAsync(node, query) is [var reached] && reached >= least, Patience,
        () => $"{node}: {query} did not reach {least}. {string.Join('\n', _programs.Select(program => program.Error))}");
}
