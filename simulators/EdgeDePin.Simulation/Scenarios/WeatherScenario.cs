using EdgeDePin.Model;

namespace EdgeDePin.Simulation.Scenarios;

/// <summary>A temperate climate: a warm afternoon each day, fronts every few days, dry when warm.</summary>
public static class WeatherScenario
{
    public static EnvironmentSource Of(int seed) => (quantity, instant) =>
        quantity == Quantity.Temperature ? Celsius(seed, instant)
        : quantity == Quantity.RelativeHumidity ? RelativeHumidity(seed, instant)
        : quantity == Quantity.Pressure ? Pascals(seed, instant)
        : null;

    private static double Celsius(int seed, DateTimeOffset instant) =>
        11
        + (5 * DayCycle.Peaking(instant, 15))
        + (3 * Noise.At(seed, instant, TimeSpan.FromHours(36)))
        + (0.2 * Noise.At(seed + 1, instant, TimeSpan.FromMinutes(4)))
        + (0.02 * Noise.At(seed + 2, instant, TimeSpan.FromSeconds(1)));

    private static double RelativeHumidity(int seed, DateTimeOffset instant) => Math.Clamp(
        72 - (3 * (Celsius(seed, instant) - 11))
        + (8 * Noise.At(seed + 3, instant, TimeSpan.FromHours(9)))
        + (0.1 * Noise.At(seed + 4, instant, TimeSpan.FromSeconds(1))),
        20, 99);

    private static double Pascals(int seed, DateTimeOffset instant) =>
        101_000
        + (1_800 * Noise.At(seed + 5, instant, TimeSpan.FromHours(60)))
        + (2 * Noise.At(seed + 6, instant, TimeSpan.FromSeconds(1)));
}
