using System.Text.Json;
using EdgeDePin.Sensors;

namespace EdgeDePin.EndToEnd;

public sealed class SensorCommandTests
{
    [Fact]
    public async Task The_catalogue_is_listed()
    {
        using JsonDocument list = JsonDocument.Parse(await CliCall.DoneAsync("sensors", "list", "--json"));
        Assert.Equal(SensorCatalog.Chips.Keys.Order(StringComparer.Ordinal), list.RootElement.EnumerateArray().Select(one => one.GetProperty("chip").GetString()!).Order(StringComparer.Ordinal));
        Assert.Contains("bme280", await CliCall.DoneAsync("sensors", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sample_configuration_is_read_when_its_bus_is_simulated()
    {
        string file = Path.Combine(Path.GetTempPath(), $"edgedepin-sample-{Environment.ProcessId}.json");
        string sample = await CliCall.DoneAsync("sensors", "sample", "sht4x");
        await File.WriteAllTextAsync(file, sample.Replace("i2c:1", "sim", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        try
        {
            string[] lines = (await CliCall.DoneAsync("sensors", "read", "--config", file, "--once", "--json")).Trim().Split('\n');
            Assert.Equal(["temperature", "humidity"], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("quantity").GetString()));
            Assert.All(lines, line => Assert.Equal("good", JsonDocument.Parse(line).RootElement.GetProperty("quality").GetString()));
            Assert.StartsWith("well", await CliCall.DoneAsync("sensors", "doctor", "--config", file), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_one_line()
    {
        await CliCall.RefusedAsync(2, "Unknown chip 'abc'", "sensors", "sample", "abc");
        await CliCall.RefusedAsync(2, "nothere.json", "sensors", "read", "--config", "nothere.json", "--once");
        await CliCall.RefusedAsync(2, "nothere.json", "simulate", "sensors", "--scenario", "nothere.json");
    }

    [Fact]
    public async Task Simulated_chips_are_served_on_real_lines_and_read_by_the_real_drivers()
    {
        string folder = Directory.CreateTempSubdirectory("edgedepin-city-").FullName;
        try
        {
            string scenario = Path.Combine(folder, "city.json"), truth = Path.Combine(folder, "truth.csv"), config = Path.Combine(folder, "node.json");
            await File.WriteAllTextAsync(scenario,
                """
                { "Sites": [ { "Name": "roof", "Sensors": [ { "Chip": "sds011" }, { "Chip": "pms5003" }, { "Chip": "sdm630", "Address": 4 } ] } ],
                  "Faults": [ { "Site": "roof", "Sensor": "sds011", "Kind": "Unplug", "AtSeconds": 3600 } ] }
                """, TestContext.Current.CancellationToken);
            await using BuiltProgram simulator = BuiltProgram.Cli(
                "simulate", "sensors", "--scenario", scenario, "--serial", "pty", "--modbus", "127.0.0.1:0", "--seed", "3", "--record", truth);
            string port = (await simulator.LineAsync(line => line.StartsWith("modbus listens", StringComparison.Ordinal), TimeSpan.FromSeconds(20))).Trim().Split(' ')[^1];
            string Terminal(string chip) => simulator.Output.Split('\n').Single(line => line.Contains($"{chip} serial ", StringComparison.Ordinal)).Trim().Split(' ')[^1];
            await File.WriteAllTextAsync(config,
                $$"""
                { "Sensing": { "Sensors": [ { "Chip": "sds011", "Bus": "serial:{{Terminal("sds011")}}" }, { "Chip": "pms5003", "Bus": "serial:{{Terminal("pms5003")}}" },
                  { "Chip": "sdm630", "Bus": "tcp:127.0.0.1:{{port}}", "Address": 4 } ] } }
                """, TestContext.Current.CancellationToken);
            for (int again = 0; again < 3; again++)
            {
                string[] lines = (await CliCall.DoneAsync("sensors", "read", "--config", config, "--once", "--json")).Trim().Split('\n');
                Assert.Equal(2 + 9 + 5, lines.Length);
            }

            await Eventually.HoldsAsync(() => File.Exists(truth), TimeSpan.FromSeconds(5));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
