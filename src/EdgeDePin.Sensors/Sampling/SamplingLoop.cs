using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Sampling;

/// <summary>Asks one sensor by its schedule, puts readings into the inbox, and tells of faults.</summary>
/// <param name="onFault">Called between two samples: it must not block.</param>
public sealed class SamplingLoop(
    ScheduledSensor scheduled, ReadingInbox inbox, SamplingCounters counters, Action<SensorFaultEvent> onFault) : IDisposable
{
    private readonly ISensor _sensor = scheduled.Sensor;

    // A bus is asked by one at a time: the schedule, or somebody who does not want to wait for it.
    private readonly SemaphoreSlim _turn = new(1);

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
            Sample sample = await _sensor.SampleAsync(cancellationToken);
            Book(sample, observedAt, uptime);
            return sample is Sample.Measured;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private void Book(Sample sample, DateTimeOffset observedAt, TimeSpan? uptime)
    {
        int readings = sample is Sample.Measured measured ? Post(measured, observedAt, uptime) : 0;
        counters.Book(_sensor.Quantities.Count, readings);
        SensorFault? fault = (sample as Sample.Faulted)?.Fault
            ?? (readings < _sensor.Quantities.Count ? Incomplete((Sample.Measured)sample) : null);
        if (fault is not null)
        {
            onFault(new SensorFaultEvent(_sensor.Id, fault, observedAt));
        }
    }

    private int Post(Sample.Measured measured, DateTimeOffset observedAt, TimeSpan? uptime)
    {
        int readings = 0;
        foreach (Measurement measurement in measured.Measurements)
        {
            inbox.Post(new Reading(_sensor.Id, measurement.Quantity, measurement.Value, observedAt), uptime);
            readings++;
        }

        return readings;
    }

    private SensorFault Incomplete(Sample.Measured measured)
    {
        IEnumerable<Quantity> missing = _sensor.Quantities.Except(measured.Measurements.Select(one => one.Quantity));
        return new SensorFault(
            FaultKind.NotReady, $"no {string.Join(", ", missing)} in this sample", "None needed if it passes; otherwise the chip is defective.");
    }
}
