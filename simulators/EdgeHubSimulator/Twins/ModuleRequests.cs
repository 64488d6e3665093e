using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeDePin.EdgeHub;
using MQTTnet;

namespace EdgeHubSimulator.Twins;

/// <summary>What a module asks below <c>$iothub</c>: its twin, a change of it, and its answers to methods.</summary>
internal sealed class ModuleRequests(TwinStore twins, MethodCalls calls, HubMetrics metrics, TimeProvider time, Action<string, byte[]> twinChanged)
{
    /// <summary>Null when the request was taken; otherwise what is wrong with it. edgeHub closes the connection for it.</summary>
    public string? Take(LocalModule sender, MqttApplicationMessage message)
    {
        string module = sender.Identity.ModuleId;
        long startedAt = time.GetTimestamp();
        if (SystemTopics.TryReadGetTwin(message.Topic, out string requestId))
        {
            Answer(sender, 200, requestId, null, twins.Read(module));
            metrics.TwinRead(module, time.GetElapsedTime(startedAt));
            return null;
        }

        if (SystemTopics.TryReadReport(message.Topic, out requestId))
        {
            Report(sender, module, requestId, message.Payload.ToArray());
            metrics.Reported(module, time.GetElapsedTime(startedAt));
            return null;
        }

        if (SystemTopics.TryReadMethodAnswer(message.Topic, out int status, out requestId))
        {
            if (message.Payload.Length > MethodResponse.MaxPayloadBytes)
            {
                return $"its answer of {message.Payload.Length} bytes to a method exceeds {MethodResponse.MaxPayloadBytes} (128 KiB).";
            }

            calls.Take(module, requestId, new MethodResponse(status, message.Payload.ToArray()));
            return null;
        }

        return $"it published to '{message.Topic}', which is no request.";
    }

    private void Report(LocalModule sender, string module, string requestId, byte[] body)
    {
        try
        {
            if (body.Length <= TwinStore.MaxBytes * 2 && JsonNode.Parse(body) is JsonObject patch)
            {
                long version = twins.PatchReported(module, patch);
                Answer(sender, 204, requestId, version, null);
                twinChanged(module, body);
                return;
            }
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            Answer(sender, 400, requestId, null, new JsonObject { ["message"] = error.Message });
            return;
        }
        catch (IOException error)
        {
            Answer(sender, 500, requestId, null, new JsonObject { ["message"] = error.Message });
            return;
        }

        Answer(sender, 400, requestId, null, new JsonObject { ["message"] = $"Reported properties are a JSON object of at most {TwinStore.MaxBytes} bytes." });
    }

    private static void Answer(LocalModule sender, int status, string requestId, long? version, JsonObject? body) => sender.Notify(
        SystemTopics.TwinAnswers, SystemTopics.AnswerTwin(status, requestId, version),
        body is null ? default : Encoding.UTF8.GetBytes(body.ToJsonString()));
}
