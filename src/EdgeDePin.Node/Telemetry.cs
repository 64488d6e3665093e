using System.Text.Json.Nodes;
using EdgeDePin.EdgeHub;
using EdgeDePin.Model;
using EdgeDePin.Node.Clocks;
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
    // The one who asks waits 30 s at most.
    private static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(20);

    private readonly NodeOptions _node;
    private readonly Store _store;
    private readonly Replication _replicas;
    private readonly ModuleClient _hub;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly WriteLane _lane;
    private readonly Restamping? _clock;
    private readonly MissingReadings _missing = new();
    private readonly TaskCompletionSource<DateTimeOffset> _firstReading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _readingsStored;
    private long _refusedMessages;
    private long _readingsSetAside;

    /// <param name="lane">The lane of the store, which others may use as well; it runs as long as this does.</param>
    /// <param name="clock">What stands between readings and a wrong clock; null believes the clock.</param>
    public Telemetry(
        NodeOptions node, Store store, WriteLane lane, Replication replicas, ModuleClient hub, TimeProvider time, ILogger log, Restamping? clock = null) =>
        (_node, _store, _lane, _replicas, _hub, _time, _log, _clock) = (node, store, lane, replicas, hub, time, log, clock);

    public Store Store => _store;

    /// <summary>Readings committed since the start.</summary>
    public long ReadingsStored => Interlocked.Read(ref _readingsStored);

    /// <summary>Messages that could not be read; each was logged with its reason and not stored.</summary>
    public long RefusedMessages => Interlocked.Read(ref _refusedMessages);

    /// <summary>Readings of an unknown quantity or another unit: they are in the quarantine, and the others of their message are stored.</summary>
    public long ReadingsSetAside => Interlocked.Read(ref _readingsSetAside);

    /// <summary>For <c>/metrics</c>.</summary>
    public IEnumerable<NodeMetric> Metrics =>
    [
        new("readings_stored_total", true, "Readings committed since the start.", ReadingsStored),
        new("readings_set_aside_total", true, "Readings of an unknown quantity or another unit, in the quarantine.", ReadingsSetAside),
        new("readings_missing", false, "Numbers of readings that never came.", _missing.Total),
        .. _clock is null ? Array.Empty<NodeMetric>() :
        [
            new("clock_state", false, "0 held, 1 assumed, 2 unsynchronised, 3 synchronised.", (long)_clock.State),
            new("readings_waiting", false, "Readings that wait for a clock that can be right; the hub keeps more.", _clock.Waiting),
            new("clock_steps_total", true, "How often the clock was set.", _clock.Steps),
            new("readings_restamped_total", true, "Readings stored at another instant than the clock gave them.", _clock.Restamped),
            new("points_moved_total", true, "Points moved after they were stored, because the clock was set.", _clock.Moved),
        ],
    ];

    /// <summary>Completes with the instant at which the first reading was durable.</summary>
    public Task<DateTimeOffset> FirstReading => _firstReading.Task;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _hub.SetInputMessageHandlerAsync(HubOutputs.Readings, StoreReadingsAsync, cancellationToken);
        await _hub.SetInputMessageHandlerAsync(HubOutputs.Points, StorePointsAsync, cancellationToken);
        await TaskGroup.RunAsync(
            WithdrawAsync,
            cancellationToken,
            _lane.RunAsync,
            _hub.ConnectAsync,
            HealthAsync,
            _replicas.RunAsync);
    }

    /// <summary>The counters of this instant.</summary>
    public JsonObject Count() => new()
    {
        ["storePoints"] = _store.PointCount,
        ["storeBytes"] = _store.SizeBytes,
        ["readingsStored"] = ReadingsStored,
        ["messagesRefused"] = RefusedMessages,
        ["readingsSetAside"] = ReadingsSetAside,
        ["readingsMissing"] = _missing.Total,
        ["clock"] = _clock?.State.ToString(),
        ["readingsWaiting"] = _clock?.Waiting,
        ["clockSteps"] = _clock?.Steps,
        ["readingsRestamped"] = _clock?.Restamped,
        ["pointsMoved"] = _clock?.Moved,
        ["influxLag"] = _replicas.LagPoints,
        ["influxForwarded"] = _replicas.Forwarded,
    };

    /// <summary>Returns when no server lacks anything, or says how much it lacks.</summary>
    public async Task<JsonObject> FlushAsync(CancellationToken cancellationToken)
    {
        // The replicas are at it already; they are only watched here.
        long startedAt = _time.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50), _time);
        while (_replicas.LagPoints > 0 && _time.GetElapsedTime(startedAt) < FlushPatience)
        {
            await tick.WaitForNextTickAsync(cancellationToken);
        }

        return new JsonObject { ["complete"] = _replicas.LagPoints == 0, ["influxLag"] = _replicas.LagPoints };
    }

    // A message that is being stored needs lane, store and clock: it ends first, or waits for the next run.
    private async Task WithdrawAsync()
    {
        await _hub.WithdrawInputMessageHandlerAsync(HubOutputs.Readings);
        await _hub.WithdrawInputMessageHandlerAsync(HubOutputs.Points);
    }

    private async Task<MessageResponse> StoreReadingsAsync(HubMessage message, CancellationToken cancellationToken)
    {
        SenMlPack pack;
        try
        {
            pack = SenMl.Decode(message.Body);
        }
        catch (FormatException error)
        {
            return Refuse(message, HubOutputs.Readings, error.Message);
        }

        await (_clock is null
            ? AppendAsync(ReadingPoints.From(pack.Readings, _node.Site, _node.Name), cancellationToken)
            : _clock.StoreAsync(pack, AppendAsync, SetAsideAsync, cancellationToken));
        foreach (RefusedRecord record in pack.Refused)
        {
            await SetAsideAsync(record, message, cancellationToken);
        }

        _missing.Count(message.ConnectionModuleId ?? "", pack);
        Interlocked.Add(ref _readingsStored, pack.Stamped.Count);
        _firstReading.TrySetResult(_time.GetUtcNow());
        return MessageResponse.Completed;
    }

    private async Task<MessageResponse> StorePointsAsync(HubMessage message, CancellationToken cancellationToken)
    {
        LineBatch batch = LineProtocol.Decode(message.Body.Span, Point.InstantOf(_time.GetUtcNow()));
        await AppendAsync(_clock is null ? batch.Points : await _clock.AdmitAsync(batch.Points, AppendAsync, cancellationToken), cancellationToken);
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
            if (_clock is not null && !await _clock.LookAsync(AppendAsync, cancellationToken))
            {
                continue;
            }

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
    private Task AppendAsync(IReadOnlyList<Point> points, CancellationToken cancellationToken) =>
        OnDiskAsync(() => _lane.AppendAsync(points, cancellationToken), cancellationToken);

    // A field has one unit for life: a record of another one is kept for somebody who knows how it was meant.
    private async Task SetAsideAsync(RefusedRecord record, HubMessage message, CancellationToken cancellationToken)
    {
        if (RefusedReadings.Point(record, _node) is not { } point)
        {
            Refuse(message, HubOutputs.Readings, record.Reason);
            return;
        }

        NodeLog.ReadingSetAside(_log, record.Reason);
        await SetAsideAsync(point, record.Reason, cancellationToken);
        Interlocked.Increment(ref _readingsSetAside);
    }

    private Task SetAsideAsync(Point point, string reason, CancellationToken cancellationToken) => OnDiskAsync(
        () =>
        {
            _store.Quarantine(point, "", reason);
            return Task.CompletedTask;
        },
        cancellationToken);

    private async Task OnDiskAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await work();
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
        ("messages_refused", RefusedMessages),
        ("readings_set_aside", ReadingsSetAside),
        ("readings_missing", _missing.Total),
        ("clock_steps", _clock?.Steps ?? 0),
        ("readings_restamped", (_clock?.Restamped ?? 0) + (_clock?.Moved ?? 0)));
}
