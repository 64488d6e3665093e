using System.Text.Json;
using EdgeDePin.Sensors;
using EdgeDePin.Tests.Storage;

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
    public async Task A_planned_fault_that_cannot_act_is_refused_with_its_file()
    {
        string file = Path.Combine(Path.GetTempPath(), $"edgedepin-city-{Environment.ProcessId}.toml");
        await File.WriteAllTextAsync(file, """
            [[sites]]
            name = "roof"
            sensors = [ { chip = "sdm120" } ]
            [[faults]]
            site = "roof"
            sensor = "sdm120"
            kind = "Hang"
            atSeconds = 5
            """, TestContext.Current.CancellationToken);
        try
        {
            await CliCall.RefusedAsync(2, "the fault Hang of roof/sdm120 at 5 s cannot act on a sdm120 on tcp", "simulate", "sensors", "--scenario", file, "--modbus", "127.0.0.1:0");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_calibration_is_learned_judged_on_later_hours_and_put_into_the_configuration()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string folder = Directory.CreateTempSubdirectory("edgedepin-calibrate-").FullName;
        try
        {
            string mine = Path.Combine(folder, "mine.csv"), theirs = Path.Combine(folder, "station.csv"), node = Path.Combine(folder, "node.json");
            var random = new Random(4);
            DateTime start = new(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc);
            double[] truth = [.. Enumerable.Range(0, 600).Select(hour => 12 + (8 * Math.Sin(hour / 9.0)) + (3 * random.NextDouble()))];
            await File.WriteAllLinesAsync(mine, ["timestamp;P2", .. truth.Select((value, hour) => FormattableString.Invariant($"{start.AddHours(hour):yyyy-MM-ddTHH:mm:ss};{(value - 2) / 0.6:0.00}"))], stop);
            await File.WriteAllLinesAsync(theirs, ["Time,pm25", .. truth.Select((value, hour) => FormattableString.Invariant($"{start.AddHours(hour):yyyy-MM-dd HH:mm},{value:0.00}"))], stop);
            await File.WriteAllTextAsync(node, """{ "Node": { "Name": "roof" }, "Sensing": { "Sensors": [ { "Chip": "sds011", "Bus": "sim" } ] } }""", stop);
            string[] learn =
            [
                "sensors", "calibrate", "--quantity", "pm2_5", "--data", mine, "--time", "timestamp", "--value", "P2", "--reference", theirs, "--reference-time", "Time",
                "--reference-value", "pm25", "--note", "station Market St", "--into", node, "--sensor", "sds011", "--json",
            ];
            using JsonDocument report = JsonDocument.Parse(await CliCall.DoneAsync(learn));
            Assert.True(report.RootElement.GetProperty("error").GetDouble() < 0.05 * report.RootElement.GetProperty("rawError").GetDouble());
            using JsonDocument configured = JsonDocument.Parse(await File.ReadAllTextAsync(node, stop));
            JsonElement entry = configured.RootElement.GetProperty("Sensing").GetProperty("Sensors")[0].GetProperty("Calibrations")[0];
            Assert.Equal(0.6, entry.GetProperty("Slope").GetDouble(), 0.01);
            Assert.Equal(2, entry.GetProperty("Offset").GetDouble(), 0.1);
            Assert.StartsWith("station Market St; 420 hours from 2026-03-01, error of 180 later ones ", entry.GetProperty("Provenance").GetString(), StringComparison.Ordinal);
            await CliCall.DoneAsync("sensors", "read", "--config", node, "--once");

            // Of itself it learns nothing that would be worth using, and nothing is written.
            (int code, string output, _) = await CliCall.RunAsync(
                "sensors", "calibrate", "--quantity", "pm2_5", "--data", theirs, "--time", "Time", "--value", "pm25", "--reference-value", "pm25");
            Assert.Equal(1, code);
            Assert.Contains("not worth using", output, StringComparison.Ordinal);
            await CliCall.RefusedAsync(2, "Sensing:Sensors has no sensor 'roof'", [.. learn.Select(one => one == "sds011" ? "roof" : one)]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_calibration_is_learned_from_a_nodes_own_store_running_or_stopped_and_never_from_what_is_calibrated_already()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string folder = Directory.CreateTempSubdirectory("edgedepin-calibrate-").FullName;
        try
        {
            int http = InfluxServer.FreePort();
            string page = $"http://127.0.0.1:{http}", data = Path.Combine(folder, "data"), station = Path.Combine(folder, "station.csv");
            string[] Learn(string store, string sensor, params string[] more) =>
                ["sensors", "calibrate", "--quantity", "temperature", "--store", store, "--value", sensor, "--reference-value", "best", "--json", .. more];
            await using (BuiltProgram telemetry = BuiltProgram.Module(
                "TelemetryModule", "--Node:DataFolder", data, "--Http:Port", $"{http}", "--Hub:Port", $"{InfluxServer.FreePort()}"))
            {
                await telemetry.LineAsync(line => line.Contains(page, StringComparison.Ordinal), TimeSpan.FromSeconds(60));
                var random = new Random(4);
                DateTimeOffset start = TimeProvider.System.GetUtcNow().AddDays(-25);
                var lines = new List<string>();
                var table = new List<string> { "Time,t" };
                for (int step = 0; step < 2_300; step++)
                {
                    // A reading in a quarter of an hour; now and then one that cannot be right.
                    DateTimeOffset at = start.AddMinutes(15 * step);
                    double truth = 12 + (8 * Math.Sin(step / 36.0)) + random.NextDouble(), raw = step % 50 == 7 ? -7_999 : (truth + 1.5) / 0.9;
                    lines.Add(FormattableString.Invariant($"weather,site=s,node=a,sensor=roof temperature={raw:0.000} {at.ToUnixTimeSeconds()}"));
                    lines.Add(FormattableString.Invariant($"weather,site=s,node=a,sensor=twice temperature={raw:0.000} {at.ToUnixTimeSeconds()}"));
                    lines.Add(FormattableString.Invariant($"weather,site=s,node=b,sensor=twice temperature={raw:0.000} {at.ToUnixTimeSeconds()}"));
                    lines.Add(FormattableString.Invariant($"weather,site=s,node=a,sensor=best temperature={truth:0.000} {at.ToUnixTimeSeconds()}"));
                    table.Add(FormattableString.Invariant($"{at.UtcDateTime:yyyy-MM-ddTHH:mm:ss},{truth:0.000}"));
                }

                lines.Add(FormattableString.Invariant($"calibration,site=s,node=a,sensor=best,quantity=temperature,kind=linear slope=1.1,offset=0,provenance=\"the institute\" {start.ToUnixTimeSeconds()}"));
                using var client = new HttpClient();
                using HttpResponseMessage written = await client.PostAsync(
                    $"{page}/write?db=edgedepin&precision=s", new StringContent(string.Join('\n', lines)), stop);
                Assert.Equal(System.Net.HttpStatusCode.NoContent, written.StatusCode);
                await File.WriteAllLinesAsync(station, table, stop);

                Check(await CliCall.DoneAsync(Learn(page, "roof")));
                Check(await CliCall.DoneAsync(Learn(page, "b/twice")));
                await CliCall.RefusedAsync(2, "a sensor of a and b; say which, as NODE/twice", Learn(page, "twice"));
                await CliCall.RefusedAsync(2, "no temperature of 'cellar' in the last 90 days", Learn(page, "cellar"));
                await CliCall.RefusedAsync(2, "is no sensor of a store", Learn(page, "x' OR '1'='1"));
                await CliCall.RefusedAsync(2, "calibrated already (the institute)", Learn(page, "best"));
                await CliCall.RefusedAsync(2, "--days 3 is outside its range", Learn(page, "roof", "--days", "3"));
                await CliCall.RefusedAsync(2, "Say where the sensor's values are", Learn(page, "roof", "--data", station));
                Assert.Equal(1, (await CliCall.RunAsync(Learn(page, "best", "--as-stored"))).Code);   // of itself nothing is learned
            }

            Check(await CliCall.DoneAsync(
                "sensors", "calibrate", "--quantity", "temperature", "--store", data, "--value", "roof", "--reference", station, "--reference-time", "Time", "--reference-value", "t", "--json"));
            await CliCall.RefusedAsync(3, "holds no store", Learn(folder, "roof"));
            await CliCall.RefusedAsync(3, "No node answers", Learn(page, "roof"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static void Check(string output)
        {
            using JsonDocument report = JsonDocument.Parse(output);
            JsonElement entry = report.RootElement.GetProperty("calibration");
            Assert.Equal(0.9, entry.GetProperty("Slope").GetDouble(), 0.01);
            Assert.Equal(-1.5, entry.GetProperty("Offset").GetDouble(), 0.1);
        }
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
