using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EdgeDePin.EdgeHub;
using Microsoft.Extensions.Logging;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeHubSimulator;

/// <summary>
/// An edgeHub for one device on the loopback address: modules connect, send to outputs, and receive at the inputs that the routes lead
/// to, whether or not they are connected at that time. What waits is in memory: it outlives <see cref="StopAsync"/>, not the process.
/// Modules are told apart by their identity and may use only their own topics; nobody is authenticated, hence loopback only.
/// </summary>
public sealed class LocalHub : IAsyncDisposable
{
    /// <summary>Marks the items of a session that was connected before, so that its subscription still stands.</summary>
    private const string Resumable = nameof(Resumable);

    private readonly LocalHubOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, LocalModule> _modules = new(StringComparer.Ordinal);
    private readonly HubRouter _router;
    private MqttServer? _server;
    private ITimer? _repeats;
    private long _refused;

    /// <exception cref="FormatException">An option is out of range.</exception>
    /// <exception cref="RouteFormatException">A route cannot be read.</exception>
    public LocalHub(LocalHubOptions options, TimeProvider time, ILogger<LocalHub> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        (_options, _time, _log) = (options, time, log);
        _router = new HubRouter(new RouteTable(options.Routes), options.DeviceId, Module, log);
    }

    /// <summary>Where it listens; 0 while it does not.</summary>
    public int Port { get; private set; }

    /// <summary>A picture of this instant.</summary>
    public LocalHubState State
    {
        get
        {
            LocalModuleState[] modules = [.. _modules.Values.Select(module => module.State).OrderBy(module => module.ModuleId, StringComparer.Ordinal)];
            return new LocalHubState(
                Port, modules, _router.Received, modules.Sum(module => module.Delivered), modules.Sum(module => module.Redelivered),
                modules.Sum(module => (long)module.Waiting), modules.Sum(module => module.Dropped), _router.Upstream, _router.Unrouted,
                Volatile.Read(ref _refused));
        }
    }

    /// <exception cref="PortInUseException">Another program listens on the port.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        MqttServerOptions options = new MqttServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithDefaultEndpointPort(_options.Port)
            .WithPersistentSessions(true)
            // Only what is out to a module stands in MQTTnet's own queue: MaxInFlight for each of its inputs.
            .WithMaxPendingMessagesPerClient(100_000)
            .Build();
        MqttServer server = Listening(new MqttServerFactory().CreateMqttServer(options));
        try
        {
            await server.StartAsync();
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            server.Dispose();
            throw new PortInUseException(_options.Port, error);
        }

        (_server, Port) = (server, options.DefaultEndpointOptions.Port);
        _repeats = _time.CreateTimer(_ => RepeatLate(), state: null, _options.AckTimeout / 4, _options.AckTimeout / 4);
        LocalHubLog.Listening(_log, _options.DeviceId, Port, _options.Routes.Count);
    }

    /// <summary>Closes every connection. What waits for modules is kept for the next start of this object.</summary>
    public async Task StopAsync()
    {
        if (_server is not { } server)
        {
            return;
        }

        (_server, Port) = (null, 0);
        _repeats?.Dispose();
        await server.StopAsync(new MqttServerStopOptions());
        server.Dispose();
        foreach (LocalModule module in _modules.Values)
        {
            module.Disconnect(session: null);
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private MqttServer Listening(MqttServer server)
    {
        server.ValidatingConnectionAsync += Handled<ValidatingConnectionEventArgs>(Admit);
        server.ClientConnectedAsync += args => ConnectedAsync(server, args);
        server.ClientDisconnectedAsync += Handled<ClientDisconnectedEventArgs>(Disconnected);
        server.InterceptingSubscriptionAsync += Handled<InterceptingSubscriptionEventArgs>(Scope);
        server.ClientSubscribedTopicAsync += Handled<ClientSubscribedTopicEventArgs>(
            args => Subscribed(args.ClientId, args.TopicFilter.Topic, subscribed: true));
        server.ClientUnsubscribedTopicAsync += Handled<ClientUnsubscribedTopicEventArgs>(
            args => Subscribed(args.ClientId, args.TopicFilter, subscribed: false));
        server.InterceptingPublishAsync += Handled<InterceptingPublishEventArgs>(Publish);
        server.InterceptingInboundPacketAsync += Handled<InterceptingPacketEventArgs>(Acknowledged);
        server.InterceptingOutboundPacketAsync += Handled<InterceptingPacketEventArgs>(Number);
        return server;
    }

    private static Func<TArgs, Task> Handled<TArgs>(Action<TArgs> handle) => args =>
    {
        handle(args);
        return Task.CompletedTask;
    };

    private void Admit(ValidatingConnectionEventArgs args)
    {
        if (Admission.Refusal(args, _options.DeviceId) is { } refusal)
        {
            Refuse(args.ClientId, refusal.Reason);
            args.ReasonCode = refusal.Code;
        }
        else if (_modules.Count >= _options.MaxModules && !_modules.ContainsKey(ModuleOf(args.ClientId)))
        {
            Refuse(args.ClientId, $"{_options.MaxModules} modules are known already ({nameof(LocalHubOptions)}.{nameof(LocalHubOptions.MaxModules)}).");
            args.ReasonCode = MqttConnectReasonCode.ServerUnavailable;
        }
    }

    private async Task ConnectedAsync(MqttServer server, ClientConnectedEventArgs args)
    {
        MqttSessionStatus session = await server.GetSessionAsync(args.ClientId);
        bool resumed = session.Items.Contains(Resumable);
        session.Items[Resumable] = true;
        Module(ModuleOf(args.ClientId)).Connect(session, resumed);
        LocalHubLog.Connected(_log, args.ClientId);
    }

    private void Disconnected(ClientDisconnectedEventArgs args)
    {
        Module(ModuleOf(args.ClientId)).Disconnect(args.SessionItems);
        LocalHubLog.Gone(_log, args.ClientId);
    }

    private void Scope(InterceptingSubscriptionEventArgs args)
    {
        string filter = args.TopicFilter.Topic;
        bool own = filter.StartsWith(Module(ModuleOf(args.ClientId)).Topics.Root, StringComparison.Ordinal);
        if (!own && !filter.StartsWith("$iothub/", StringComparison.Ordinal))
        {
            // 0x80 is the one refusal that SUBACK of MQTT 3.1.1 knows.
            args.Response.ReasonCode = MqttSubscribeReasonCode.UnspecifiedError;
            args.ProcessSubscription = false;
            Refuse(args.ClientId, $"the subscription '{filter}' is not its own.");
        }
    }

    private void Subscribed(string clientId, string filter, bool subscribed)
    {
        LocalModule module = Module(ModuleOf(clientId));
        if (filter == module.Topics.InputsFilter || filter == module.Topics.Root + "#")
        {
            module.Subscribe(subscribed);
        }
    }

    private void Publish(InterceptingPublishEventArgs args)
    {
        // The hub routes by its table; MQTTnet's own matching of topics to subscriptions is never used.
        args.ProcessPublish = false;
        string module = ModuleOf(args.ClientId);
        if (_router.Route(module, Module(module).Topics, args.ApplicationMessage) is { } refusal)
        {
            args.CloseConnection = refusal.Closes;
            Refuse(args.ClientId, refusal.Reason);
        }
    }

    private void Acknowledged(InterceptingPacketEventArgs args)
    {
        if (args.Packet is MqttPubAckPacket acknowledgement)
        {
            args.ProcessPacket = false;
            Module(ModuleOf(args.ClientId)).Acknowledge(acknowledgement.PacketIdentifier);
        }
    }

    private static void Number(InterceptingPacketEventArgs args)
    {
        if (args.Packet is MqttPublishPacket { TopicAlias: > 0 } packet)
        {
            packet.QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce;
            packet.PacketIdentifier = packet.TopicAlias;
        }
    }

    private void RepeatLate()
    {
        foreach (LocalModule module in _modules.Values)
        {
            module.RepeatLate();
        }
    }

    private void Refuse(string client, string reason)
    {
        Interlocked.Increment(ref _refused);
        LocalHubLog.Refused(_log, client, reason);
    }

    private LocalModule Module(string moduleId) =>
        _modules.GetOrAdd(moduleId, id => new LocalModule(new ModuleIdentity(_options.DeviceId, id), _options, _time));

    private static string ModuleOf(string clientId) => clientId[(clientId.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
