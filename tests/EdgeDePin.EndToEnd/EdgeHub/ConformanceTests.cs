using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeDePin.EdgeHub;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.EndToEnd.EdgeHub;

/// <summary>
/// The bytes of our module client beside those of the official Node client, packet by packet and field by field, as a recorder
/// between each of them and the hub has them. Both do the same: connect, follow inputs, methods and twin, send, report, answer.
/// </summary>
public sealed partial class ConformanceTests
{
    private static readonly string[] Routes = ["FROM /messages/modules/mod1/outputs/alert INTO BrokeredEndpoint(\"/modules/mod1/inputs/in1\")"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_our_module_sends_is_what_the_official_client_sends()
    {
        await using RunningHub hub = await RunningHub.StartAsync(RunningHub.Manifest(["mod1"], Routes));
        IReadOnlyList<MqttPacket> theirs = await TheirsAsync(hub), ours = await OursAsync(hub);

        MqttPacket their = Assert.Single(theirs, packet => packet.Type == MqttPacket.Connect);
        MqttPacket our = Assert.Single(ours, packet => packet.Type == MqttPacket.Connect);
        foreach (string field in new[] { "protocol", "level", "flags", "clientId", "keepAlive" })
        {
            Assert.Equal((field, their.Fields[field]), (field, our.Fields[field]));
        }

        // The value of DeviceClientType names the product; a signature and its instant are never twice the same.
        Assert.Equal(Product().Replace(their.Fields["userName"], "="), Product().Replace(our.Fields["userName"], "="));
        Assert.Equal(Signature().Replace(their.Fields["password"], "="), Signature().Replace(our.Fields["password"], "="));

        Assert.Equal(Lines(theirs, MqttPacket.Subscribe), Lines(ours, MqttPacket.Subscribe));
        Assert.Equal(Lines(theirs, MqttPacket.Publish), Lines(ours, MqttPacket.Publish));
        Assert.Equal(theirs.Count(packet => packet.Type == MqttPacket.PubAck), ours.Count(packet => packet.Type == MqttPacket.PubAck));
    }

    private static async Task<IReadOnlyList<MqttPacket>> TheirsAsync(RunningHub hub)
    {
        await using MqttRecorder recorder = await MqttRecorder.StartAsync(hub);
        await using NodeModule node = NodeModule.Start(await hub.ConnectionAsync("mod1", recorder.Port));
        await node.EventAsync("open");
        await node.DoAsync("input");
        await node.DoAsync("method", new JsonObject { ["name"] = "Reboot", ["status"] = 200 });
        await node.DoAsync("twin");
        await node.DoAsync("follow");
        await node.DoAsync("report", new JsonObject { ["patch"] = new JsonObject { ["battery"] = 93 } });
        await node.EventAsync("reported");
        await node.DoAsync("send", new JsonObject
        {
            ["output"] = "alert",
            ["body"] = "hello",
            ["messageId"] = "m 1",
            ["contentType"] = "application/json",
            ["contentEncoding"] = "utf-8",
            ["properties"] = new JsonObject { ["alert level"] = "hi&lo=/x" },
        });
        await node.EventAsync("completed");
        await CallAsync(hub);
        await node.EventAsync("answered");
        await node.CloseAsync();
        return recorder.Packets;
    }

    private static async Task<IReadOnlyList<MqttPacket>> OursAsync(RunningHub hub)
    {
        await using MqttRecorder recorder = await MqttRecorder.StartAsync(hub);
        Dictionary<string, string> variables = await hub.ConnectionAsync("mod1", recorder.Port);
        ModuleOptions options = ModuleOptions.FromConnectionString(variables["MODULE_CONNECTION_STRING"], variables["MODULE_CA_FILE"]);
        options.KeepAlive = TimeSpan.FromSeconds(180);
        await using var module = new ModuleClient(options, TimeProvider.System, new Random(1), NullLogger<ModuleClient>.Instance);
        var got = new TaskCompletionSource();
        await module.ConnectAsync();
        await module.SetInputMessageHandlerAsync("in1", (_, _) =>
        {
            got.TrySetResult();
            return Task.FromResult(MessageResponse.Completed);
        });
        await module.SetMethodHandlerAsync("Reboot", (request, _) => Task.FromResult(new MethodResponse(
            200, Encoding.UTF8.GetBytes($$"""{"echo":{{Encoding.UTF8.GetString(request.Payload.Span)}}}"""))));
        await module.GetTwinAsync();
        // Its first call fetches the twin, as the official client's getTwin has done above; that one request stands for both.
        await module.UpdateReportedPropertiesAsync(new JsonObject { ["battery"] = 93 });
        await module.SendEventAsync("alert", new HubMessage(Encoding.UTF8.GetBytes("hello"))
        {
            MessageId = "m 1",
            ContentType = "application/json",
            ContentEncoding = "utf-8",
            Properties = new Dictionary<string, string> { ["alert level"] = "hi&lo=/x" },
        });
        await got.Task.WaitAsync(Patience);
        await Eventually.HoldsAsync(() => module.State.Completed == 1, Patience);
        await CallAsync(hub);
        await Eventually.HoldsAsync(() => module.State.Calls == 1, Patience);
        await module.DisposeAsync();
        return recorder.Packets;
    }

    private static async Task CallAsync(RunningHub hub) =>
        Assert.Contains("\"status\":200", await hub.AskAsync("method", "--module", "mod1", "--name", "Reboot", "--payload", """{"a":1}"""), StringComparison.Ordinal);

    // Everything but packet numbers and request ids, which count.
    private static string[] Lines(IEnumerable<MqttPacket> packets, int type) =>
    [
        .. packets.Where(packet => packet.Type == type).Select(packet => $"{packet.Flags} " + string.Join(' ', packet.Fields
            .Where(field => field.Key != "packet").Select(field => $"{field.Key}={RequestId().Replace(field.Value, "$rid=")}"))).Order(StringComparer.Ordinal),
    ];

    [GeneratedRegex("(?<=DeviceClientType)=.*")]
    private static partial Regex Product();

    [GeneratedRegex("(?<=&s(ig|e))=[^&]*", RegexOptions.ExplicitCapture)]
    private static partial Regex Signature();

    [GeneratedRegex(@"\$rid=[^&]*")]
    private static partial Regex RequestId();
}
