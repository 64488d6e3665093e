using System.Device.Gpio;

namespace EdgeDePin.Simulation.Buses;

/// <summary>Pins with pull-ups, to which contacts are wired that close to ground, and open-drain lines that chips hold down.</summary>
public sealed class SimulatedGpio : GpioDriver
{
    private const int Pins = 64;
    private readonly PinMode?[] _modes = new PinMode?[Pins];
    private readonly PinValue[] _outputs = new PinValue[Pins];
    private readonly bool[] _closed = new bool[Pins];
    private readonly Dictionary<int, List<(PinEventTypes Events, PinChangeEventHandler Handler)>> _handlers = [];
    private readonly Lock _lock = new();

    /// <summary>Pins that another program has.</summary>
    public HashSet<int> Taken { get; } = [];

    /// <summary>Called after each change of a driven line; simulated chips watch clocks with it.</summary>
    public event Action<int, PinValue>? Driven;

    protected override int PinCount => Pins;

    /// <summary>Closes or opens the contact at a pin: low or high.</summary>
    public void SetContact(int pin, bool closed)
    {
        List<PinChangeEventHandler> called = [];
        lock (_lock)
        {
            if (_closed[pin] == closed)
            {
                return;
            }

            _closed[pin] = closed;
            PinEventTypes change = closed ? PinEventTypes.Falling : PinEventTypes.Rising;
            if (_handlers.TryGetValue(pin, out List<(PinEventTypes Events, PinChangeEventHandler Handler)>? handlers))
            {
                called.AddRange(handlers.Where(one => one.Events.HasFlag(change)).Select(one => one.Handler));
            }
        }

        foreach (PinChangeEventHandler handler in called)
        {
            handler(this, new PinValueChangedEventArgs(closed ? PinEventTypes.Falling : PinEventTypes.Rising, pin));
        }
    }

    /// <summary>One short closure.</summary>
    public void Pulse(int pin)
    {
        SetContact(pin, true);
        SetContact(pin, false);
    }

    protected override void OpenPin(int pinNumber) => _modes[pinNumber] = Taken.Contains(pinNumber)
        ? throw new IOException("Device or resource busy") : PinMode.Input;

    protected override void ClosePin(int pinNumber) => _modes[pinNumber] = null;

    protected override void SetPinMode(int pinNumber, PinMode mode)
    {
        PinValue before = Read(pinNumber);
        _modes[pinNumber] = mode;
        if (Read(pinNumber) != before)
        {
            Driven?.Invoke(pinNumber, Read(pinNumber));
        }
    }

    protected override PinMode GetPinMode(int pinNumber) => _modes[pinNumber] ?? PinMode.Input;

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) =>
        mode is PinMode.Input or PinMode.InputPullUp or PinMode.Output;

    protected override PinValue Read(int pinNumber) =>
        _closed[pinNumber] ? PinValue.Low : _modes[pinNumber] == PinMode.Output ? _outputs[pinNumber] : PinValue.High;

    protected override void Write(int pinNumber, PinValue value)
    {
        PinValue before = Read(pinNumber);
        _outputs[pinNumber] = value;
        if (Read(pinNumber) != before)
        {
            Driven?.Invoke(pinNumber, value);
        }
    }

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Drivers here are told of changes; none waits for one.");

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        lock (_lock)
        {
            if (!_handlers.TryGetValue(pinNumber, out List<(PinEventTypes Events, PinChangeEventHandler Handler)>? handlers))
            {
                _handlers[pinNumber] = handlers = [];
            }

            handlers.Add((eventTypes, callback));
        }
    }

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
        lock (_lock)
        {
            if (_handlers.TryGetValue(pinNumber, out List<(PinEventTypes Events, PinChangeEventHandler Handler)>? handlers))
            {
                handlers.RemoveAll(one => one.Handler == callback);
            }
        }
    }
}
