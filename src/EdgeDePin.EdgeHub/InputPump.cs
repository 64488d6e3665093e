using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.EdgeHub;

/// <summary>
/// Hands delivered messages to their input's handler, a few at a time in the order of arrival, and acknowledges a message after
/// its handler completed it: a crash in between means a copy, never a loss.
/// </summary>
internal sealed class InputPump(ModuleIdentity identity, ModuleTopics topics, int maxHandled, ILogger log, Action<string> report)
{
    /// <summary>Twice what edgeHub has out to one client at a time (10); what does not fit is delivered again by the hub.</summary>
    private const int Capacity = 20;

    private readonly ConcurrentDictionary<string, InputDoor> _doors = new(StringComparer.Ordinal);

    private readonly Channel<Arrival> _arrivals = Channel.CreateBounded<Arrival>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait });

    private long _received;
    private long _completed;
    private long _abandoned;

    public long Received => Volatile.Read(ref _received);
    public long Completed => Volatile.Read(ref _completed);
    public long Abandoned => Volatile.Read(ref _abandoned);

    public void Set(string input, Func<HubMessage, CancellationToken, Task<MessageResponse>> handler) =>
        _doors.GetOrAdd(input, _ => new InputDoor()).Open(handler);

    public Task WithdrawAsync(string input) => _doors.TryGetValue(input, out InputDoor? door) ? door.CloseAsync() : Task.CompletedTask;

    public void Take(Arrival arrival)
    {
        Interlocked.Increment(ref _received);
        if (!_arrivals.Writer.TryWrite(arrival))
        {
            Abandon($"more than {Capacity} messages wait for their handlers");
        }
    }

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, maxHandled).Select(_ => HandleAllAsync(cancellationToken)));

    private async Task HandleAllAsync(CancellationToken cancellationToken)
    {
        await foreach (Arrival arrival in _arrivals.Reader.ReadAllAsync(cancellationToken))
        {
            // What came by a lost connection cannot be acknowledged any more; the hub sends it again.
            if (arrival.Connection.IsOpen)
            {
                await HandleAsync(arrival, cancellationToken);
            }
        }
    }

    private async Task HandleAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        if (!topics.TryReadInput(arrival.Topic, out string input, out string bag))
        {
            Abandon($"the topic '{arrival.Topic}' is no input of this module");
        }
        else if (!_doors.TryGetValue(input, out InputDoor? door))
        {
            Abandon($"input '{input}' has no handler; known are {string.Join(", ", _doors.Keys)}. Correct the route's INTO.");
        }
        else if (await RespondAsync(input, bag, arrival.Body, door, cancellationToken) == MessageResponse.Abandoned)
        {
            Interlocked.Increment(ref _abandoned);
        }
        else if (await arrival.Connection.AcknowledgeAsync(arrival, cancellationToken) is null)
        {
            Interlocked.Increment(ref _completed);
        }
    }

    private async Task<MessageResponse> RespondAsync(
        string input, string bag, ReadOnlyMemory<byte> body, InputDoor door, CancellationToken cancellationToken)
    {
        try
        {
            return await door.HandleAsync(HubMessage.FromBag(body, PropertyBag.Decode(bag)), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            // The handler is the application's code: whatever it throws means that the message is not done.
            EdgeHubLog.HandlerFailed(log, error, identity, input);
            report($"input '{input}': {error.Message}");
            return MessageResponse.Abandoned;
        }
    }

    private void Abandon(string error)
    {
        EdgeHubLog.NotAcknowledged(log, identity, error);
        report(error);
        Interlocked.Increment(ref _abandoned);
    }
}
