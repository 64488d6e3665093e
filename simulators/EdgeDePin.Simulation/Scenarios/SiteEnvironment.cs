using EdgeDePin.Model;

namespace EdgeDePin.Simulation.Scenarios;

/// <summary>
/// Everything that surrounds one place, of one piece: what several sensors of the place see agrees, and places of one city share
/// their weather and their air, a little late and a little different.
/// </summary>
public sealed class SiteEnvironment
{
    private static readonly TimeSpan RainStep = TimeSpan.FromMinutes(1);

    private readonly int _city;
    private readonly int _site;
    private readonly DateTimeOffset _start;
    private readonly EnvironmentSource _weather;
    private readonly EnvironmentSource _air;
    private readonly HouseholdScenario _house;
    private readonly TimeSpan _late;
    private readonly Lock _lock = new();
    private DateTimeOffset _rainedUntil;
    private double _rain;

    /// <param name="city">Seed that neighbouring places share.</param>
    /// <param name="site">Seed of this place.</param>
    /// <param name="start">Where its counters begin.</param>
    public SiteEnvironment(int city, int site, DateTimeOffset start)
    {
        (_city, _site, _start, _rainedUntil) = (city, site, start, start);
        (_weather, _air) = (WeatherScenario.Of(city), PollutionScenario.Of(city));
        _late = TimeSpan.FromSeconds((uint)site % 600);   // weather comes to one after the other
        _house = new HouseholdScenario(site, start, new GridScenario(city), instant => Sky(instant - _late));
    }

    /// <summary>The same place from its start on: counters that have gone on begin again.</summary>
    public SiteEnvironment Afresh() => new(_city, _site, _start);

    public double? At(Quantity quantity, DateTimeOffset instant) => quantity.Measurement switch
    {
        "weather" => Weather(quantity, instant - _late),
        "air" => Air(quantity, instant - _late),
        "grid" => Grid(quantity, instant),
        "water" => Water(quantity, instant),
        _ => 1.5 + (0.1 * Local(instant, 20, TimeSpan.FromMinutes(10))),
    };

    private double? Weather(Quantity quantity, DateTimeOffset instant)
    {
        double? shared = _weather(quantity, instant);
        return quantity == Quantity.Temperature ? shared - (2.5 * Inversion(instant)) + (0.4 * Local(instant, 1, TimeSpan.FromHours(3)))
            : quantity == Quantity.RelativeHumidity ? Math.Clamp((shared ?? 0) + (2 * Local(instant, 2, TimeSpan.FromHours(2))), 5, 99.5)
            : quantity == Quantity.Pressure ? shared + (20 * Local(instant, 3, TimeSpan.FromHours(5)))
            : quantity == Quantity.Illuminance ? 0.5 + (95_000 * Math.Max(0, DayCycle.Peaking(instant, 12.2)) * Sky(instant))
            : quantity == Quantity.WindSpeed || quantity == Quantity.WindGust ? Wind(instant)
            : quantity == Quantity.WindDirection ? Direction(instant)
            : quantity == Quantity.RainRate ? RainRate(instant)
            : quantity == Quantity.Rain ? Rain(instant)
            : shared;
    }

    // Fronts: clouds, wind and rain come together.
    private double Front(DateTimeOffset instant) => Math.Max(0, Noise.At(_city + 11, instant, TimeSpan.FromHours(14)));

    /// <summary>
    /// In clear calm nights the cold air stays below the warm, and with it all that the town gives off: 0 to 1. The same for all places of a
    /// city; it is what temperature, wind, dust and carbon dioxide agree about.
    /// </summary>
    public double Inversion(DateTimeOffset instant) =>
        Math.Max(0, Noise.At(_city + 21, instant, TimeSpan.FromHours(30))) * DayCycle.Around(instant, 3.5, 9) * Math.Max(0, 1 - (3 * Front(instant)));

    private double Sky(DateTimeOffset instant) => 1 - (0.85 * Front(instant)) + (0.1 * Local(instant, 4, TimeSpan.FromMinutes(6)));

    private double Wind(DateTimeOffset instant) => Math.Max(
        0, ((2 + (9 * Front(instant))) * (1 - (0.8 * Inversion(instant)))) + (1.5 * Local(instant, 5, TimeSpan.FromMinutes(2))) + Local(instant, 6, TimeSpan.FromSeconds(4)));

    private double Direction(DateTimeOffset instant) =>
        ((225 + (80 * Noise.At(_city + 12, instant, TimeSpan.FromHours(9))) + (15 * Local(instant, 7, TimeSpan.FromMinutes(1)))) % 360 + 360) % 360;

    private double RainRate(DateTimeOffset instant) => Math.Max(0, Front(instant) - 0.55) * 20;

    private double Rain(DateTimeOffset instant)
    {
        lock (_lock)
        {
            for (; _rainedUntil + RainStep <= instant; _rainedUntil += RainStep)
            {
                _rain += RainRate(_rainedUntil) * RainStep.TotalHours;
            }

            return _rain;
        }
    }

    private double? Air(Quantity quantity, DateTimeOffset instant)
    {
        double stagnant = Inversion(instant);
        double fine = (_air(Quantity.Pm25, instant) ?? 0) * (1 + (2 * stagnant)) * (1 + (0.15 * Local(instant, 8, TimeSpan.FromMinutes(30))));
        return quantity == Quantity.Pm1 ? 0.7 * fine
            : quantity == Quantity.Pm25 ? fine
            : quantity == Quantity.Pm4 ? 1.3 * fine
            : quantity == Quantity.Pm10 ? 1.7 * fine
            : quantity == Quantity.Particles03 ? 12 * fine
            : quantity == Quantity.Particles05 ? 5 * fine
            : quantity == Quantity.Particles1 ? 1.5 * fine
            : quantity == Quantity.Particles25 ? 0.2 * fine
            : quantity == Quantity.Particles4 || quantity == Quantity.Particles5 ? 0.08 * fine
            : quantity == Quantity.Particles10 ? 0.03 * fine
            : quantity == Quantity.ParticleSize ? 0.6 + (0.1 * Local(instant, 9, TimeSpan.FromHours(1)))
            : quantity == Quantity.CarbonDioxide ? 425 + (6 * fine) + (25 * stagnant) + (8 * Local(instant, 10, TimeSpan.FromMinutes(5)))
            : quantity == Quantity.VocRaw ? 30_500 - (60 * fine) + (25 * Local(instant, 11, TimeSpan.FromSeconds(20)))
            : null;
    }

    private double? Grid(Quantity quantity, DateTimeOffset instant)
    {
        double watts = _house.At(Quantity.Power, instant) ?? 0, volts = _house.At(Quantity.Voltage, instant) ?? 0;
        return quantity == Quantity.VoltageL2 ? volts - 0.8 + (0.4 * Local(instant, 12, TimeSpan.FromMinutes(3)))
            : quantity == Quantity.VoltageL3 ? volts + 0.6 + (0.4 * Local(instant, 13, TimeSpan.FromMinutes(3)))
            : quantity == Quantity.CurrentL1 ? Math.Abs(watts) / volts * 0.5
            : quantity == Quantity.CurrentL2 ? Math.Abs(watts) / volts * 0.3
            : quantity == Quantity.CurrentL3 ? Math.Abs(watts) / volts * 0.2
            : quantity == Quantity.PowerFactor || quantity == Quantity.PowerFactorL1 || quantity == Quantity.PowerFactorL2 || quantity == Quantity.PowerFactorL3 ? 0.93
            : quantity == Quantity.PowerL1 ? watts * 0.5
            : quantity == Quantity.PowerL2 ? watts * 0.3
            : quantity == Quantity.PowerL3 ? watts * 0.2
            : quantity == Quantity.ApparentPower ? Math.Abs(watts) / 0.93
            : quantity == Quantity.ApparentPowerL1 ? Math.Abs(watts) / 0.93 * 0.5
            : quantity == Quantity.ApparentPowerL2 ? Math.Abs(watts) / 0.93 * 0.3
            : quantity == Quantity.ApparentPowerL3 ? Math.Abs(watts) / 0.93 * 0.2
            : quantity == Quantity.ReactivePower ? Math.Abs(watts) * 0.395
            : quantity == Quantity.ReactivePowerL1 ? Math.Abs(watts) * 0.395 * 0.5
            : quantity == Quantity.ReactivePowerL2 ? Math.Abs(watts) * 0.395 * 0.3
            : quantity == Quantity.ReactivePowerL3 ? Math.Abs(watts) * 0.395 * 0.2
            : quantity.Name.StartsWith("voltage_thd", StringComparison.Ordinal) ? 2.1 + (0.6 * Local(instant, 18, TimeSpan.FromMinutes(8)))
            : quantity.Name.StartsWith("current_thd", StringComparison.Ordinal) ? 14 + (4 * Local(instant, 19, TimeSpan.FromMinutes(2)))
            : quantity == Quantity.Gas ? 3_100
            : quantity == Quantity.DcVoltage ? 380 + (5 * Local(instant, 14, TimeSpan.FromMinutes(4)))
            : quantity == Quantity.DcPower ? _house.Sun(instant) / 0.97
            : _house.At(quantity, instant);
    }

    private double? Water(Quantity quantity, DateTimeOffset instant) =>
        quantity == Quantity.Acidity ? 7.4 + (0.2 * Local(instant, 15, TimeSpan.FromHours(4)))
        : quantity == Quantity.Conductivity ? 0.045 + (0.002 * Local(instant, 16, TimeSpan.FromHours(6)))
        : 8.5 + (0.8 * DayCycle.Peaking(instant, 16)) + (0.1 * Local(instant, 17, TimeSpan.FromMinutes(20)));

    private double Local(DateTimeOffset instant, int of, TimeSpan scale) => Noise.At(_site + (97 * of), instant, scale);
}
