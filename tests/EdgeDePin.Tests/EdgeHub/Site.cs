using System.Text;
using System.Threading.Channels;
using EdgeDePin.EdgeHub;
using EdgeHubSimulator;
using EdgeHubSimulator.Routing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.EdgeHub;

/// <summary>A local hub and the modules of a test, with the route sensor/readings → telemetry/readings.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly List<ModuleClient> _modules = [];

    private readonly LocalHubOptions _options;
    private readonly TimeProvider _time;

    private Site(LocalHubOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        options.Routes.TryAdd("readings", new RouteEntry(
            "FROM /messages/modules/sensor/outputs/readings INTO BrokeredEndpoint(\"/modules/telemetry/inputs/readings\")"));
        Hub = new LocalHub(options, time, NullLogger<LocalHub>.Instance);
    }

    public LocalHub Hub { get; }

    public static async Task<Site> StartAsync(LocalHubOptions? options = null, TimeProvider? time = null)
    {
        var site = new Site(options ?? new LocalHubOptions(), time ?? TimeProvider.System);
        await site.Hub.StartAsync(Token);
        return site;
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A client that is quick to come back; not yet connected.</summary>
    public ModuleClient Module(string name, Action<ModuleOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new ModuleOptions
        {
            Port = Hub.Port,
            DeviceId = "edge",
            ModuleId = name,
            FirstBackoff = TimeSpan.FromMilliseconds(10),
            MaxBackoff = TimeSpan.FromMilliseconds(100),
            // Where time is pumped, a busy machine must not see it pass too soon.
            ConnectTimeout = _time == TimeProvider.System ? TimeSpan.FromSeconds(10) : TimeSpan.FromSeconds(60),
        };
        if (_options.Secure)
        {
            options.Host = "localhost";
            options.TrustBundleFile = Hub.Ca!.TrustBundleFile;
            options.SharedAccessKey = ModuleOptions.FromConnectionString(
                Hub.Keys!.ConnectionString(Hub.IdentityOf(name), "local", "localhost"), options.TrustBundleFile).SharedAccessKey;
        }

        configure?.Invoke(options);
        var module = new ModuleClient(options, time ?? _time, new Random(name.Length), NullLogger<ModuleClient>.Instance);
        _modules.Add(module);
        return module;
    }

    public async Task<ModuleClient> SensorAsync()
    {
        ModuleClient sensor = Module("sensor");
        await sensor.ConnectAsync(Token);
        return sensor;
    }

    /// <summary>A telemetry module whose handler completes every message and shows it.</summary>
    public async Task<(ModuleClient Client, ChannelReader<HubMessage> Messages)> TelemetryAsync()
    {
        var messages = Channel.CreateBounded<HubMessage>(100_000);
        ModuleClient client = Module("telemetry");
        await client.SetInputMessageHandlerAsync("readings", async (message, token) =>
        {
            await messages.Writer.WriteAsync(message, token);
            return MessageResponse.Completed;
        }, Token);
        await client.ConnectAsync(Token);
        return (client, messages.Reader);
    }

    public static HubMessage Text(string text) => new(Encoding.UTF8.GetBytes(text));

    public static string Text(HubMessage message) => Encoding.UTF8.GetString(message.Body.Span);

    /// <summary>Waits until a condition holds; the test's own limit bounds it.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(5, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ModuleClient module in _modules)
        {
            await module.DisposeAsync();
        }

        await Hub.DisposeAsync();
    }
}
