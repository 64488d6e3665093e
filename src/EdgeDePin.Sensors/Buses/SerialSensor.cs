using System.Collections.Immutable;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Buses;

/// <summary>What all chips on a serial line of their own share: one exchange is a sample, and a fault closes the line.</summary>
/// <param name="patience">How long one sample may take altogether.</param>
public abstract class SerialSensor(SensorId id, StreamPort port, ImmutableArray<Quantity> quantities, TimeSpan patience) : ISensor
{
    private readonly IReadOnlyList<Quantity> _quantities = quantities;

    public SensorId Id { get; } = id;

    public IReadOnlyList<Quantity> Quantities => _quantities;

    protected TimeProvider Time => port.Time;

    /// <summary>Of a line that spoke but not to the point: what came instead of an answer. Null: nothing did.</summary>
    protected virtual SensorFault? Disturbed(SensorFault silence) => null;

    /// <inheritdoc/>
    public async ValueTask<SensorFault?> SampleAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        into.Clear();
        Answer<SampleBuffer> answer = await port.AskAsync<SampleBuffer>(
            patience, (line, token) => ExchangeAsync(line, into, token), cancellationToken);
        if (!answer.Failed(out SensorFault? fault, out _))
        {
            return null;
        }

        into.Clear();
        Forget();
        return fault.Kind is FaultKind.Timeout or FaultKind.Bus && Disturbed(fault) is { } disturbed ? disturbed : fault;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            port.Dispose();
        }
    }

    /// <summary>The line is closed and will be another when it opens: whatever was set up is no more.</summary>
    protected virtual void Forget()
    {
    }

    /// <summary>Asks, and fills the buffer; or tells why not.</summary>
    protected abstract ValueTask<Answer<SampleBuffer>> ExchangeAsync(
        Stream line, SampleBuffer into, CancellationToken cancellationToken);
}
