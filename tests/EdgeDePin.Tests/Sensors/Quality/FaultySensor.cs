using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Network;
using EdgeDePin.Simulation.Scenarios;
using EdgeDePin.Simulation.Serving;

namespace EdgeDePin.Tests.Sensors.Quality;

/// <summary>A real driver on a simulated chip to which faults are done by plan, sampled as a node does it, and what came of each of its samples.</summary>
internal sealed class FaultySensor : ISensor
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(20);

    private readonly List<JudgedValue> _judged = [];
    private readonly List<DateTimeOffset> _faults = [];
    private readonly Dictionary<Quantity, double> _held = [];
    private readonly SimulatedBuses _buses = new();
    private readonly FaultPlan _plan;
    private readonly ISensor _sensor;
    private readonly ChipPlace _place;
    private readonly SiteEnvironment _site;
    private readonly CounterFaults _counters;
    private readonly VirtualTime _time;
    private readonly WallClock _clock;
    private readonly DateTimeOffset _start;
    private readonly InjectedFault[] _injected;
    private readonly Random _random;
    private readonly TimeSpan _warmUp;
    private DateTimeOffset _askedAt;

    /// <param name="time">What chips and weather go by.</param>
    /// <param name="clock">What the node goes by: somebody sets it.</param>
    public FaultySensor(string chip, int seed, SiteEnvironment site, VirtualTime time, WallClock clock, InjectedFault[] faults)
    {
        (Chip, _site, _time, _clock, _start, _random) = (chip, site, time, clock, time.GetUtcNow(), new Random(seed));
        _injected = [.. faults.Where(fault => fault.Chip == chip)];
        _plan = new FaultPlan(seed, 0);
        SensorCatalogEntry entry = SensorCatalog.Entry(chip);
        _counters = new CounterFaults(entry.Quantities, site, _start, [.. _injected.Select(fault => fault.OfCounter()).OfType<PlannedFault>()]);
        var options = new SensorOptions { Chip = chip, Bus = SimulatedSite.Bus };
        _place = new ChipPlace(options, _buses, Seen, time, _plan);
        string bus = SimulatedChips.Wire(_place);
        _warmUp = TimeSpan.FromSeconds(entry.WarmUpSeconds);
        _sensor = SensorCatalog.Open(SimulatedSite.OnBus(options, bus), _buses, clock);
    }

    public string Chip { get; }

    public SensorId Id => _sensor.Id;

    public IReadOnlyList<Quantity> Quantities => _sensor.Quantities;

    public int Asked { get; private set; }

    /// <summary>Readings that came without the uptime, by which a wrong instant can be put right.</summary>
    public int Unplaced { get; private set; }

    public IReadOnlyList<JudgedValue> Judged => _judged;

    public async Task RunAsync(ReadingPath path, CancellationToken cancellationToken)
    {
        var counters = new SamplingCounters();
        var inbox = new ReadingInbox(counters);
        var scheduled = ScheduledSensor.Every(Period, this, _clock, treatment: Treatment.None with { WarmUp = _warmUp });
        using var loop = new SamplingLoop(scheduled, path, inbox, counters, _ => _faults.Add(_askedAt));
        await loop.RunAsync(cancellationToken);
        inbox.Complete();
        Assert.Equal(0, counters.Dropped);
        while (inbox.Reader.TryRead(out StampedReading stamped))
        {
            Unplaced += stamped.Uptime is null ? 1 : 0;
            Note(stamped.Reading, _start + (stamped.Uptime ?? default));
        }
    }

    /// <inheritdoc/>
    public ValueTask<SensorFault?> SampleAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        Asked++;
        _askedAt = _time.GetUtcNow();
        Disturb(_askedAt);
        return _sensor.SampleAsync(into, cancellationToken);
    }

    /// <summary>A fault is told by a fault event, or flagged at one value at least.</summary>
    public bool IsTold(InjectedFault fault) => Within(fault, _faults) > 0 || Flagged(fault) > 0;

    public string Told(InjectedFault fault) => $"{Within(fault, _faults)} fault events, {Flagged(fault)} values flagged";

    public void Dispose()
    {
        _sensor.Dispose();
        _buses.Dispose();
    }

    private int Flagged(InjectedFault fault) => Within(fault, [.. _judged.Where(one => !one.Quality.IsGood).Select(one => one.At)]);

    private int Within(InjectedFault fault, List<DateTimeOffset> instants) => instants.Count(at => fault.Holds(at - _start));

    private InjectedFault? Now(DateTimeOffset at) => Array.Find(_injected, fault => fault.Holds(at - _start));

    private void Note(Reading one, DateTimeOffset at)
    {
        InjectedFault? fault = Now(at);
        double truth = Register(one.Quantity, at) ?? one.Value;
        bool isWrong = fault is { ChangesValues: true } && Math.Abs(one.Value - truth) > Tolerance(one.Quantity, truth);

        // Neither right nor wrong: a warm-up, a counter that begins anew and is not believed at once, a false value that happens to be near
        // the truth, and the quarter of an hour in which the way back from a false level is itself a step.
        bool isBeside = one.Quality.Reason == QualityReason.WarmUp || fault is { IsOfCounter: true } || (fault is { ChangesValues: true } && !isWrong)
            || (fault is null && _injected.Any(past => past.ChangesValues && (at - _start).TotalHours - past.FromHour - past.Hours is >= 0 and < 0.25));
        _judged.Add(new JudgedValue(at, one.Quality, isWrong, isBeside));
    }

    private static double Tolerance(Quantity quantity, double truth)
    {
        double agreement = QualityLimits.Of(quantity).AgreementAt(truth);
        return double.IsInfinity(agreement) ? Math.Max(0.5, 0.05 * Math.Abs(truth)) : agreement;
    }

    // What the chip's registers would hold if nothing but its counters had been disturbed.
    private double? Register(Quantity quantity, DateTimeOffset instant) => _counters.Shown(quantity, _site.At(quantity, instant), instant);

    // What the chip is surrounded by, with the faults that no wire shows.
    private double? Seen(Quantity quantity, DateTimeOffset instant)
    {
        double? truth = Register(quantity, instant);
        if (Now(instant) is not { ChangesValues: true } fault)
        {
            _held[quantity] = truth ?? 0;
            return truth;
        }

        double hours = (instant - _start).TotalHours - fault.FromHour;
        return fault.Type switch
        {
            FaultType.Drift => truth + (hours * QualityLimits.Of(quantity).Agreement),
            FaultType.StuckAt => _held.GetValueOrDefault(quantity, truth ?? 0),
            FaultType.Saturated => quantity == Quantity.RelativeHumidity ? 100 : truth,
            FaultType.Spikes => (long)(instant - _start).TotalSeconds / 10 % 7 == 0 ? truth + 5 : truth,
            FaultType.CounterZero => quantity.IsCounter ? 0 : truth,
            _ => truth,
        };
    }

    private void Disturb(DateTimeOffset at)
    {
        InjectedFault? fault = Now(at);
        Wire(fault?.Type);
        switch (fault?.Type)
        {
            case FaultType.NoAnswer:
                _plan.Forced = BusFault.NoAnswer;
                break;
            case FaultType.BitFlips when _random.Next(4) == 0:
                _plan.Forced = BusFault.BitFlip;
                break;
            case FaultType.ShortFrames when _random.Next(2) == 0:
                _plan.Forced = BusFault.ShortFrame;
                break;
            case FaultType.Garbage when _place.Chip is SimulatedUartChip line:
                byte[] noise = new byte[40];
                _random.NextBytes(noise);
                line.Say(noise);
                _plan.Forced = BusFault.BitFlip;
                break;
            case FaultType.BrownOut when _place.Chip is SimulatedI2cChip chip:
                // In the middle of a sample, where it hurts: 5 ms after it begins.
                _time.Schedule(TimeSpan.FromMilliseconds(5), chip.PowerOn);
                break;
            case FaultType.BrownOut when _place.Chip is SimulatedSps30 dust:
                _time.Schedule(TimeSpan.FromMilliseconds(5), dust.PowerOn);
                break;
        }
    }

    private void Wire(FaultType? fault)
    {
        switch (_place.Chip)
        {
            case SimulatedI2cChip chip:
                chip.IsPlugged = fault != FaultType.Unplugged;
                chip.Hangs = fault == FaultType.Hang;
                chip.Stretch = TimeSpan.FromMilliseconds(fault == FaultType.Stretch ? 30 : 0);
                break;
            case SimulatedUartChip line:
                line.IsPlugged = fault != FaultType.Unplugged;
                break;
        }
    }
}
