using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.EdgeHub;

/// <summary>
/// Keeps the desired properties up to date: gets the twin after every connect (edgeHub does not queue patches for an absent
/// module), merges patches, and gets the twin again when a version is missing between them.
/// </summary>
internal sealed class TwinFollower(
    ModuleIdentity identity, Func<CancellationToken, Task<ModuleTwin>> getTwin, TimeProvider time, ILogger log, Action<string> report)
{
    /// <summary>Patches in a burst; if one is pushed out its version is missing, and the twin is fetched whole.</summary>
    private const int Capacity = 32;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    // Null asks for the whole twin.
    private readonly Channel<JsonObject?> _changes = Channel.CreateBounded<JsonObject?>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest });

    private Func<TwinProperties, CancellationToken, Task>? _handler;
    private JsonObject _values = [];
    private long? _version;

    public bool IsFollowing => _handler is not null;

    public void Set(Func<TwinProperties, CancellationToken, Task> handler)
    {
        _handler = handler;
        Fetch();
    }

    public void Fetch() => _changes.Writer.TryWrite(null);

    public void Take(Arrival arrival)
    {
        try
        {
            _changes.Writer.TryWrite(TwinProperties.Object(arrival.Body.Span));
        }
        catch (FormatException error)
        {
            report($"desired properties: {error.Message}");
            Fetch();
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (JsonObject? change in _changes.Reader.ReadAllAsync(cancellationToken))
        {
            if (_handler is not { } handler)
            {
                continue;
            }

            try
            {
                if (await FollowAsync(change, cancellationToken))
                {
                    await handler(new TwinProperties((JsonObject)_values.DeepClone(), _version!.Value), cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (HubRequestException error)
            {
                report($"twin: {error.Message}");
                await Task.Delay(RetryAfter, time, cancellationToken);
                Fetch();
            }
            catch (Exception error)
            {
                // The handler is the application's code; what it cannot take it may take at the next change.
                EdgeHubLog.TwinHandlerFailed(log, error, identity, _version ?? 0);
                report($"desired properties, version {_version}: {error.Message}");
            }
        }
    }

    /// <summary>True if the properties are others than before.</summary>
    private async Task<bool> FollowAsync(JsonObject? change, CancellationToken cancellationToken)
    {
        long version = change is null ? 0 : TwinProperties.From(change).Version;
        if (change is not null && version <= _version)
        {
            return false;
        }

        if (change is not null && version == _version + 1)
        {
            MergePatch.Apply(_values, change);
            _version = version;
            return true;
        }

        TwinProperties desired = (await getTwin(cancellationToken)).Desired;
        bool changed = desired.Version != _version;
        (_values, _version) = (desired.Values, desired.Version);
        return changed;
    }
}
