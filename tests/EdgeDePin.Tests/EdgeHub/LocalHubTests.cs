using System.Net;
using System.Net.Sockets;
using EdgeHubSimulator;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeDePin.Tests.EdgeHub;

/// <summary>The hub against a plain MQTT client, which can break every rule.</summary>
public sealed class LocalHubTests
{
    private const int Limit = 10_000;
    private const string SensorUser = "hub/edge/sensor/?api-version=2021-04-12";

    [Theory(Timeout = Limit)]
    [InlineData("edge/sensor", SensorUser, MqttClientConnectResultCode.Success)]
    [InlineData("edge/Sensor", SensorUser, MqttClientConnectResultCode.ClientIdentifierNotValid)]
    [InlineData("other/sensor", "hub/other/sensor/?api-version=2021-04-12", MqttClientConnectResultCode.NotAuthorized)]
    [InlineData("edge/sensor", "sensor", MqttClientConnectResultCode.BadUserNameOrPassword)]
    [InlineData("edge/sensor", "hub/edge/sensor/?DeviceClientType=x", MqttClientConnectResultCode.BadUserNameOrPassword)]
    public async Task Only_modules_of_the_device_under_their_own_name_connect(string clientId, string user, MqttClientConnectResultCode expected)
    {
        await using Site site = await Site.StartAsync();
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        Assert.Equal(expected, (await client.ConnectAsync(Connect(site, clientId, user), Site.Token)).ResultCode);
        Assert.Equal(expected == MqttClientConnectResultCode.Success ? 0 : 1, site.Hub.State.Refused);
    }

    [Theory(Timeout = Limit)]
    [InlineData("devices/edge/modules/sensor/inputs/#", true)]
    [InlineData("devices/edge/modules/sensor/#", true)]
    [InlineData("$iothub/twin/res/#", true)]
    [InlineData("devices/edge/modules/telemetry/inputs/#", false)]
    [InlineData("devices/edge/modules/+/inputs/#", false)]
    [InlineData("#", false)]
    public async Task A_module_subscribes_to_its_own_topics_only(string filter, bool granted)
    {
        await using Site site = await Site.StartAsync();
        using IMqttClient client = await ConnectedAsync(site);
        MqttClientSubscribeResult result = await client.SubscribeAsync(filter, MqttQualityOfServiceLevel.AtLeastOnce, Site.Token);
        Assert.Equal(granted, result.Items.Single().ResultCode == MqttClientSubscribeResultCode.GrantedQoS1);
    }

    [Theory(Timeout = Limit)]
    [InlineData("devices/edge/modules/telemetry/messages/events/%24.on=readings/", MqttQualityOfServiceLevel.AtLeastOnce, 1)]
    [InlineData("devices/edge/modules/telemetry/inputs/readings", MqttQualityOfServiceLevel.AtLeastOnce, 1)]
    [InlineData("$iothub/twin/DELETE/?$rid=1", MqttQualityOfServiceLevel.AtMostOnce, 1)]
    [InlineData("devices/edge/modules/sensor/messages/events/%24.on=readings/", MqttQualityOfServiceLevel.ExactlyOnce, 1)]
    [InlineData("devices/edge/modules/sensor/messages/events/%24.on=readings/", MqttQualityOfServiceLevel.AtLeastOnce, 257 * 1024)]
    public async Task What_a_module_must_not_publish_closes_its_connection(string topic, MqttQualityOfServiceLevel quality, int bytes)
    {
        await using Site site = await Site.StartAsync();
        using IMqttClient client = await ConnectedAsync(site);
        var closed = new TaskCompletionSource();
        client.DisconnectedAsync += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        await client.PublishAsync(Message(topic, quality, bytes), Site.Token).ContinueWith(
            _ => { }, Site.Token, TaskContinuationOptions.None, TaskScheduler.Default);
        await closed.Task.WaitAsync(Site.Token);
        Assert.Equal((0L, 1L), (site.Hub.State.Received, site.Hub.State.Refused));
    }

    // edgeHub's templates, with and without the final slash and the bag; below its own root a module may also write nonsense.
    [Theory(Timeout = Limit)]
    [InlineData("messages/events/%24.on=readings/", 1, 0)]
    [InlineData("messages/events/%24.on=readings", 1, 0)]
    [InlineData("messages/events/", 1, 1)]
    [InlineData("messages/events", 1, 1)]
    [InlineData("messages/nonsense", 0, 0)]
    [InlineData("messages/events/a=b=c/", 0, 0)]
    public async Task Every_form_of_an_event_is_taken_and_nonsense_is_noted(string rest, int received, int unrouted)
    {
        await using Site site = await Site.StartAsync();
        using IMqttClient client = await ConnectedAsync(site);
        await client.PublishAsync(Message("devices/edge/modules/sensor/" + rest, MqttQualityOfServiceLevel.AtLeastOnce, 1), Site.Token);
        LocalHubState state = site.Hub.State;
        Assert.Equal((received, unrouted, 1 - received), (state.Received, state.Unrouted, state.Refused));
        Assert.True(client.IsConnected);
    }

    [Fact(Timeout = Limit)]
    public async Task A_repetition_carries_the_mark_of_one_and_a_subscription_outlives_its_connection()
    {
        await using Site site = await Site.StartAsync();
        var sensor = await site.SensorAsync();
        (ushort first, bool firstDup) = await TakeOneWithoutAcknowledgingAsync(site, subscribe: true, sensor.SendEventAsync("readings", Site.Text("a"), Site.Token));
        (ushort again, bool againDup) = await TakeOneWithoutAcknowledgingAsync(site, subscribe: false, Task.CompletedTask);
        Assert.Equal((false, true), (firstDup, againDup));
        Assert.NotEqual(0, first * again);
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_the_remedy()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var hub = new LocalHub(new LocalHubOptions { Port = port }, TimeProvider.System, NullLogger<LocalHub>.Instance);
        var error = await Assert.ThrowsAsync<PortInUseException>(() => hub.StartAsync(Site.Token));
        Assert.Equal(port, error.Port);
        Assert.StartsWith($"Port {port} on 127.0.0.1 is in use: stop the program", error.Message, StringComparison.Ordinal);
    }

    private static async Task<(ushort Packet, bool Dup)> TakeOneWithoutAcknowledgingAsync(Site site, bool subscribe, Task meanwhile)
    {
        var taken = new TaskCompletionSource<(ushort, bool)>();
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += args =>
        {
            args.AutoAcknowledge = false;
            taken.TrySetResult((args.PacketIdentifier, args.ApplicationMessage.Dup));
            return Task.CompletedTask;
        };
        MqttClientConnectResult connected = await client.ConnectAsync(
            Connect(site, "edge/telemetry", "hub/edge/telemetry/?api-version=2021-04-12"), Site.Token);
        Assert.Equal(!subscribe, connected.IsSessionPresent);
        if (subscribe)
        {
            await client.SubscribeAsync("devices/edge/modules/telemetry/inputs/#", MqttQualityOfServiceLevel.AtLeastOnce, Site.Token);
        }

        await meanwhile;
        (ushort, bool) result = await taken.Task.WaitAsync(Site.Token);
        await client.DisconnectAsync(new MqttClientDisconnectOptions(), Site.Token);
        return result;
    }

    private static async Task<IMqttClient> ConnectedAsync(Site site)
    {
        IMqttClient client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(Connect(site, "edge/sensor", SensorUser), Site.Token);
        return client;
    }

    private static MqttClientOptions Connect(Site site, string clientId, string user) => new MqttClientOptionsBuilder()
        .WithTcpServer("127.0.0.1", site.Hub.Port)
        .WithProtocolVersion(MqttProtocolVersion.V311)
        .WithClientId(clientId)
        .WithCredentials(user, (string?)null)
        .WithCleanSession(false)
        .Build();

    private static MqttApplicationMessage Message(string topic, MqttQualityOfServiceLevel quality, int bytes) =>
        new() { Topic = topic, QualityOfServiceLevel = quality, PayloadSegment = new byte[bytes] };
}
