using System.Collections.Concurrent;
using EdgeDePin.EdgeHub;

namespace EdgeHubSimulator.Twins;

/// <summary>Calls of direct methods that are out, and the answers they wait for.</summary>
internal sealed class MethodCalls(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (string Module, TaskCompletionSource<MethodResponse> Answer)> _open = new(StringComparer.Ordinal);
    private long _last;

    /// <summary>Calls a method and waits for its answer.</summary>
    /// <param name="send">Hands topic and payload to the module; false if it is not there or takes no calls.</param>
    /// <returns>Status 404 if the module is not there, 504 if it does not answer in time.</returns>
    public async Task<MethodResponse> CallAsync(
        string module, MethodRequest request, TimeSpan patience, Func<string, ReadOnlyMemory<byte>, bool> send, CancellationToken cancellationToken)
    {
        string id = $"{Interlocked.Increment(ref _last):x}";
        var answer = new TaskCompletionSource<MethodResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[id] = (module, answer);
        try
        {
            return send(SystemTopics.CallMethod(request.Name, id), request.Payload)
                ? await answer.Task.WaitAsync(patience, time, cancellationToken)
                : new MethodResponse(404, default);
        }
        catch (TimeoutException)
        {
            return new MethodResponse(504, default);
        }
        finally
        {
            _open.TryRemove(id, out _);
        }
    }

    /// <summary>Takes an answer; one that nobody waits for any more, or that another module was asked for, goes nowhere.</summary>
    public void Take(string module, string requestId, MethodResponse response)
    {
        if (_open.TryGetValue(requestId, out var call) && call.Module == module)
        {
            call.Answer.TrySetResult(response);
        }
    }
}
