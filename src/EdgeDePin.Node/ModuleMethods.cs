using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using EdgeDePin.EdgeHub;

namespace EdgeDePin.Node;

/// <summary>
/// The direct methods of a module: <c>status</c>, <c>supportBundle</c>, and where the module has something to do for them, <c>readNow</c>
/// and <c>flush</c>. What a module does it sets while it runs.
/// </summary>
public sealed class ModuleMethods
{
    /// <summary>The caller waits 30 s by default; something must be left for the way back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private static readonly string[] Secrets = ["Token", "Password", "ConnectionString", "SharedAccessKey", "Key", "UserName"];

    private readonly string _module;
    private readonly TimeProvider _time;
    private readonly RecentLog _recent;
    private readonly DateTimeOffset _startedAt;
    private ModuleClient? _client;

    internal ModuleMethods(string module, TimeProvider time, RecentLog recent) =>
        (_module, _time, _recent, _startedAt) = (module, time, recent, time.GetUtcNow());

    /// <summary>Counters of the module, for <c>status</c>. Default none.</summary>
    public Func<JsonObject>? Counters { get; set; }

    /// <summary>Asks all sensors at once, and says what came of it. Default: the module has none.</summary>
    public Func<CancellationToken, Task<JsonObject>>? ReadNow { get; set; }

    /// <summary>Sends on what waits, and says what still does. Default: nothing waits here.</summary>
    public Func<CancellationToken, Task<JsonObject>>? Flush { get; set; }

    internal JsonObject Configuration { get; set; } = [];

    internal JsonObject ConfigurationStatus { get; set; } = [];

    internal async Task ServeAsync(ModuleClient client, CancellationToken cancellationToken)
    {
        _client = client;
        await client.SetMethodHandlerAsync("status", (_, _) => Answer(Status()), cancellationToken);
        await client.SetMethodHandlerAsync("supportBundle", (_, _) => Answer(SupportBundle()), cancellationToken);
        await client.SetMethodHandlerAsync("readNow", (_, token) => DoAsync("readNow", ReadNow, token), cancellationToken);
        await client.SetMethodHandlerAsync("flush", (_, token) => DoAsync("flush", Flush, token), cancellationToken);
    }

    private async Task<MethodResponse> DoAsync(string name, Func<CancellationToken, Task<JsonObject>>? act, CancellationToken cancellationToken)
    {
        if (act is null)
        {
            return await Answer(new JsonObject { ["message"] = $"module '{_module}' has nothing to do for {name}." }, 405);
        }

        using var late = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await Answer(await act(either.Token));
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return await Answer(new JsonObject { ["message"] = $"{name} is not done after {Patience.TotalSeconds:0} s." }, 504);
        }
    }

    private JsonObject Status()
    {
        ModuleClientState hub = _client!.State;
        return new JsonObject
        {
            ["module"] = _module,
            ["version"] = typeof(ModuleMethods).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
            ["startedAt"] = _startedAt.ToString("O"),
            ["uptimeSeconds"] = (long)(_time.GetUtcNow() - _startedAt).TotalSeconds,
            ["residentBytes"] = Environment.WorkingSet,
            ["configuration"] = ConfigurationStatus.DeepClone(),
            ["counters"] = Counters?.Invoke() ?? [],
            ["hub"] = new JsonObject
            {
                ["since"] = hub.Since.ToString("O"),
                ["reconnects"] = hub.Reconnects,
                ["sent"] = hub.Sent,
                ["waiting"] = hub.Waiting,
                ["received"] = hub.Received,
                ["completed"] = hub.Completed,
                ["abandoned"] = hub.Abandoned,
                ["lastError"] = hub.LastError,
            },
        };
    }

    private JsonObject SupportBundle()
    {
        var configuration = (JsonObject)Configuration.DeepClone();
        Redact(configuration);
        JsonObject bundle = Status();
        bundle["settings"] = configuration;
        bundle["system"] = new JsonObject
        {
            ["os"] = System.Runtime.InteropServices.RuntimeInformation.OSDescription,
            ["architecture"] = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString(),
            ["runtime"] = System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription,
            ["processors"] = Environment.ProcessorCount,
            ["machineUpSeconds"] = Environment.TickCount64 / 1000,
        };
        bundle["log"] = new JsonArray([.. _recent.Lines.Select(line => JsonValue.Create(line))]);
        return bundle;
    }

    // Whoever asks for help sends this to somebody else.
    private static void Redact(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject values:
                foreach ((string name, JsonNode? value) in values.ToArray())
                {
                    if (value is JsonValue && Secrets.Contains(name, StringComparer.OrdinalIgnoreCase))
                    {
                        values[name] = "(left out)";
                    }

                    Redact(value);
                }

                break;
            case JsonArray items:
                foreach (JsonNode? item in items)
                {
                    Redact(item);
                }

                break;
        }
    }

    private static Task<MethodResponse> Answer(JsonObject payload, int status = 200) =>
        Task.FromResult(new MethodResponse(status, Encoding.UTF8.GetBytes(payload.ToJsonString())));
}
