using EdgeDePin.Model;

namespace EdgeDePin.Simulation.Scenarios;

/// <summary>Fine dust of a town: traffic in the morning and the evening, stoves at night, and clean air now and then.</summary>
public static class PollutionScenario
{
    public static EnvironmentSource Of(int seed) => (quantity, instant) =>
        quantity == Quantity.Pm25 ? Fine(seed, instant)
        : quantity == Quantity.Pm10 ? Fine(seed, instant) * (1.7 + (0.3 * Noise.At(seed + 3, instant, TimeSpan.FromMinutes(40))))
        : null;

    private static double Fine(int seed, DateTimeOffset instant)
    {
        double sources = 5
            + (9 * DayCycle.Around(instant, 7.5, 3))
            + (7 * DayCycle.Around(instant, 18, 4))
            + (4 * DayCycle.Around(instant, 22.5, 5));
        double air = 1 + (0.6 * Noise.At(seed, instant, TimeSpan.FromHours(20)));
        return Math.Max(0.3, (sources * air) + (0.8 * Noise.At(seed + 1, instant, TimeSpan.FromSeconds(20))));
    }
}
