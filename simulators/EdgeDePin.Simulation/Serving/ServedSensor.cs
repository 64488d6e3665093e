using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Serving;

/// <summary>A simulated chip of a scenario, what surrounds it, and what is done to it.</summary>
public sealed class ServedSensor : IDisposable
{
    // As an SCD30 does it in every transfer (its datasheet names 30 ms).
    private static readonly TimeSpan Stretch = TimeSpan.FromMilliseconds(30);

    private readonly SimulatedBuses _buses = new();
    private readonly SiteEnvironment _environment;
    private readonly IReadOnlyList<PlannedFault> _faults;
    private readonly DateTimeOffset _start;
    private readonly TimeProvider _time;
    private readonly FaultPlan _plan;
    private readonly Dictionary<Quantity, double> _held = [];
    private readonly CounterFaults _counters;
    private readonly WallClock _clock;
    private readonly Lock _lock = new();
    private readonly Random _random;
    private PlannedFault? _before;

    public ServedSensor(string site, SensorOptions options, SiteEnvironment environment, IEnumerable<PlannedFault> faults, int seed, TimeProvider time)
    {
        (Site, Options, Name, _environment, _time, _start) = (site, options, options.Id ?? options.Chip, environment, time, time.GetUtcNow());
        _faults = [.. faults.Where(fault => fault.Site == site && fault.Sensor == Name)];
        (_plan, _random, _clock) = (new FaultPlan(seed, 0), new Random(seed), new WallClock(time));
        _counters = new CounterFaults(Entry.Quantities, environment, _start, [.. _faults]);
        Place = new ChipPlace(options, _buses, Value, time, _plan);
        Bus = SimulatedChips.Wire(Place);
    }

    /// <summary>Refuses a plan in which a fault cannot act: what is announced has to happen.</summary>
    /// <param name="line">What the chip is served on.</param>
    /// <param name="isRead">In this process, by <see cref="Clock"/>.</param>
    /// <exception cref="FormatException">One of its faults does nothing there; the message names it and those that would.</exception>
    public void Check(BusKind line, bool isRead)
    {
        PlannedFaultKind[] possible = [.. FaultReach.Of(Place.Chip, line, Entry.Quantities, isRead)];
        if (_faults.FirstOrDefault(fault => !possible.Contains(fault.Kind)) is { } fault)
        {
            throw new FormatException(
                $"the fault {fault.Kind} of {Site}/{Name} at {fault.AtSeconds} s cannot act on a {Options.Chip} on {line.ToString().ToLowerInvariant()}: "
                + $"{FaultReach.WhyNot(fault.Kind)}. Plan one of {string.Join(", ", possible)}.");
        }
    }

    /// <summary>What the next question on Modbus TCP meets.</summary>
    public BusFault Next() => Line is { IsPlugged: false } ? BusFault.NoAnswer : _plan.Next();

    /// <summary>The kind of line that it is wired to in this process.</summary>
    public BusKind Wired => BusName.TryParse(Bus, out BusName? name) ? name.Kind : throw new InvalidOperationException($"{Bus} is no bus.");

    public string Site { get; }

    public string Name { get; }

    public SensorOptions Options { get; }

    public string Bus { get; }

    public SensorCatalogEntry Entry => SensorCatalog.Entry(Options.Chip);

    public ChipPlace Place { get; }

    /// <summary>The clock of whoever reads the sensor in this process.</summary>
    public TimeProvider Clock => _clock;

    /// <summary>Line that another program may open, if it is on one.</summary>
    public SimulatedUartChip? Line => Place.Chip as SimulatedUartChip;

    /// <summary>Registers, of a meter.</summary>
    public SimulatedModbusUnit? Unit => (Place.Chip as SimulatedModbusLine)?.Only;

    /// <summary>What is true now, whatever the chip shows.</summary>
    public double? Truth(Quantity quantity, DateTimeOffset at) => _counters.Truth(quantity, _environment.At(quantity, at));

    /// <summary>The fault that holds now, if any; applies it to the bus. Called often.</summary>
    public PlannedFault? Step()
    {
        PlannedFault? fault = Current(_time.GetUtcNow());
        bool begins = fault is not null && fault != _before;
        _before = fault;
        if (Line is { } line)
        {
            line.IsPlugged = fault?.Kind != PlannedFaultKind.Unplug;
            if (fault?.Kind == PlannedFaultKind.Garbage)
            {
                byte[] noise = new byte[40];
                _random.NextBytes(noise);
                line.Say(noise);
            }
        }
        else if (Place.Chip is SimulatedI2cChip chip)
        {
            chip.IsPlugged = fault?.Kind != PlannedFaultKind.Unplug;
            chip.Hangs = fault?.Kind == PlannedFaultKind.Hang;
            chip.Stretch = fault?.Kind == PlannedFaultKind.Stretch ? Stretch : TimeSpan.Zero;
        }
        else if (Place.Chip is SimulatedDs18b20 thermometer)
        {
            thermometer.IsPlugged = fault?.Kind != PlannedFaultKind.Unplug;
        }
        else if (Place.Chip is SimulatedContact contact)
        {
            contact.IsPlugged = fault?.Kind != PlannedFaultKind.Unplug;
        }

        _clock.Offset = TimeSpan.FromSeconds(fault?.Kind == PlannedFaultKind.ClockStep ? fault.StepSeconds : 0);
        if (Place.Chip is SimulatedDsmr meter)
        {
            meter.ClockOffset = _clock.Offset;
        }

        if (begins && fault!.Kind == PlannedFaultKind.BrownOut)
        {
            (Place.Chip as SimulatedI2cChip)?.PowerOn();
            (Place.Chip as SimulatedUartChip)?.PowerOn();
            (Place.Chip as SimulatedDs18b20)?.PowerOn();
        }

        _plan.Always = fault?.Kind switch
        {
            PlannedFaultKind.BitFlip => BusFault.BitFlip,
            PlannedFaultKind.ShortFrame => BusFault.ShortFrame,
            PlannedFaultKind.NoAnswer => BusFault.NoAnswer,
            _ => BusFault.None,
        };
        return fault;
    }

    /// <summary>The real driver on this chip, for what is read in this process.</summary>
    public ISensor Open() => SensorCatalog.Open(SimulatedSite.OnBus(Options, Bus), _buses, _clock);

    public void Dispose() => _buses.Dispose();

    private PlannedFault? Current(DateTimeOffset at) =>
        _faults.FirstOrDefault(fault => (at - _start).TotalSeconds is var since && since >= fault.AtSeconds && since < fault.AtSeconds + fault.ForSeconds);

    private double? Value(Quantity quantity, DateTimeOffset at)
    {
        double? truth = _counters.Shown(quantity, _environment.At(quantity, at), at);
        double since = (at - _start).TotalSeconds;
        PlannedFault? fault = Current(at);
        lock (_lock)
        {
            if (fault?.Kind == PlannedFaultKind.StuckAt && _held.TryGetValue(quantity, out double held))
            {
                return held;
            }

            _held[quantity] = truth ?? 0;
        }

        return fault?.Kind switch
        {
            PlannedFaultKind.Drift => truth * (1 + ((since - fault.AtSeconds) / 20)),
            PlannedFaultKind.Saturated when quantity == Quantity.RelativeHumidity => 100,
            PlannedFaultKind.Spikes when !quantity.IsCounter && (long)since % 7 == 0 => 3 * truth,
            PlannedFaultKind.CounterZero when quantity.IsCounter => 0,
            _ => truth,
        };
    }
}
