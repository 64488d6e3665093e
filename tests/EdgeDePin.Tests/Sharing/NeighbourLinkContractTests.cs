using System.Collections.Concurrent;
using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Mqtt;
using EdgeDePin.Simulation.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Sharing;

/// <summary>What every link promises, on MQTT through two brokers and on the simulated network.</summary>
public sealed class NeighbourLinkContractTests
{
    private static readonly NodeId Anna = Some.Id(1);
    private static readonly NodeId Ben = Some.Id(2);

    public static TheoryData<string> Networks => ["simulated", "mqttnet", "mosquitto"];

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task An_envelope_reaches_its_receiver_and_nobody_else(string network)
    {
        await using INetwork net = await StartAsync(network);
        await using End anna = net.Join(Anna), ben = net.Join(Ben), cleo = net.Join(Some.Id(3));
        await net.Until(() => anna.Connected && ben.Connected && cleo.Connected, "all are connected");
        anna.Link.Send(Ben, new byte[] { 1, 2 });
        await net.Until(() => ben.Heard.Any(heard => heard is LinkEvent.Delivered { Envelope.Length: 2 }), "Ben has it");
        Assert.DoesNotContain(anna.Heard, heard => heard is not LinkEvent.Connected);
        Assert.DoesNotContain(cleo.Heard, heard => heard is not LinkEvent.Connected);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task An_offer_reaches_those_who_are_here_and_those_who_come_later(string network)
    {
        await using INetwork net = await StartAsync(network);
        await using End anna = net.Join(Anna), ben = net.Join(Ben);
        anna.Link.Offer(new byte[] { 7 });
        await net.Until(() => ben.HasOffer(Anna, 7), "Ben has the offer");
        await using End cleo = net.Join(Some.Id(3));
        await net.Until(() => cleo.HasOffer(Anna, 7), "Cleo has the retained offer");
        Assert.DoesNotContain(anna.Heard, heard => heard is LinkEvent.Offered offered && offered.Node == Anna);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task Leaving_is_heard_and_takes_the_offer_along(string network)
    {
        await using INetwork net = await StartAsync(network);
        await using End ben = net.Join(Ben);
        End anna = net.Join(Anna);
        anna.Link.Offer(new byte[] { 7 });
        await net.Until(() => ben.HasOffer(Anna, 7), "Ben has the offer");
        await anna.DisposeAsync();
        await net.Until(() => ben.Heard.Contains(new LinkEvent.Left(Anna)), "Ben hears that Anna left");
        await using End cleo = net.Join(Some.Id(3));
        cleo.Link.Offer(new byte[] { 8 });
        await net.Until(() => ben.HasOffer(Some.Id(3), 8), "Cleo is here");
        Assert.False(cleo.HasOffer(Anna, 7));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task What_the_receiver_has_no_room_for_is_counted(string network)
    {
        await using INetwork net = await StartAsync(network);
        await using End anna = net.Join(Anna), ben = net.Join(Ben, hasRoom: false);
        await net.Until(() => anna.Connected && ben.Connected, "both are connected");
        anna.Link.Send(Ben, new byte[] { 1 });
        await net.Until(() => ben.Link.Counters is { DroppedIn: 1, Received: 1 }, "Ben has counted the drop");
        await net.Until(() => anna.Link.Counters.Sent == 1, "Anna has counted it as sent");
    }

    [Theory]
    [InlineData("mqttnet")]
    [InlineData("mosquitto")]
    public async Task A_broker_that_forgets_everything_is_told_again(string network)
    {
        await using var net = (MqttNetwork)await StartAsync(network);
        await using End anna = net.Join(Anna), ben = net.Join(Ben);
        anna.Link.Offer(new byte[] { 7 });
        await net.Until(() => ben.HasOffer(Anna, 7), "Ben has the offer");
        await net.Broker.StopAsync();
        ben.Heard.Clear();
        await net.Broker.StartAsync();
        await net.Until(() => ben.HasOffer(Anna, 7), "Ben has the offer again");
        anna.Link.Send(Ben, new byte[] { 1, 2 });
        await net.Until(() => ben.Heard.OfType<LinkEvent.Delivered>().Any(), "Ben's inbox works again");
    }

    // The broker may be away when a node starts; and what is written meanwhile is bounded.
    [Fact]
    public async Task Without_a_broker_the_newest_messages_wait_and_the_rest_is_counted()
    {
        await using var net = new MqttNetwork(new InProcessBroker());
        await using End anna = net.Join(Anna);
        for (int number = 0; number < MqttNeighbourLink.QueueOut + 10; number++)
        {
            anna.Link.Send(Ben, BitConverter.GetBytes(number));
        }

        Assert.Equal(10, anna.Link.Counters.DroppedOut);
        await net.Broker.StartAsync();
        await net.Until(() => anna.Link.Counters.Sent == MqttNeighbourLink.QueueOut, "the rest is sent");
    }

    [Fact]
    public async Task A_broker_that_refuses_is_asked_again()
    {
        var broker = new InProcessBroker { Refusing = true };
        await using var net = new MqttNetwork(broker);
        await broker.StartAsync();
        await using End anna = net.Join(Anna);
        await net.Until(() => broker.Refused >= 2, "it has refused twice");
        Assert.False(anna.Connected);
        broker.Refusing = false;
        await net.Until(() => anna.Connected, "it lets Anna in");
    }

    private static async Task<INetwork> StartAsync(string network)
    {
        if (network == "simulated")
        {
            return new Simulated();
        }

        var net = new MqttNetwork(network == "mosquitto" ? new PrivateMosquitto() : new InProcessBroker());
        await net.Broker.StartAsync();
        return net;
    }

    private interface INetwork : IAsyncDisposable
    {
        End Join(NodeId node, bool hasRoom = true);

        Task Until(Func<bool> condition, string what);
    }

    private sealed class End : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public End(INeighbourLink link, bool hasRoom)
        {
            Link = link;
            _running = link.RunAsync(
                heard =>
                {
                    Heard.Enqueue(heard);
                    return hasRoom;
                },
                _stop.Token);
        }

        public INeighbourLink Link { get; }

        public ConcurrentQueue<LinkEvent> Heard { get; } = new();

        public bool Connected => Link.Counters.Connects > 0;

        public bool HasOffer(NodeId node, byte content) => Heard.OfType<LinkEvent.Offered>()
            .Any(offered => offered.Node == node && offered.Envelope.Span.SequenceEqual([content]));

        public async ValueTask DisposeAsync()
        {
            if (!_stop.IsCancellationRequested)
            {
                await _stop.CancelAsync();
                await _running.WaitAsync(TimeSpan.FromSeconds(10));
            }
        }
    }

    private sealed class Simulated : INetwork
    {
        private readonly VirtualTime _time = new(seed: 1);
        private readonly SimulatedNetwork _network;

        public Simulated() => _network = new SimulatedNetwork(_time, new Random(1), NetworkFaults.None);

        public End Join(NodeId node, bool hasRoom = true) => new(_network.Link(node), hasRoom);

        public Task Until(Func<bool> condition, string what)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(condition(), what);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class MqttNetwork(IBroker broker) : INetwork
    {
        public IBroker Broker { get; } = broker;

        public End Join(NodeId node, bool hasRoom = true)
        {
            var options = new MqttLinkOptions { Host = "127.0.0.1", Port = Broker.Port, LongestBackoff = TimeSpan.FromSeconds(0.3) };
            return new End(
                new MqttNeighbourLink(options, Some.Site, node, TimeProvider.System, new Random(1), NullLogger.Instance), hasRoom);
        }

        public Task Until(Func<bool> condition, string what) => Eventually.Holds(condition, what);

        public ValueTask DisposeAsync() => Broker.DisposeAsync();
    }
}
