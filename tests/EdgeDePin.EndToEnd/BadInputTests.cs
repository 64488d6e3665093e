using System.Net;
using System.Net.Sockets;

namespace EdgeDePin.EndToEnd;

/// <summary>What goes wrong on somebody's desk is one line that names the thing and the remedy.</summary>
public sealed class BadInputTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-bad-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(2, "--nodes 99 is outside 1 to 16", "demo", "--nodes", "99")]
    [InlineData(2, "'soon' is no duration", "demo", "--duration", "soon")]
    [InlineData(2, "'yesterday' is no span", "demo", "--replay-span", "yesterday")]
    [InlineData(2, "'ftp://x' is no address", "demo", "--influx", "ftp://x")]
    [InlineData(2, "missing.csv", "demo", "--replay", "missing.csv")]
    [InlineData(2, "Unrecognized command or argument '--wat'", "demo", "--wat")]
    [InlineData(2, "'8086' is no address", "forward", "run", "--data", "/tmp", "--influx", "8086")]
    [InlineData(2, "'soon' is no duration", "forward", "run", "--data", "/tmp", "--influx", "http://127.0.0.1:1", "--patience", "soon")]
    [InlineData(2, "Option '--data' is required", "forward", "run", "--influx", "http://127.0.0.1:1")]
    [InlineData(2, "--listen 'everywhere' is no address", "hub", "run", "--listen", "everywhere")]
    [InlineData(2, "--listen 0.0.0.0 needs --data DIR", "hub", "run", "--port", "0", "--listen", "0.0.0.0")]
    [InlineData(2, "missing.json", "hub", "run", "--port", "0", "--manifest", "missing.json")]
    [InlineData(3, "no hub answers at", "hub", "twin", "--data", "no-such-folder", "--module", "sensor")]
    [InlineData(3, "site.key is not there", "hub", "connection-string", "--data", "no-such-folder", "--module", "sensor")]
    [InlineData(2, "--set 'nonsense' is no JSON", "hub", "twin", "--data", "no-such-folder", "--module", "sensor", "--set", "nonsense")]
    [InlineData(3, "/proc holds no store", "query", "--data", "/proc", "SHOW MEASUREMENTS")]
    [InlineData(3, "/proc holds no store", "store", "stats", "--data", "/proc")]
    [InlineData(3, "no-such-folder", "query", "--data", "no-such-folder", "SHOW MEASUREMENTS")]
    [InlineData(3, "127.0.0.1:1", "query", "--url", "http://127.0.0.1:1", "SHOW MEASUREMENTS")]
    public async Task A_wrong_command_line_is_told_in_one_line(int exitCode, string complaint, params string[] arguments) =>
        await ExpectAsync(exitCode, complaint, arguments);

    [Theory]
    [InlineData("forward", "run")]
    [InlineData("forward", "verify")]
    [InlineData("query")]
    public async Task Help_does_not_ask_for_what_the_command_requires(params string[] command)
    {
        await using BuiltProgram program = BuiltProgram.Cli([.. command, "--help"]);
        Assert.Equal(0, await program.ExitCodeAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("Examples:", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_malformed_line_of_a_series_is_named_with_its_number()
    {
        string file = Path.Combine(_folder, "series.csv");
        await File.WriteAllLinesAsync(file,
        [
            "sensor_id;sensor_type;location;lat;lon;timestamp;pressure;altitude;pressure_sealevel;temperature;humidity",
            "1;BME280;1;0;0;2020-01-01T00:00:00;98000;;;5.5;80",
            "1;BME280;1;0;0;2020-01-01T00:02:00;98000;;;warm;80",
        ], TestContext.Current.CancellationToken);
        await ExpectAsync(2, "series.csv:3", "demo", "--replay", file);
        await ExpectAsync(2, "warm", "demo", "--replay", file);
    }

    [Theory]
    [InlineData("{", "manifest.json: ")]
    [InlineData("{}", "'modulesContent' is not there")]
    [InlineData("""{"modulesContent":{"$edgeAgent":{"properties.desired":{}},"$edgeHub":{"properties.desired":{"routes":{"r":"FROM /messages/* WHERE a = 1 INTO $upstream"}}}}}""", "Route 'r', character 24")]
    [InlineData("""{"modulesContent":{"$edgeAgent":{"properties.desired":{}},"$edgeHub":{"properties.desired":{"routes":{"r":{"route":"FROM /* INTO $upstream","priority":10}}}}}}""", "routes.r.priority is 10")]
    public async Task A_manifest_that_no_hub_can_run_is_named_with_the_place(string manifest, string complaint)
    {
        string file = Path.Combine(_folder, "manifest.json");
        await File.WriteAllTextAsync(file, manifest, TestContext.Current.CancellationToken);
        await ExpectAsync(2, complaint, "hub", "run", "--port", "0", "--manifest", file);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await ExpectAsync(3, $"{port}", "demo", "--nodes", "1", "--duration", "1s", "--http", $"{port}");
        await ExpectAsync(3, $"{port}", "hub", "run", "--port", $"{port}");
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_written_is_named()
    {
        // Root writes anywhere, but nobody makes a folder below /proc.
        await ExpectAsync(3, "/proc/edgedepin", "demo", "--nodes", "1", "--duration", "1s", "--data", "/proc/edgedepin");
    }

    [Fact]
    public async Task Two_nodes_cannot_have_one_data_folder()
    {
        await using BuiltProgram first = BuiltProgram.Cli("demo", "--nodes", "1", "--headless", "--http", "0", "--data", _folder);
        await first.LineAsync(line => line.Contains("http://127.0.0.1:", StringComparison.Ordinal), Patience);
        await ExpectAsync(3, "node-1", "demo", "--nodes", "1", "--duration", "1s", "--headless", "--data", _folder);
        first.Interrupt();
        Assert.Equal(0, await first.ExitCodeAsync(Patience));
    }

    [Fact]
    public async Task An_unreachable_InfluxDB_only_delays()
    {
        await using BuiltProgram demo = BuiltProgram.Cli(
            "demo", "--nodes", "1", "--duration", "3s", "--headless", "--json", "--influx", "http://127.0.0.1:1");
        Assert.Equal(0, await demo.ExitCodeAsync(Patience));
        Assert.Contains("\"influxPoints\":0", demo.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"Chip\": \"bme999\", \"Bus\": \"i2c:1\"", "bme999")]
    [InlineData("\"Chip\": \"bme280\", \"Bus\": \"serial:/dev/ttyUSB0\"", "serial")]
    [InlineData("\"Chip\": \"bme280\", \"Bus\": \"i2c:one\"", "i2c:one")]
    public async Task A_sensor_that_cannot_be_is_named(string sensor, string complaint)
    {
        string file = Path.Combine(_folder, "sensor.json");
        await File.WriteAllTextAsync(file,
            $$"""{ "Sensing": { "Sensors": [ { "Id": "roof", {{sensor}} } ] } }""", TestContext.Current.CancellationToken);
        await using BuiltProgram module = BuiltProgram.Module("SensorModule", "--config", file);
        Assert.Equal(2, await module.ExitCodeAsync(Patience));
        Assert.Contains(complaint, module.Error, StringComparison.Ordinal);
        Assert.Single(module.Error.Trim().Split('\n'));
    }

    private static async Task ExpectAsync(int exitCode, string complaint, params string[] arguments)
    {
        await using BuiltProgram program = BuiltProgram.Cli(arguments);
        Assert.Equal(exitCode, await program.ExitCodeAsync(Patience));
        Assert.Contains(complaint, program.Error, StringComparison.Ordinal);
        Assert.Single(program.Error.Trim().Split('\n'));
    }
}
