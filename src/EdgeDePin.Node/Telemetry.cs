using EdgeDePin.EdgeHub;
using EdgeDePin.Model;
using EdgeDePin.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node;

/// <summary>
/// The telemetry side of a node: what the hub brings goes into the store, and what the store holds goes to its replicas. A
/// message is acknowledged when its points are committed, not before.
/// </summary>
public sealed class Telemetry
{
    private static readonly TimeSpan HealthPeriod = TimeSpan.FromSeconds(5);

    // A disk does not become empty in less, and the hub waits as long as it is asked to.
    private static readonly TimeSpan FullDiskPatience = TimeSpan.FromSeconds(5);

    private readonly NodeOptions _node;
    private readonly Store _store;
    private readonly Replication _replicas;
    private readonly ModuleClient _hub;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly WriteLane _lane;
    private readonly TaskCompletionSource<DateTimeOffset> _firstReading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _readingsStored;
    private long _refusedMessages;

    /// <param name="lane">The lane of the store, which others may use as well; it runs as long as this does.</param>
    public Telemetry(
        NodeOptions node, Store store, WriteLane lane, Replication replicas, ModuleClient hub, TimeProvider time, ILogger log) =>
        (_node, _store, _lane, _replicas, _hub, _time, _log) = (node, store, lane, replicas, hub, time, log);

    public Store Store => _store;

    /// <summary>Readings committed since the start.</summary>
    public long ReadingsStored => Interlocked.Read(ref _readingsStored);

    /// <summary>Messages that could not be read; each was logged with its reason and not stored.</summary>
    public long RefusedMessages => Interlocked.Read(ref _refusedMessages);

    /// <summary>Completes with the instant at which the first reading was durable.</summary>
    public Task<DateTimeOffset> FirstReading => _firstReading.Task;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _hub.SetInputMessageHandlerAsync(HubOutputs.Readings, StoreReadingsAsync, cancellationToken);
        await _hub.SetInputMessageHandlerAsync(HubOutputs.Points, StorePointsAsync, cancellationToken);
        await TaskGroup.RunAsync(
            cancellationToken,
            _lane.RunAsync,
            _hub.ConnectAsync,
            HealthAsync,
            _replicas.RunAsync);
    }

    private async Task<MessageResponse> StoreReadingsAsync(HubMessage message, CancellationToken cancellationToken)
    {
        IReadOnlyList<Reading> readings;
        try
        {
            readings = SenMl.Decode(message.Body);
        }
        catch (FormatException error)
        {
            return Refuse(message, HubOutputs.Readings, error.Message);
        }

        await AppendAsync(ReadingPoints.From(readings, _node.Site, _node.Name), cancellationToken);
        Interlocked.Add(ref _readingsStored, readings.Count);
        _firstReading.TrySetResult(_time.GetUtcNow());
        return MessageResponse.Completed;
    }

    private async Task<MessageResponse> StorePointsAsync(HubMessage message, CancellationToken cancellationToken)
    {
        LineBatch batch = LineProtocol.Decode(message.Body.Span, Point.InstantOf(_time.GetUtcNow()));
        await AppendAsync(batch.Points, cancellationToken);
        foreach (LineError error in batch.Errors)
        {
            Refuse(message, HubOutputs.Points, error.ToString());
        }

        return MessageResponse.Completed;
    }

    // What cannot be read today cannot be read tomorrow: redelivery would only block the messages behind it.
    private MessageResponse Refuse(HubMessage message, string input, string reason)
    {
        Interlocked.Increment(ref _refusedMessages);
        NodeLog.MessageRefused(_log, input, message.ConnectionModuleId ?? "?", reason);
        return MessageResponse.Completed;
    }

    private async Task HealthAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(HealthPeriod, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            DateTimeOffset now = _time.GetUtcNow();
            try
            {
                await _lane.AppendAsync(
                    [HealthPoint(now), .. _replicas.Status.Select(replica => ForwardPoints.From(replica.Destination, replica.Status, _node, now))],
                    cancellationToken);
            }
            catch (StoreException) when (_store.DiskFullSince is not null)
            {
                // The next one tells how many were put off.
            }
        }
    }

    // A full disk is waited for: the message stays unacknowledged, and with it the hub keeps those that follow.
    private async Task AppendAsync(IReadOnlyList<Point> points, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _lane.AppendAsync(points, cancellationToken);
                return;
            }
            catch (StoreException) when (_store.DiskFullSince is not null)
            {
                await Task.Delay(FullDiskPatience, _time, cancellationToken);
            }
        }
    }

    private Point HealthPoint(DateTimeOffset now) => HealthPoints.At(_node, now,
        ("store_points", _store.PointCount),
        ("store_bytes", _store.SizeBytes),
        ("disk_full", _store.DiskFullSince is null ? 0 : 1),
        ("commits_put_off", _store.CommitsPutOff),
        ("influx_lag", _replicas.LagPoints),
        ("messages_refused", RefusedMessages));
}
