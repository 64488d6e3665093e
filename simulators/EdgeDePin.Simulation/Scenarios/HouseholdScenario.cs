using EdgeDePin.Model;

namespace EdgeDePin.Simulation.Scenarios;

/// <summary>A house with panels on its roof, at its meter: it imports in the evening and exports at noon.</summary>
public sealed class HouseholdScenario
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    // Of the cable from the feeder to the meter, there and back.
    private const double Ohms = 0.25;

    private readonly int _seed;
    private readonly GridScenario _grid;
    private readonly Func<DateTimeOffset, double>? _sky;
    private readonly Lock _lock = new();
    private DateTimeOffset _countedUntil;
    private double _imported;
    private double _exported;

    /// <param name="start">Where the energy counters begin, at arbitrary readings of an old meter.</param>
    /// <param name="grid">What it is connected to. Default: one of its own.</param>
    /// <param name="sky">How much of the sun reaches its roof, 0 to 1. Default: clouds of its own.</param>
    public HouseholdScenario(int seed, DateTimeOffset start, GridScenario? grid = null, Func<DateTimeOffset, double>? sky = null)
    {
        (_seed, _countedUntil, _grid, _sky) = (seed, start, grid ?? new GridScenario(seed), sky);
        (_imported, _exported) = (4_000 + ((uint)seed % 1_000), 1_250 + ((uint)seed % 700));
    }

    public double? At(Quantity quantity, DateTimeOffset instant) =>
        quantity == Quantity.Power ? Watts(instant)
        : quantity == Quantity.Voltage ? Volts(instant)
        : quantity == Quantity.Current ? Math.Abs(Watts(instant)) / Volts(instant)
        : quantity == Quantity.Frequency ? _grid.Hertz(instant)
        : quantity == Quantity.Energy ? KilowattHours(instant).Imported
        : quantity == Quantity.EnergyExported ? KilowattHours(instant).Exported
        : quantity == Quantity.EnergyTotal ? Both(KilowattHours(instant))
        : null;

    /// <summary>What the panels deliver.</summary>
    public double Sun(DateTimeOffset instant)
    {
        double sky = _sky?.Invoke(instant) ?? 0.65 + (0.35 * Noise.At(_seed + 3, instant, TimeSpan.FromMinutes(25)));
        return 3_200 * Math.Max(0, DayCycle.Peaking(instant, 12.2)) * Math.Clamp(sky, 0, 1.1);
    }

    private double Watts(DateTimeOffset instant) => Load(instant) - Sun(instant);

    // What it takes pulls its own voltage down, what it delivers lifts it.
    private double Volts(DateTimeOffset instant)
    {
        double feeder = _grid.Volts(instant);
        return feeder - (Ohms * Watts(instant) / feeder) + (0.3 * Noise.At(_seed + 6, instant, TimeSpan.FromSeconds(1)));
    }

    private double Load(DateTimeOffset instant) =>
        260
        + (900 * DayCycle.Around(instant, 7, 2))
        + (700 * DayCycle.Around(instant, 12.5, 1.5))
        + (1_400 * DayCycle.Around(instant, 19, 4))
        + (150 * (1 + Noise.At(_seed, instant, TimeSpan.FromMinutes(11))))
        + (15 * Noise.At(_seed + 1, instant, TimeSpan.FromSeconds(3)));

    private static double Both((double Imported, double Exported) counted) => counted.Imported + counted.Exported;

    // In fixed steps from the start: they depend on the instant, not on how often they are asked, and never go back.
    private (double Imported, double Exported) KilowattHours(DateTimeOffset instant)
    {
        lock (_lock)
        {
            for (; _countedUntil + Step <= instant; _countedUntil += Step)
            {
                double kilowattHours = Watts(_countedUntil) / 1_000 * Step.TotalHours;
                _imported += Math.Max(0, kilowattHours);
                _exported += Math.Max(0, -kilowattHours);
            }

            return (_imported, _exported);
        }
    }
}
