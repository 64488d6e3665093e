using System.Collections.Immutable;
using System.Device.Gpio;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Buses;

/// <summary>What sensors share that close a contact: the pin is watched from the first sample on, with a pull-up.</summary>
public abstract class PulseSensor(SensorId id, Func<GpioController> open, int pin, TimeProvider time, ImmutableArray<Quantity> quantities) : ISensor
{
    private readonly IReadOnlyList<Quantity> _quantities = quantities;
    private readonly Lock _lock = new();
    private GpioController? _gpio;

    public SensorId Id { get; } = id;

    public IReadOnlyList<Quantity> Quantities => _quantities;

    protected TimeProvider Time { get; } = time;

    /// <inheritdoc/>
    public async ValueTask<SensorFault?> SampleAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        into.Clear();
        try
        {
            Watch();
            await UntilDueAsync(cancellationToken);
            lock (_lock)
            {
                Take(Time.GetTimestamp(), into);
            }

            return null;
        }
        catch (Exception error) when (error is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            Unwatch();
            return new SensorFault(FaultKind.Bus, $"gpio:{pin}: {error.Message.TrimEnd('.')}", "See that this machine has the pin, that no other program holds it (gpioinfo), and that the user is in the group gpio.");
        }
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
            Unwatch();
        }
    }

    /// <summary>The contact has closed. Called one at a time, never while <see cref="Take"/> runs.</summary>
    /// <param name="timestamp">Of <see cref="Time"/>.</param>
    protected abstract void Pulse(long timestamp);

    /// <summary>What the pulses since the last sample say.</summary>
    protected abstract void Take(long timestamp, SampleBuffer into);

    /// <summary>Waits until there is enough to tell something.</summary>
    protected abstract ValueTask UntilDueAsync(CancellationToken cancellationToken);

    private void Watch()
    {
        if (_gpio is not null)
        {
            return;
        }

        GpioController gpio = open();
        gpio.OpenPin(pin, PinMode.InputPullUp);
        gpio.RegisterCallbackForPinValueChangedEvent(pin, PinEventTypes.Falling, OnFalling);
        _gpio = gpio;
    }

    private void Unwatch()
    {
        if (_gpio is { } gpio)
        {
            gpio.UnregisterCallbackForPinValueChangedEvent(pin, OnFalling);
            gpio.Dispose();
            _gpio = null;
        }
    }

    private void OnFalling(object sender, PinValueChangedEventArgs change)
    {
        lock (_lock)
        {
            Pulse(Time.GetTimestamp());
        }
    }
}
