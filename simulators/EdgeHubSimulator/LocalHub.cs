using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using EdgeDePin.EdgeHub;
using EdgeHubSimulator.Http;
using EdgeHubSimulator.Queues;
using EdgeHubSimulator.Routing;
using EdgeHubSimulator.Security;
using EdgeHubSimulator.Twins;
using Microsoft.Extensions.Logging;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeHubSimulator;

/// <summary>
/// An edgeHub for one device: modules connect, send to outputs, and receive at the inputs that the routes lead to, whether or not they
/// are connected at that time; they follow their twins and answer methods. With a folder, everything outlives the process; secure,
/// it speaks TLS with certificates of its own authority and takes signed tokens only. Plain, it listens on loopback and knows
/// modules by their names. It needs no cloud, ever.
/// </summary>
public sealed class LocalHub : IAsyncDisposable
{
    private readonly LocalHubOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, Lazy<LocalModule>> _modules = new(StringComparer.Ordinal);
    private readonly MessageLogs _logs;
    private readonly HubMetrics _metrics;
    private readonly HubRouter _router;
    private readonly TwinStore _twins;
    private readonly MethodCalls _calls;
    private readonly HubEndpoint _endpoint;
    private MqttServer? _server;
    private HubHttp? _http;
    private ITimer? _repeats;
    private ITimer? _syncs;
    private long _refused;

    /// <exception cref="FormatException">An option is out of range, or a desired property of the deployment.</exception>
    /// <exception cref="RouteFormatException">A route cannot be read.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="InvalidDataException">A file in the folder is not what it should be; the message names it.</exception>
    public LocalHub(LocalHubOptions options, TimeProvider time, ILogger<LocalHub> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        (_options, _time, _log) = (options, time, log);
        if (options.Folder is { } folder)
        {
            PrivateFile.MakeFolder(folder);
        }

        if (options.Secure)
        {
            Keys = new ModuleKeys(Path.Combine(options.Folder!, "site.key"));
            Ca = new SiteCa(Path.Combine(options.Folder!, "ca"), options.Certificates, time, log);
        }

        _metrics = new HubMetrics(options, time);
        _logs = new MessageLogs(options, log);
        _router = new HubRouter(new RouteTable(options.Routes), options, time, Module, _metrics, log);
        _twins = new TwinStore(options.Folder is null ? null : Path.Combine(options.Folder, "twins"));
        _calls = new MethodCalls(time);
        _endpoint = new HubEndpoint(
            new Admission(options, Keys, time), new ModuleRequests(_twins, _calls, _metrics, time, _router.TwinChanged), _router, options, time, Module,
            IsKnown, Refuse, _metrics, log);
        foreach ((string module, JsonObject desired) in options.Desired)
        {
            _twins.Apply(module, desired);
        }
    }

    /// <summary>Where it listens; 0 while it does not.</summary>
    public int Port { get; private set; }

    /// <summary>Where metrics are; 0 if nowhere.</summary>
    public int MetricsPort => _http?.MetricsPort ?? 0;

    /// <summary>The site's certificates; null on a plain hub.</summary>
    public SiteCa? Ca { get; }

    /// <summary>The modules' keys; null on a plain hub.</summary>
    public ModuleKeys? Keys { get; }

    /// <summary>A picture of this instant.</summary>
    public LocalHubState State
    {
        get
        {
            LocalModuleState[] modules = [.. Known.Select(module => module.State).OrderBy(module => module.ModuleId, StringComparer.Ordinal)];
            return new LocalHubState(
                Port, modules, _router.Received, modules.Sum(module => module.Delivered), modules.Sum(module => module.Redelivered),
                modules.Sum(module => module.Waiting), modules.Sum(module => module.Dropped), modules.Sum(module => module.Expired),
                _router.Upstream, _router.Unrouted, Volatile.Read(ref _refused));
        }
    }

    private IEnumerable<LocalModule> Known => _modules.Values.Select(module => module.Value);

    /// <exception cref="PortInUseException">Another program listens on the port.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (string module in _logs.Modules.Where(name => ModuleIdentity.TryParse(_options.DeviceId, name, out _)))
        {
            Module(module);
        }

        // Modules that are given a file must find it before the first of them connects.
        _ = Ca?.Server();
        var listener = new HubListener(_options, Ca, _time, _log);
        MqttServer server = new MqttServerFactory().CreateMqttServer(ServerOptions(), [listener]);
        _endpoint.Listen(server);
        try
        {
            await server.StartAsync();
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            server.Dispose();
            throw new PortInUseException(_options.Port, error);
        }

        _server = server;
        Port = listener.Port;
        _http = await HubHttp.StartAsync(this, _options, cancellationToken);
        _repeats = _time.CreateTimer(_ => LookAround(server), state: null, _options.AckTimeout / 4, _options.AckTimeout / 4);
        _syncs = _time.CreateTimer(_ => Sync(), state: null, _options.SyncEvery, _options.SyncEvery);
        LocalHubLog.Listening(_log, _options.DeviceId, _options.Address.ToString(), Port, _options.Routes.Count);
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
        _syncs?.Dispose();
        if (_http is { } http)
        {
            await http.DisposeAsync();
        }

        _http = null;
        await server.StopAsync(new MqttServerStopOptions());
        server.Dispose();
        foreach (LocalModule module in Known)
        {
            module.Disconnect(connection: null);
        }

        Sync();
    }

    /// <summary>A module of this device.</summary>
    /// <exception cref="FormatException">No name of a module.</exception>
    public ModuleIdentity IdentityOf(string moduleId) => new(_options.DeviceId, moduleId);

    /// <summary>The twin of a module: both halves with their versions.</summary>
    /// <exception cref="FormatException">No name of a module.</exception>
    public JsonObject ReadTwin(string moduleId) => _twins.Read(Module(moduleId).Identity.ModuleId);

    /// <summary>Merges into the desired properties of a module, and tells it if it is there.</summary>
    /// <exception cref="FormatException">No name of a module, or the twin would be too large.</exception>
    public void PatchDesired(string moduleId, JsonObject patch)
    {
        LocalModule module = Module(moduleId);
        JsonObject told = _twins.PatchDesired(moduleId, patch);
        module.Notify(
            SystemTopics.DesiredChanges, SystemTopics.ChangeDesired((long)told[TwinProperties.VersionName]!), Encoding.UTF8.GetBytes(told.ToJsonString()));
    }

    /// <summary>Calls a direct method. Status 404 if the module is not there or takes none, 504 if it does not answer in time.</summary>
    /// <exception cref="FormatException">No name of a module.</exception>
    public async Task<MethodResponse> CallMethodAsync(string moduleId, MethodRequest request, TimeSpan patience, CancellationToken cancellationToken)
    {
        LocalModule module = Module(moduleId);
        long startedAt = _time.GetTimestamp();
        MethodResponse response = await _calls.CallAsync(
            moduleId, request, patience, (topic, payload) => module.Notify(SystemTopics.MethodCalls, topic, payload), cancellationToken);
        _metrics.MethodCalled(moduleId, _time.GetElapsedTime(startedAt));
        return response;
    }

    /// <summary>All counters in Prometheus' text format.</summary>
    public string MetricsText() => _metrics.Text(State, _logs.Budget);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (LocalModule module in Known)
        {
            module.Dispose();
        }

        _modules.Clear();
        Ca?.Dispose();
    }

    // Only what is out to a module stands in MQTTnet's own queue: MaxInFlight for each of its inputs.
    private static MqttServerOptions ServerOptions() => new MqttServerOptionsBuilder()
        .WithoutDefaultEndpoint().WithoutEncryptedEndpoint().WithPersistentSessions(true).WithMaxPendingMessagesPerClient(100_000).Build();

    private void LookAround(MqttServer server)
    {
        foreach (LocalModule module in Known)
        {
            module.RepeatLate();
            if (module.ValidUntil < _time.GetUtcNow() && module.IsConnected)
            {
                Refuse(module.Identity.ClientId, "its token has ended.");
                _ = DisconnectAsync(server, module.Identity.ClientId);
            }
        }
    }

    private static async Task DisconnectAsync(MqttServer server, string client)
    {
        try
        {
            await server.DisconnectClientAsync(client, new MqttServerClientDisconnectOptions { ReasonCode = MqttDisconnectReasonCode.NotAuthorized });
        }
        catch (InvalidOperationException)
        {
            // It went by itself in the meantime.
        }
    }

    private void Sync()
    {
        try
        {
            _logs.Budget?.Sync();
        }
        catch (IOException error)
        {
            LocalHubLog.NotKept(_log, "all modules", error.Message);
        }
    }

    private void Refuse(string client, string reason)
    {
        Interlocked.Increment(ref _refused);
        LocalHubLog.Refused(_log, client, reason);
    }

    private bool IsKnown(string moduleId) => _modules.ContainsKey(moduleId) || _modules.Count < _options.MaxModules;

    // Asked with every message: looked up before anything is made for it.
    private LocalModule Module(string moduleId) => (_modules.TryGetValue(moduleId, out Lazy<LocalModule>? known) ? known : Add(moduleId)).Value;

    private Lazy<LocalModule> Add(string moduleId) => _modules.GetOrAdd(moduleId, name => new Lazy<LocalModule>(() => new LocalModule(
        new ModuleIdentity(_options.DeviceId, name), _options, _time, (input, priority) => _logs.Open(name, input, priority), _logs.Left(name))));
}
