namespace EdgeDePin.Simulation.Scenarios;

/// <summary>
/// The grid that neighbours share: its frequency, which is the same everywhere, and the voltage of their feeder, which its load pulls down and
/// the sun lifts. Now and then something happens to one of them: a power station is lost, or a fault nearby lets the voltage sag.
/// </summary>
/// <param name="city">Seed that neighbours share.</param>
public sealed class GridScenario(int city)
{
    private static readonly TimeSpan LossEvery = TimeSpan.FromHours(6);
    private static readonly TimeSpan SagEvery = TimeSpan.FromHours(4);

    // Primary reserve catches it within seconds, secondary brings it back within minutes (EU 2017/1485, annex V).
    private const double CaughtAfterSeconds = 8;
    private const double BackAfterSeconds = 120;

    public double Hertz(DateTimeOffset instant) => 50 + (0.03 * Noise.At(city + 31, instant, TimeSpan.FromSeconds(45))) - Loss(instant);

    /// <summary>At the beginning of the feeder's houses, before what a house itself adds.</summary>
    public double Volts(DateTimeOffset instant) =>
        (232 - (4 * FeederLoad(instant)) + (1.5 * Noise.At(city + 32, instant, TimeSpan.FromMinutes(7)))) * (1 - Sag(instant));

    /// <summary>1 in the evening; negative where roofs deliver more than houses take.</summary>
    public static double FeederLoad(DateTimeOffset instant) =>
        0.2 + (0.5 * DayCycle.Around(instant, 7, 2)) + (0.8 * DayCycle.Around(instant, 19, 4)) - (0.7 * Math.Max(0, DayCycle.Peaking(instant, 12.2)));

    /// <summary>By how many hertz a lost power station pulls the frequency down, 0 most of the time.</summary>
    public double Loss(DateTimeOffset instant)
    {
        (double since, double chance) = Event(city + 41, LossEvery, TimeSpan.FromMinutes(10), instant);
        return chance < 0 || since < 0 ? 0
            : (0.1 + (0.25 * chance)) * (since < CaughtAfterSeconds ? since / CaughtAfterSeconds : Math.Exp(-(since - CaughtAfterSeconds) / BackAfterSeconds));
    }

    /// <summary>By which share a fault nearby lets the voltage sag, 0 most of the time; 0.2 s to 3 s long.</summary>
    public double Sag(DateTimeOffset instant)
    {
        (double since, double chance) = Event(city + 43, SagEvery, TimeSpan.FromSeconds(10), instant);
        return chance >= 0 && since >= 0 && since < 0.2 + (2.8 * chance) ? 0.11 + (0.09 * chance) : 0;
    }

    // In each slot there is one event or, where the chance is negative, none.
    private static (double SecondsSince, double Chance) Event(int seed, TimeSpan slot, TimeSpan longest, DateTimeOffset instant)
    {
        DateTimeOffset begins = new(instant.UtcTicks - (instant.UtcTicks % slot.Ticks), TimeSpan.Zero);
        double where = (1 + Noise.At(seed, begins, slot)) / 2;
        return ((instant - begins - (where * (slot - longest))).TotalSeconds, Noise.At(seed + 1, begins, slot));
    }
}
