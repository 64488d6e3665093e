using System.Collections.Immutable;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors;

/// <summary>
/// One chip (or meter) with an id. It is asked, it answers; it remembers no value, so it cannot repeat an old one. One asker
/// at a time: a bus has one master.
/// </summary>
public interface ISensor : IDisposable
{
    SensorId Id { get; }

    /// <summary>What a complete sample holds. One that lacks some of these is incomplete, and its asker counts what is missing.</summary>
    IReadOnlyList<Quantity> Quantities { get; }

    /// <summary>
    /// Asks the chip once. An absent chip, a failed bus, a wrong checksum or a late answer is a fault, and then
    /// <paramref name="into"/> is empty; after one the chip is set up from the beginning at the next call.
    /// </summary>
    /// <param name="into">Cleared first; holds the measurements afterwards, at least one if there is no fault.</param>
    /// <returns>Null, or why there is no measurement.</returns>
    /// <exception cref="OperationCanceledException">Only by <paramref name="cancellationToken"/>.</exception>
    ValueTask<SensorFault?> SampleAsync(SampleBuffer into, CancellationToken cancellationToken);
}

/// <summary>A sample as a value that may be kept.</summary>
public static class SampledSensor
{
    /// <inheritdoc cref="ISensor.SampleAsync"/>
    public static async ValueTask<Sample> SampleAsync(this ISensor sensor, CancellationToken cancellationToken)
    {
        var buffer = new SampleBuffer();
        return await sensor.SampleAsync(buffer, cancellationToken) is { } fault
            ? new Sample.Faulted(fault)
            : new Sample.Measured([.. buffer.Measurements]);
    }
}
