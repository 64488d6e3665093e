using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using EdgeDePin.EdgeHub;
using EdgeDePin.Tests.Storage;
using EdgeHubSimulator;

namespace EdgeDePin.Tests.EdgeHub;

/// <summary>Twins and direct methods between module client and hub.</summary>
public sealed class TwinTests
{
    private const int Limit = 20_000;

    [Fact(Timeout = Limit)]
    public async Task Reported_properties_merge_and_are_read_back()
    {
        await using Site site = await Site.StartAsync();
        ModuleClient sensor = await site.SensorAsync();
        Assert.Equal(2, await sensor.UpdateReportedPropertiesAsync(Json("""{"a":1,"b":{"c":2,"d":3}}"""), Site.Token));
        Assert.Equal(3, await sensor.UpdateReportedPropertiesAsync(Json("""{"a":null,"b":{"c":4}}"""), Site.Token));
        ModuleTwin twin = await sensor.GetTwinAsync(Site.Token);
        Assert.Equal(("""{"b":{"c":4,"d":3}}""", 3L), (twin.Reported.Values.ToJsonString(), twin.Reported.Version));
        Assert.Equal(("{}", 1L), (twin.Desired.Values.ToJsonString(), twin.Desired.Version));
    }

    [Fact(Timeout = Limit)]
    public async Task Reported_properties_that_are_too_large_are_refused()
    {
        await using Site site = await Site.StartAsync();
        ModuleClient sensor = await site.SensorAsync();
        var error = await Assert.ThrowsAsync<HubRequestException>(() =>
            sensor.UpdateReportedPropertiesAsync(new JsonObject { ["a"] = new string('x', 40_000) }, Site.Token));
        Assert.Equal(400, error.Status);
    }

    [Fact(Timeout = Limit)]
    public async Task A_handler_sees_what_stands_then_every_change_and_after_an_absence_the_whole()
    {
        await using Site site = await Site.StartAsync();
        site.Hub.PatchDesired("sensor", Json("""{"period":5,"chips":{"roof":"bme280"}}"""));
        ModuleClient sensor = site.Module("sensor");
        ChannelReader<TwinProperties> seen = await FollowAsync(sensor);
        await sensor.ConnectAsync(Site.Token);
        Assert.Equal(("""{"period":5,"chips":{"roof":"bme280"}}""", 2L), await NextAsync(seen));
        Assert.Null(sensor.State.LastError);

        site.Hub.PatchDesired("sensor", Json("""{"period":null,"chips":{"street":"sds011"}}"""));
        Assert.Equal(("""{"chips":{"roof":"bme280","street":"sds011"}}""", 3L), await NextAsync(seen));

        // Two clients of one name would take the connection from each other.
        await sensor.DisposeAsync();
        await site.Hub.StopAsync();
        site.Hub.PatchDesired("sensor", Json("""{"chips":{"roof":null}}"""));
        site.Hub.PatchDesired("sensor", Json("""{"period":7}"""));
        await site.Hub.StartAsync(Site.Token);
        ModuleClient again = site.Module("sensor", options => options.Port = site.Hub.Port);
        ChannelReader<TwinProperties> afterwards = await FollowAsync(again);
        await again.ConnectAsync(Site.Token);
        Assert.Equal(("""{"chips":{"street":"sds011"},"period":7}""", 5L), await NextAsync(afterwards));
    }

    [Fact(Timeout = Limit)]
    public async Task A_module_sees_its_own_twin_only()
    {
        await using Site site = await Site.StartAsync();
        ModuleClient sensor = site.Module("sensor"), telemetry = site.Module("telemetry");
        (ChannelReader<TwinProperties> ofSensor, ChannelReader<TwinProperties> ofTelemetry) = (await FollowAsync(sensor), await FollowAsync(telemetry));
        await Task.WhenAll(sensor.ConnectAsync(Site.Token), telemetry.ConnectAsync(Site.Token));
        Assert.Equal(("{}", 1L), await NextAsync(ofSensor));
        Assert.Equal(("{}", 1L), await NextAsync(ofTelemetry));
        site.Hub.PatchDesired("sensor", Json("""{"a":1}"""));
        site.Hub.PatchDesired("telemetry", Json("""{"b":2}"""));
        Assert.Equal(("""{"a":1}""", 2L), await NextAsync(ofSensor));
        Assert.Equal(("""{"b":2}""", 2L), await NextAsync(ofTelemetry));
    }

    [Fact(Timeout = Limit)]
    public async Task A_deployment_applies_its_desired_properties_once()
    {
        using var folder = new TemporaryFolder();
        LocalHubOptions Deployment() => new() { Folder = folder.Path, Desired = { ["sensor"] = Json("""{"period":5,"old":1}""") } };
        await using (Site site = await Site.StartAsync(Deployment()))
        {
            site.Hub.PatchDesired("sensor", Json("""{"period":6}"""));
        }

        await using (Site site = await Site.StartAsync(Deployment()))
        {
            Assert.Equal(6, (int)site.Hub.ReadTwin("sensor")["desired"]!["period"]!);
        }

        LocalHubOptions changed = Deployment();
        changed.Desired["sensor"] = Json("""{"period":8}""");
        await using Site anew = await Site.StartAsync(changed);
        Assert.Equal("""{"period":8,"$version":4}""", anew.Hub.ReadTwin("sensor")["desired"]!.ToJsonString());
    }

    [Fact(Timeout = Limit)]
    public async Task A_method_is_answered_by_its_handler()
    {
        await using Site site = await Site.StartAsync();
        ModuleClient sensor = await site.SensorAsync();
        await sensor.SetMethodHandlerAsync("echo", (request, _) => Task.FromResult(new MethodResponse(201, request.Payload)), Site.Token);
        await sensor.SetMethodHandlerAsync("fail", (_, _) => throw new IOException("the bus is gone"), Site.Token);
        Assert.Equal((201, """{"a":1}"""), await CallAsync(site, "echo", """{"a":1}"""));
        Assert.Equal((500, """{"message":"the bus is gone"}"""), await CallAsync(site, "fail", ""));
        (int status, string text) = await CallAsync(site, "reboot", "");
        Assert.Equal(501, status);
        Assert.Contains("there are echo, fail", text, StringComparison.Ordinal);
        // An answer is counted after it has left, and the hub may be quicker to have it than the module to count.
        await Site.UntilAsync(() => sensor.State.Calls == 3);
    }

    [Fact(Timeout = Limit)]
    public async Task A_method_of_an_absent_module_is_404_and_of_a_silent_one_504()
    {
        await using Site site = await Site.StartAsync();
        Assert.Equal((404, ""), await CallAsync(site, "echo", ""));
        ModuleClient sensor = await site.SensorAsync();
        await sensor.SetMethodHandlerAsync("sleep", async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return new MethodResponse(200, default);
        }, Site.Token);
        Assert.Equal(504, (await site.Hub.CallMethodAsync("sensor", new MethodRequest("sleep", default), TimeSpan.FromMilliseconds(200), Site.Token)).Status);
    }

    private static async Task<(int Status, string Text)> CallAsync(Site site, string name, string payload)
    {
        MethodResponse response = await site.Hub.CallMethodAsync(
            "sensor", new MethodRequest(name, Encoding.UTF8.GetBytes(payload)), TimeSpan.FromSeconds(10), Site.Token);
        return (response.Status, Encoding.UTF8.GetString(response.Payload.Span));
    }

    private static async Task<ChannelReader<TwinProperties>> FollowAsync(ModuleClient module)
    {
        var seen = Channel.CreateBounded<TwinProperties>(100);
        await module.SetDesiredPropertyUpdateCallbackAsync(
            (desired, token) => seen.Writer.WriteAsync(desired, token).AsTask(), Site.Token);
        return seen.Reader;
    }

    private static async Task<(string Values, long Version)> NextAsync(ChannelReader<TwinProperties> seen)
    {
        TwinProperties next = await seen.ReadAsync(Site.Token);
        return (next.Values.ToJsonString(), next.Version);
    }

    private static JsonObject Json(string text) => (JsonObject)JsonNode.Parse(text)!;
}
