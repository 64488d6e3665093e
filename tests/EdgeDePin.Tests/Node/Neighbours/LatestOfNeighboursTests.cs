using System.Collections.Concurrent;
using EdgeDePin.EdgeHub;
using EdgeDePin.Model;
using EdgeDePin.Node;
using EdgeDePin.Node.Neighbours;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Quality;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Mqtt;
using EdgeDePin.Tests.Sharing;
using EdgeHubSimulator;
using EdgeHubSimulator.Routing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Node.Neighbours;

/// <summary>Two devices with a hub each, which meet at a broker: what one's sensors tell comes to the other's.</summary>
public sealed class LatestOfNeighboursTests : IAsyncLifetime
{
    private readonly InProcessBroker _broker = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly List<Device> _devices = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_others_may_see_comes_to_their_sensors_with_the_instant_of_their_own_clock()
    {
        Device anna = await StartAsync(1), ben = await StartAsync(2);
        await MeetAsync(anna, ben);
        DateTimeOffset read = Uptime - TimeSpan.FromSeconds(7);
        await anna.TellAsync(new LatestPack(anna.Boot, null,
        [
            new(Quantity.Temperature, 21.5, read, SensorDataClass.Public),
            new(Quantity.Pressure, 101_325, read - CrossCheck.Fresh, SensorDataClass.Public),   // nobody compares with what is so old
            new(Quantity.RelativeHumidity, 40, read, SensorDataClass.LocalOnly),
            new(Quantity.CarbonDioxide, 900, read, SensorDataClass.Site),                       // an open site has no members
        ]));
        await Eventually.Holds(() => !ben.Heard.IsEmpty, "ben has heard of anna");
        LatestPack pack = LatestPack.Decode(ben.Heard.First());
        Assert.Equal((ben.Boot, anna.Id.Value), (pack.Boot, pack.Neighbour));
        LatestValue value = Assert.Single(pack.Values);
        Assert.Equal((Quantity.Temperature, 21.5), (value.Quantity, value.Value));
        Assert.InRange((value.At - read).TotalSeconds, -0.01, 5);   // as old as it was, or younger by its way
        Assert.Empty(anna.Heard.Skip(1));
    }

    [Fact]
    public async Task What_is_of_another_start_or_malformed_or_comes_too_often_goes_no_further()
    {
        Device anna = await StartAsync(1), ben = await StartAsync(2);
        await MeetAsync(anna, ben);
        LatestValue[] values = [new(Quantity.Temperature, 21.5, Uptime, SensorDataClass.Public)];
        await anna.TellAsync(new LatestPack("another start", null, values));
        await anna.SendAsync("{"u8.ToArray());
        await Eventually.Holds(() => anna.Latest.Counts.Refused >= 2, "both are refused");
        Assert.Empty(ben.Heard);

        // A hundred within a moment: neighbours pass on the first.
        for (int i = 0; i < 100; i++)
        {
            await anna.TellAsync(new LatestPack(anna.Boot, null, values));
        }

        await Eventually.Holds(() => ben.Latest.Counts.Heard + ben.Latest.Counts.Refused >= 100, "ben's side has seen them all");
        Assert.InRange(ben.Latest.Counts.Heard, 1, 30);
    }

    public async ValueTask InitializeAsync() => await _broker.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (Device device in _devices)
        {
            await device.DisposeAsync();
        }

        await _broker.DisposeAsync();
        _stop.Dispose();
    }

    private static DateTimeOffset Uptime => DateTimeOffset.UnixEpoch + TimeProvider.System.GetElapsedTime(0);

    // Who tells nothing hears nothing: ben tells as well.
    private static async Task MeetAsync(Device anna, Device ben)
    {
        await Eventually.Holds(
            () => anna.Sharing.Neighbours.Any(one => one.Id == ben.Id) && ben.Sharing.Neighbours.Any(one => one.Id == anna.Id), "they see each other");
        await ben.TellAsync(new LatestPack(ben.Boot, null, [new(Quantity.Frequency, 50, Uptime, SensorDataClass.Public)]));
        await Eventually.Holds(() => ben.Latest.Counts.Told >= 1, "ben has told");
    }

    private async Task<Device> StartAsync(int number)
    {
        NodeIdentity identity = Some.Identity(number);
        var options = new SharingOptions { Site = Some.Site, Name = $"node {number}" };
        var broker = new MqttLinkOptions { Host = "127.0.0.1", Port = _broker.Port, LongestBackoff = TimeSpan.FromSeconds(0.5) };
        var link = new MqttNeighbourLink(broker, Some.Site, identity.NodeId, TimeProvider.System, new Random(number), NullLogger.Instance);
        var sharing = new SharingLoop(
            options, identity, link, [Some.Kind], (_, _) => throw new InvalidOperationException("Nobody asks for a task."),
            (_, _, _) => throw new InvalidOperationException("Nobody asks for a check."), () => 0, TimeProvider.System, new Random(number), NullLogger.Instance);
        var hubOptions = new LocalHubOptions { DeviceId = "device", Port = 0 };
        foreach (string route in HubOutputs.Routes)
        {
            hubOptions.Routes.Add($"route{hubOptions.Routes.Count + 1}", new RouteEntry(route));
        }

        var hub = new LocalHub(hubOptions, TimeProvider.System, NullLogger<LocalHub>.Instance);
        await hub.StartAsync();
        var device = new Device($"boot-{number}", hub, identity, sharing);
        _devices.Add(device);
        await device.ConnectAsync(Token);
        _running.Add(device.Latest.RunAsync(_stop.Token));
        _running.Add(sharing.RunAsync(_stop.Token));
        return device;
    }

    private sealed class Device : IAsyncDisposable
    {
        private readonly LocalHub _hub;
        private readonly NodeIdentity _identity;
        private readonly ModuleClient _compute;
        private readonly ModuleClient _sensor;

        public Device(string boot, LocalHub hub, NodeIdentity identity, SharingLoop sharing)
        {
            (Boot, _hub, _identity, Sharing) = (boot, hub, identity, sharing);
            (_compute, _sensor) = (Client(HubOutputs.ComputeModule), Client(HubOutputs.SensorModule));
            Latest = new LatestOfNeighbours(sharing, _compute, boot, TimeProvider.System, NullLogger.Instance);
        }

        public string Boot { get; }

        public SharingLoop Sharing { get; }

        public LatestOfNeighbours Latest { get; }

        public NodeId Id => _identity.NodeId;

        public ConcurrentQueue<byte[]> Heard { get; } = [];

        public async Task ConnectAsync(CancellationToken cancellationToken)
        {
            await _compute.ConnectAsync(cancellationToken);
            await _sensor.SetInputMessageHandlerAsync(
                HubOutputs.Neighbours,
                (message, _) =>
                {
                    Heard.Enqueue(message.Body.ToArray());
                    return Task.FromResult(MessageResponse.Completed);
                },
                cancellationToken);
            await _sensor.ConnectAsync(cancellationToken);
        }

        public Task TellAsync(LatestPack pack) => SendAsync(pack.Encode());

        public Task SendAsync(byte[] body) => _sensor.SendEventAsync(HubOutputs.Latest, new HubMessage(body), Token);

        public async ValueTask DisposeAsync()
        {
            await _sensor.DisposeAsync();
            await _compute.DisposeAsync();
            await _hub.DisposeAsync();
            _identity.Dispose();
        }

        private ModuleClient Client(string module) => HubClient.Create(
            new HubOptions { Port = _hub.Port, DeviceId = "device" }, module, TimeProvider.System, new Random(1), NullLoggerFactory.Instance);
    }
}
