using System.Collections.Immutable;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Modbus;

/// <summary>What all meters on Modbus share: they keep nothing that would have to be set up, and answer in registers.</summary>
public abstract class ModbusSensor(SensorId id, IModbusLink link, byte unit, ImmutableArray<Quantity> quantities) : ISensor
{
    public const byte DefaultUnit = 1;

    private readonly IReadOnlyList<Quantity> _quantities = quantities;

    public SensorId Id { get; } = id;

    public IReadOnlyList<Quantity> Quantities => _quantities;

    /// <inheritdoc/>
    public async ValueTask<SensorFault?> SampleAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        into.Clear();
        SensorFault? fault = await MeasureAsync(into, cancellationToken);
        if (fault is not null)
        {
            into.Clear();
            Forget();
        }

        return fault ?? (into.Count == 0 ? NothingMeasured : null);
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
            link.Dispose();
        }
    }

    protected abstract ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken);

    /// <summary>What was learned of the meter is forgotten: after a fault another one may be there.</summary>
    protected virtual void Forget()
    {
    }

    protected ValueTask<Answer<ushort[]>> ReadAsync(
        ModbusFunction function, int first, int count, CancellationToken cancellationToken) =>
        link.AskAsync(new ModbusRequest(unit, function, (ushort)first, (ushort)count), cancellationToken);

    private static SensorFault NothingMeasured { get; } = new(
        FaultKind.NotReady, "no register holds a number", "Check that the meter is on supply; it needs some seconds after it came on.");
}
