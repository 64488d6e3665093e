using System.Text.Json.Nodes;
using System.Threading.Channels;
using EdgeDePin.EdgeHub;
using EdgeDePin.Model;
using EdgeDePin.Node.Clocks;
using EdgeDePin.Node.Neighbours;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Quality;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node;

/// <summary>The sensing side of a node: asks its sensors by their schedules and hands readings and faults to the hub.</summary>
public sealed class Sensing
{
    /// <summary>Faults that wait for the hub; a sensor that faults at 10 Hz fills it in under two minutes.</summary>
    public const int MaxWaitingFaults = 1_024;

    /// <summary>Blocks that wait to be computed with, 10 KB each: a minute of one sensor at 1 Hz.</summary>
    public const int MaxWaitingWaveforms = 64;

    private static readonly TimeSpan HealthPeriod = TimeSpan.FromSeconds(5);

    // What the inbox still holds at the end is sent within this time, or counted by the summary as not stored.
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(10);

    private readonly NodeOptions _node;
    private readonly ModuleClient _hub;
    private readonly PointSender _points;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ReadingInbox _inbox;
    private readonly Channel<SensorFaultEvent> _faults;
    private readonly Channel<SensorWaveform> _waveforms;
    private readonly Dictionary<SensorId, SupplyWatch> _supplies = [];
    private readonly SamplingLoop[] _loops;
    private readonly LatestOfSensors _latest;
    private readonly string? _boot;
    private long _faultsDropped;
    private long _waveformsDropped;

    /// <param name="time">The node's own clock, also where a schedule runs on another.</param>
    /// <param name="boot">The start of the device, see <see cref="DeviceTime.Boot"/>; null sends readings without it.</param>
    /// <param name="neighbours">How readings are compared with other nodes; the defaults if not said.</param>
    public Sensing(
        NodeOptions node, IReadOnlyList<ScheduledSensor> sensors, ModuleClient hub, TimeProvider time, ILogger log, string? boot = null,
        NeighbourCheckOptions? neighbours = null)
    {
        neighbours ??= new NeighbourCheckOptions();
        (_node, _hub, _time, _log, _boot) = (node, hub, time, log, boot);
        _points = new PointSender(hub);
        _inbox = new ReadingInbox(Counters);
        _faults = Channel.CreateBounded<SensorFaultEvent>(
            // The newest fault says how things are; the oldest says only how long.
            new BoundedChannelOptions(MaxWaitingFaults) { FullMode = BoundedChannelFullMode.DropOldest },
            _ => Interlocked.Increment(ref _faultsDropped));
        _waveforms = Channel.CreateBounded<SensorWaveform>(
            new BoundedChannelOptions(MaxWaitingWaveforms) { FullMode = BoundedChannelFullMode.DropOldest },
            _ => Interlocked.Increment(ref _waveformsDropped));
        var path = new ReadingPath(new NeighbourCheck(neighbours, node.AltitudeMetres));
        _latest = new LatestOfSensors(path, hub, TimeSpan.FromSeconds(neighbours.PeriodSeconds), boot, time, log);
        _loops = [.. sensors.Select(sensor => new SamplingLoop(sensor, path, _inbox, Counters, OnFault, waveform => _waveforms.Writer.TryWrite(waveform)))];
    }

    public SamplingCounters Counters { get; } = new();

    /// <summary>Fault events that were pushed out before the hub had them; their missing readings are counted all the same.</summary>
    public long FaultsDropped => Interlocked.Read(ref _faultsDropped);

    /// <summary>Ends when every schedule has ended or the token asks for it, and what was read has reached the hub.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var draining = new CancellationTokenSource();
        Task connecting = _hub.ConnectAsync(draining.Token);
        Task readings = PublishReadingsAsync(draining.Token);
        Task faults = PublishFaultsAsync(draining.Token);
        Task waveforms = PublishPowerQualityAsync(draining.Token);
        using var healthEnds = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task health = PublishHealthAsync(healthEnds.Token);
        Task lasers = KeepLasersAsync(healthEnds.Token);
        Task latest = _latest.RunAsync(healthEnds.Token);

        // Each begins on its own, so that starting one does not hold up the others.
        await Task.WhenAll(_loops.Select(loop => Task.Run(() => loop.RunAsync(cancellationToken), CancellationToken.None)));

        Array.ForEach(_loops, loop => loop.Dispose());
        _inbox.Complete();
        _faults.Writer.TryComplete();
        _waveforms.Writer.TryComplete();
        draining.CancelAfter(DrainPatience);
        await healthEnds.CancelAsync();
        await Task.WhenAll(connecting, readings, faults, waveforms, health, lasers, latest).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await SendHealthAsync(draining.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The counters of this instant.</summary>
    public JsonObject Count()
    {
        SamplingCounts counts = Counters.Counts;
        NeighbourCounts neighbours = _latest.Counts;
        return new JsonObject
        {
            ["sensors"] = _loops.Length,
            ["samplesAsked"] = counts.SamplesAsked,
            ["readings"] = counts.Readings,
            ["faults"] = counts.Faults,
            ["suspect"] = counts.Suspect,
            ["bad"] = counts.Bad,
            ["inboxDropped"] = counts.Dropped,
            ["faultsDropped"] = FaultsDropped,
            ["waveformsDropped"] = Interlocked.Read(ref _waveformsDropped),
            ["unlikeNeighbours"] = counts.UnlikeNeighbours,
            ["neighboursNow"] = neighbours.Neighbours,
            ["neighbourValues"] = neighbours.Heard,
            ["neighbourValuesRefused"] = neighbours.Refused + _latest.Refused,
            ["readingsCompared"] = neighbours.Compared,
        };
    }

    /// <summary>Asks every sensor now, out of its schedule; returns how many measured and how many could not.</summary>
    public async Task<JsonObject> ReadNowAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.GetUtcNow();
        bool[] measured = await Task.WhenAll(_loops.Select(loop => Task.Run(() => loop.SampleAsync(now, cancellationToken), cancellationToken)));
        return new JsonObject { ["measured"] = measured.Count(one => one), ["faulted"] = measured.Count(one => !one) };
    }

    /// <summary>Returns when the hub has everything that was read until now.</summary>
    public async Task<JsonObject> FlushAsync(CancellationToken cancellationToken)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20), _time);
        while (_inbox.Count > 0 || _hub.State.Waiting > 0)
        {
            await tick.WaitForNextTickAsync(cancellationToken);
        }

        return new JsonObject { ["waiting"] = 0 };
    }

    private async Task PublishReadingsAsync(CancellationToken cancellationToken)
    {
        var pack = new List<StampedReading>(SenMl.MaxReadings);
        while (await _inbox.Reader.WaitToReadAsync(cancellationToken))
        {
            pack.Clear();
            while (pack.Count < SenMl.MaxReadings && _inbox.Reader.TryRead(out StampedReading reading))
            {
                pack.Add(reading);
            }

            var message = new HubMessage(SenMl.Encode(_boot, pack)) { ContentType = SenMl.ContentType, ContentEncoding = "utf-8" };
            await _hub.SendEventAsync(HubOutputs.Readings, message, cancellationToken);
        }
    }

    private async Task PublishFaultsAsync(CancellationToken cancellationToken)
    {
        var points = new List<Point>();
        while (await _faults.Reader.WaitToReadAsync(cancellationToken))
        {
            points.Clear();
            while (points.Count < MaxWaitingFaults && _faults.Reader.TryRead(out SensorFaultEvent? fault))
            {
                points.Add(FaultPoints.From(fault, _node));
            }

            await _points.SendAsync(points, cancellationToken);
        }
    }

    private async Task PublishPowerQualityAsync(CancellationToken cancellationToken)
    {
        await foreach (SensorWaveform waveform in _waveforms.Reader.ReadAllAsync(cancellationToken))
        {
            if (!_supplies.TryGetValue(waveform.Sensor, out SupplyWatch? supply))
            {
                _supplies[waveform.Sensor] = supply = new SupplyWatch(_node);
            }

            if (supply.Take(waveform) is { Count: > 0 } points)
            {
                await _points.SendAsync(points, cancellationToken);
            }
        }
    }

    private async Task PublishHealthAsync(CancellationToken cancellationToken)
    {
        Point[] calibrations = [.. _loops.SelectMany(loop => SensorPoints.Calibrations(loop, _node, _time.GetUtcNow()))];
        if (calibrations.Length > 0)
        {
            await _points.SendAsync(calibrations, cancellationToken);
        }

        using var timer = new PeriodicTimer(HealthPeriod, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await SendHealthAsync(cancellationToken);
        }
    }

    private async Task KeepLasersAsync(CancellationToken cancellationToken)
    {
        LaserBook book;
        try
        {
            book = new LaserBook(_node.DataFolder, _loops);
        }
        catch (Exception error) when (error is IOException or FormatException or UnauthorizedAccessException)
        {
            // Hours of a laser are no reason not to measure.
            NodeLog.LasersNotKept(_log, error.Message);
            return;
        }

        if (book.IsEmpty)
        {
            return;
        }

        using var timer = new PeriodicTimer(LaserBook.Period, _time);
        try
        {
            do
            {
                Keep(book);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            Keep(book);   // how it was at the end
        }
    }

    private void Keep(LaserBook book)
    {
        try
        {
            book.Write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            NodeLog.LasersNotKept(_log, error.Message);
        }
    }

    private Task SendHealthAsync(CancellationToken cancellationToken)
    {
        SamplingCounts counts = Counters.Counts;
        NeighbourCounts neighbours = _latest.Counts;
        DateTimeOffset now = _time.GetUtcNow();
        Point health = HealthPoints.At(_node, now,
            ("samples_asked", counts.SamplesAsked), ("readings", counts.Readings), ("faults", counts.Faults),
            ("suspect", counts.Suspect), ("bad", counts.Bad), ("inbox_dropped", counts.Dropped), ("faults_dropped", FaultsDropped),
            ("unlike_neighbours", counts.UnlikeNeighbours), ("neighbours_now", neighbours.Neighbours), ("neighbour_values", neighbours.Heard),
            ("neighbour_values_refused", neighbours.Refused + _latest.Refused), ("readings_compared", neighbours.Compared));
        return _points.SendAsync([health, .. _loops.Select(loop => SensorPoints.Health(loop, _node, now))], cancellationToken);
    }

    private void OnFault(SensorFaultEvent fault)
    {
        NodeLog.SensorFaulted(_log, fault.Sensor.Value, fault.Fault.Kind.ToString(), fault.Fault.Detail, fault.Fault.Remedy);
        _faults.Writer.TryWrite(fault);
    }
}
