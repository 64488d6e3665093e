using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeDePin.EdgeHub;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.EndToEnd;

/// <summary>A record in another unit: the rest of its message is stored, it is kept aside, repaired by hand, and stored after all.</summary>
public sealed class QuarantineTests
{
    private const string Fahrenheit = "0.5555555555555556+-17.77777777777778";

    [Fact]
    public async Task A_reading_in_another_unit_is_set_aside_alone_and_comes_in_when_it_is_scaled()
    {
        await using MeteredNode node = await MeteredNode.StartAsync();
        node.Sensor.Kill();

        await SendAsync(node, """
            [{"bn":"roof:","n":"temperature","u":"Far","t":1795435000,"v":50},{"n":"humidity","u":"%RH","t":1795435000,"v":40.5},
             {"n":"temperature","u":"Far","t":1795435060,"v":86},{"n":"temperature","u":"Cel","t":1795435120,"v":31},{"n":"temperature","t":1795435180,"v":"warm"}]
            """);
        await node.CountReachesAsync("SELECT count(humidity) FROM weather", 1);
        await node.CountReachesAsync("SELECT count(temperature) FROM weather", 1);
        string metrics = await MetricsAsync(node.Url, "edgedepin_readings_set_aside_total 2");
        Assert.Contains("edgedepin_store_quarantined_total 2\n", metrics, StringComparison.Ordinal);
        node.Telemetry.Interrupt();
        Assert.Equal(0, await node.Telemetry.ExitCodeAsync(TimeSpan.FromSeconds(30)));

        string list = await CliCall.DoneAsync("store", "quarantine", "list", "--data", node.Data);
        Assert.Contains("SenML record 0: temperature is in Cel, not in 'Far'.", list, StringComparison.Ordinal);
        Assert.Contains("weather,node=node-1,sensor=roof,site=test temperature=50 1795435000000000000", list, StringComparison.Ordinal);
        using (JsonDocument shown = JsonDocument.Parse(await CliCall.DoneAsync("store", "quarantine", "show", "2", "--data", node.Data, "--json")))
        {
            Assert.Equal(2, shown.RootElement[0].GetProperty("number").GetInt64());
            Assert.Contains("record 2", shown.RootElement[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        }

        await CliCall.RefusedAsync(1, "no point number 9", "store", "quarantine", "show", "9", "--data", node.Data);
        await CliCall.RefusedAsync(2, "write a name, '=' and a value", "store", "quarantine", "replay", "--data", node.Data, "--scale", "temperature");
        (int refused, string why, _) = await CliCall.RunAsync("store", "quarantine", "replay", "1", "--data", node.Data, "--cast", "temperature=string");
        Assert.True(refused == 1, why);
        Assert.Contains("1: not stored: field 'temperature' of measurement 'weather' is float in the store, not string", why, StringComparison.Ordinal);

        string replayed = await CliCall.DoneAsync("store", "quarantine", "replay", "--data", node.Data, "--of", "weather", "--scale", $"temperature={Fahrenheit}");
        Assert.Equal(2, replayed.Trim().Split('\n').Length);
        Assert.Empty((await CliCall.DoneAsync("store", "quarantine", "list", "--data", node.Data)).Trim());
        double[] temperatures = await TemperaturesAsync(node.Data);
        Assert.Equal([10d, 30d, 31d], temperatures);
        Assert.Empty((await CliCall.DoneAsync("store", "quarantine", "replay", "--data", node.Data)).Trim());
    }

    private static async Task SendAsync(MeteredNode node, string pack)
    {
        // The hub takes one client of a name at a time; the real module's was ended.
        var options = new ModuleOptions { Host = "127.0.0.1", Port = node.HubPort, DeviceId = "edgedepin", ModuleId = "sensor" };
        await using var module = new ModuleClient(options, TimeProvider.System, new Random(1), NullLogger<ModuleClient>.Instance);
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await module.ConnectAsync(late.Token);
        await module.SendEventAsync("readings", new HubMessage(Encoding.UTF8.GetBytes(pack)) { ContentType = "application/senml+json" }, late.Token);
    }

    private static async Task<string> MetricsAsync(string url, string wanted)
    {
        string text = "";
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        await Eventually.HoldsAsync(
            async () => (text = await http.GetStringAsync($"{url}/metrics", TestContext.Current.CancellationToken)).Contains($"{wanted}\n", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30), () => text);
        return text;
    }

    private static async Task<double[]> TemperaturesAsync(string data)
    {
        string folder = Path.Combine(data, "export");
        await CliCall.DoneAsync("store", "export", "--data", data, "--format", "lp", "--out", folder);
        return [.. Directory.GetFiles(folder).SelectMany(File.ReadAllLines).Where(line => line.StartsWith("weather,", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1].Split(',')).Where(field => field.StartsWith("temperature=", StringComparison.Ordinal))
            .Select(field => Math.Round(double.Parse(field["temperature=".Length..], CultureInfo.InvariantCulture), 9)).Order()];
    }
}
