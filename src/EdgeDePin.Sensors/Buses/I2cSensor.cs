using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Buses;

/// <summary>
/// What all chips on I2C share: they are set up before the first sample and again after any fault, because what answers then
/// may have lost its settings, or be another chip.
/// </summary>
public abstract class I2cSensor(SensorId id, I2cDevice device, TimeProvider time, ImmutableArray<Quantity> quantities) : ISensor
{
    private readonly ReusableDelay _delay = new(time);
    private readonly IReadOnlyList<Quantity> _quantities = quantities;
    private bool _isSetUp;

    public SensorId Id { get; } = id;

    public IReadOnlyList<Quantity> Quantities => _quantities;

    protected I2cDevice Device { get; } = device;

    protected TimeProvider Time { get; } = time;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SensorFault?> SampleAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        into.Clear();
        SensorFault? fault;
        try
        {
            fault = _isSetUp ? null : await SetUpAsync(cancellationToken);
            _isSetUp = fault is null;
            fault ??= await MeasureAsync(into, cancellationToken);
            fault ??= into.Count == 0 ? NothingMeasured : null;
        }
        catch (BusHungException error)
        {
            fault = new SensorFault(FaultKind.Bus, error.Message, "A chip holds SDA or SCL: power-cycle the bus, or give it the lines of its recovery.");
        }
        catch (IOException error)
        {
            fault = new SensorFault(FaultKind.NoAnswer, error.Message, "Check power, SDA, SCL and the address (i2cdetect -y 1).");
        }

        if (fault is not null)
        {
            _isSetUp = false;
            into.Clear();
        }

        return fault;
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
            Device.Dispose();
            _delay.Dispose();
        }
    }

    /// <summary>Finds out that it is the right chip and brings it into the state that <see cref="MeasureAsync"/> expects.</summary>
    protected abstract ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken);

    /// <summary>One conversion.</summary>
    protected abstract ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken);

    protected ValueTask WaitAsync(TimeSpan wait, CancellationToken cancellationToken) => _delay.WaitAsync(wait, cancellationToken);

    protected ValueTask WaitAsync(double milliseconds, CancellationToken cancellationToken) =>
        _delay.WaitAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    protected static SensorFault WrongChip(string register, int seen, string expected) => new(
        FaultKind.WrongChip, $"{register} reads 0x{seen:X2}, expected {expected}", "Check the address and the configured chip: another one answers there.");

    private static SensorFault NothingMeasured { get; } = new(
        FaultKind.NotReady, "no channel has a value", "None needed if it passes; otherwise check the power of the chip.");
}
