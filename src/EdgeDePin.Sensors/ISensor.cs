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
    /// Asks the chip once. An absent chip, a failed bus, a wrong checksum or a late answer is a
    /// <see cref="Sample.Faulted"/>; after one the chip is set up from the beginning at the next call.
    /// </summary>
    /// <exception cref="OperationCanceledException">Only by <paramref name="cancellationToken"/>.</exception>
    ValueTask<Sample> SampleAsync(CancellationToken cancellationToken);
}
