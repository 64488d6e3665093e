using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MQTTnet.Protocol;

namespace EdgeDePin.EdgeHub;

/// <summary>Runs direct methods one after the other and answers each call once.</summary>
internal sealed class MethodDesk(ModuleIdentity identity, ILogger log, Action<string> report)
{
    /// <summary>A caller gives up after 30 s by default; whoever is behind this many calls is told to come later.</summary>
    private const int Capacity = 16;

    private readonly ConcurrentDictionary<string, Func<MethodRequest, CancellationToken, Task<MethodResponse>>> _handlers =
        new(StringComparer.Ordinal);

    private readonly Channel<(Arrival Arrival, string Name, string RequestId)> _calls =
        Channel.CreateBounded<(Arrival, string, string)>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait });

    private long _answered;

    /// <summary>Calls answered, with whatever status.</summary>
    public long Answered => Volatile.Read(ref _answered);

    public void Set(string name, Func<MethodRequest, CancellationToken, Task<MethodResponse>> handler) => _handlers[name] = handler;

    /// <summary>False if the topic is no call.</summary>
    public bool Take(Arrival arrival)
    {
        if (!SystemTopics.TryReadCall(arrival.Topic, out string name, out string requestId))
        {
            return false;
        }

        if (!_calls.Writer.TryWrite((arrival, name, requestId)))
        {
            _ = AnswerAsync(arrival, requestId, Error(429, $"{Capacity} calls wait already."), CancellationToken.None);
        }

        return true;
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach ((Arrival arrival, string name, string requestId) in _calls.Reader.ReadAllAsync(cancellationToken))
        {
            MethodResponse response = await RespondAsync(new MethodRequest(name, arrival.Body), cancellationToken);
            await AnswerAsync(arrival, requestId, response, cancellationToken);
        }
    }

    private async Task<MethodResponse> RespondAsync(MethodRequest request, CancellationToken cancellationToken)
    {
        if (!_handlers.TryGetValue(request.Name, out var handler))
        {
            return Error(501, $"'{request.Name}' is no method of {identity}; there are {string.Join(", ", _handlers.Keys.Order(StringComparer.Ordinal))}.");
        }

        try
        {
            MethodResponse response = await handler(request, cancellationToken);
            return response.Payload.Length <= MethodResponse.MaxPayloadBytes
                ? response
                : Error(500, $"the answer has {response.Payload.Length} bytes and IoT Hub takes {MethodResponse.MaxPayloadBytes} (128 KiB).");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            // The handler is the application's code: the caller is told, and the next call is served.
            EdgeHubLog.MethodFailed(log, error, identity, request.Name);
            report($"method '{request.Name}': {error.Message}");
            return Error(500, error.Message);
        }
    }

    private async Task AnswerAsync(Arrival arrival, string requestId, MethodResponse response, CancellationToken cancellationToken)
    {
        // An answer belongs to the connection that the call came by; the hub does not know the request on another one.
        string topic = SystemTopics.AnswerMethod(response.Status, requestId);
        if (await arrival.Connection.PublishAsync(topic, response.Payload, MqttQualityOfServiceLevel.AtMostOnce, cancellationToken) is null)
        {
            Interlocked.Increment(ref _answered);
        }
    }

    private static MethodResponse Error(int status, string message) =>
        new(status, Encoding.UTF8.GetBytes(new JsonObject { ["message"] = message }.ToJsonString()));
}
