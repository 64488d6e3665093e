using EdgeDePin.Model;
using EdgeDePin.Sensors.AirQuality;

namespace EdgeDePin.Sensors.Sampling;

/// <summary>Asks one sensor by its schedule, puts what it says into the inbox, judged, and tells of faults.</summary>
/// <param name="path">The same for all sensors of a node: they are compared with each other.</param>
/// <param name="counters">Of the node; the sensor's own are <see cref="Counts"/>.</param>
/// <param name="onFault">Called between two samples: it must not block.</param>
/// <param name="onWaveform">Likewise, with what a sensor that takes blocks has taken.</param>
public sealed class SamplingLoop(
    ScheduledSensor scheduled, ReadingPath path, ReadingInbox inbox, SamplingCounters counters, Action<SensorFaultEvent> onFault,
    Action<SensorWaveform>? onWaveform = null) : IDisposable
{
    private readonly ISensor _sensor = scheduled.Sensor;
    private readonly Treatment _treatment = scheduled.Treatment ?? Treatment.None;
    private readonly SampleBuffer _sample = new();
    private readonly SampleMean _mean = new();
    private readonly SamplingCounters _own = new();

    // A bus is asked by one at a time: the schedule, or somebody who does not want to wait for it.
    private readonly SemaphoreSlim _turn = new(1);
    private bool _isCold = true;
    private long _waveforms;
    private long _missedWaveforms;

    public SensorId Sensor => _sensor.Id;

    public Treatment Treatment => _treatment;

    /// <summary>How late its slots began; null where the schedule is of another time.</summary>
    public SlotLateness? Lateness => scheduled.Lateness;

    /// <summary>Blocks that came with its samples, and samples without one although the sensor takes them.</summary>
    public (long Taken, long Missed) Waveforms => (Interlocked.Read(ref _waveforms), Interlocked.Read(ref _missedWaveforms));

    /// <summary>Of a sensor with a laser.</summary>
    public LaserClock? Laser => (_sensor as ILaserSensor)?.Laser;

    /// <summary>Of this sensor.</summary>
    public SamplingCounts Counts => _own.Counts;

    /// <summary>Ends when the schedule ends or when cancelled, normally in both cases. The sensor stays open.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // A replay that is late has nothing to wait for, and must not keep the one who started the loop.
        await Task.Yield();
        try
        {
            await foreach (DateTimeOffset observedAt in scheduled.Schedule.WithCancellation(cancellationToken))
            {
                await SampleAsync(observedAt, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Being asked to stop is the ordinary end of a live loop.
        }
    }

    /// <summary>Asks the sensor out of turn. What comes of it takes the same way as any other sample.</summary>
    /// <returns>Whether there was a measurement.</returns>
    public async Task<bool> SampleAsync(DateTimeOffset observedAt, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // Of the same moment as the instant, however long the sensor takes.
            TimeSpan? uptime = scheduled.Clock?.GetElapsedTime(0);
            SensorFault? fault = await AskAsync(cancellationToken);
            Book(fault, observedAt, uptime);
            return _sample.Count > 0;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async ValueTask<SensorFault?> AskAsync(CancellationToken cancellationToken)
    {
        if (_treatment.Oversampling == 1)
        {
            return await _sensor.SampleAsync(_sample, cancellationToken);
        }

        SensorFault? fault = null;
        _mean.Clear();
        for (int question = 0; question < _treatment.Oversampling; question++)
        {
            // What the others answered is still worth something, and the fault is told.
            fault = await _sensor.SampleAsync(_sample, cancellationToken) ?? fault;
            _mean.Take(_sample.Measurements);
        }

        (WaveformBlock? newest, bool hasMissed) = (_sample.Waveform, _sample.HasMissedWaveform);
        _mean.WriteTo(_sample);
        (_sample.Waveform, _sample.HasMissedWaveform) = (newest, hasMissed);
        return fault;
    }

    private void Book(SensorFault? fault, DateTimeOffset observedAt, TimeSpan? uptime)
    {
        // Verdicts rest on how long ago something was; a step of the clock on the wall changes nothing about that.
        DateTimeOffset judgedAt = uptime is { } since ? DateTimeOffset.UnixEpoch + since : observedAt;
        if (_isCold && _sample.Count > 0)
        {
            path.Started(_sensor.Id, judgedAt, _treatment.WarmUp);
        }

        // Who answers nothing may be without supply; a wrong checksum comes from a sensor that runs.
        _isCold = _sample.Count == 0 && (_isCold || fault?.Kind is FaultKind.NoAnswer or FaultKind.Timeout);
        int suspect = 0, bad = 0, unlike = 0;
        path.Pass(_sensor.Id, _treatment, _sample.Measurements, (observedAt, judgedAt), reading =>
        {
            inbox.Post(reading, uptime);
            suspect += reading.Quality.Verdict == QualityVerdict.Suspect ? 1 : 0;
            bad += reading.Quality.Verdict == QualityVerdict.Bad ? 1 : 0;
            unlike += reading.Quality.Reason == QualityReason.Neighbour ? 1 : 0;
        });
        Interlocked.Add(ref _missedWaveforms, _sample.HasMissedWaveform ? 1 : 0);
        if (_sample.Waveform is { } block)
        {
            Interlocked.Increment(ref _waveforms);
            onWaveform?.Invoke(new SensorWaveform(_sensor.Id, block, observedAt));
        }

        counters.Book(_sensor.Quantities.Count, _sample.Count, suspect, bad, unlike);
        _own.Book(_sensor.Quantities.Count, _sample.Count, suspect, bad, unlike);
        fault ??= _sample.Count < _sensor.Quantities.Count ? Incomplete() : null;
        if (fault is not null)
        {
            onFault(new SensorFaultEvent(_sensor.Id, fault, observedAt));
        }
    }

    private SensorFault Incomplete()
    {
        Measurement[] measured = [.. _sample.Measurements];
        IEnumerable<Quantity> missing = _sensor.Quantities.Except(measured.Select(one => one.Quantity));
        return new SensorFault(
            FaultKind.NotReady, $"no {string.Join(", ", missing)} in this sample", "None needed if it passes; otherwise the chip is defective.");
    }
}
