using EdgeDePin.Model;

namespace EdgeDePin.Simulation.Scenarios;

/// <summary>A house with panels on its roof, at its meter: it imports in the evening and exports at noon.</summary>
public sealed class HouseholdScenario
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    private readonly int _seed;
    private readonly Lock _lock = new();
    private DateTimeOffset _countedUntil;
    private double _kilowattHours;

    /// <param name="start">Where the energy counter begins, at an arbitrary reading of an old meter.</param>
    public HouseholdScenario(int seed, DateTimeOffset start) =>
        (_seed, _countedUntil, _kilowattHours) = (seed, start, 4_000 + (uint)seed % 1_000);

    public double? At(Quantity quantity, DateTimeOffset instant) =>
        quantity == Quantity.Power ? Watts(instant)
        : quantity == Quantity.Voltage ? Volts(instant)
        : quantity == Quantity.Current ? Math.Abs(Watts(instant)) / Volts(instant)
        : quantity == Quantity.Frequency ? 50 + (0.03 * Noise.At(_seed + 7, instant, TimeSpan.FromSeconds(45)))
        : quantity == Quantity.Energy ? KilowattHours(instant)
        : null;

    private double Watts(DateTimeOffset instant) => Load(instant) - Sun(instant);

    private double Volts(DateTimeOffset instant) =>
        231 + (2 * Noise.At(_seed + 5, instant, TimeSpan.FromMinutes(7))) + (0.3 * Noise.At(_seed + 6, instant, TimeSpan.FromSeconds(1)));

    private double Load(DateTimeOffset instant) =>
        260
        + (900 * DayCycle.Around(instant, 7, 2))
        + (700 * DayCycle.Around(instant, 12.5, 1.5))
        + (1_400 * DayCycle.Around(instant, 19, 4))
        + (150 * (1 + Noise.At(_seed, instant, TimeSpan.FromMinutes(11))))
        + (15 * Noise.At(_seed + 1, instant, TimeSpan.FromSeconds(3)));

    private double Sun(DateTimeOffset instant)
    {
        double clouds = 0.65 + (0.35 * Noise.At(_seed + 3, instant, TimeSpan.FromMinutes(25)));
        return 3_200 * Math.Max(0, DayCycle.Peaking(instant, 12.2)) * clouds;
    }

    // Imported energy only, in fixed steps from the start: it depends on the instant, not on how often it is asked, and it
    // never goes back.
    private double KilowattHours(DateTimeOffset instant)
    {
        lock (_lock)
        {
            for (; _countedUntil + Step <= instant; _countedUntil += Step)
            {
                _kilowattHours += Math.Max(0, Watts(_countedUntil)) / 1_000 * Step.TotalHours;
            }

            return _kilowattHours;
        }
    }
}
