using System.Collections.Frozen;

namespace EdgeDePin.Model;

/// <summary>
/// What is observed (SOSA ObservableProperty). It fixes the unit, and the measurement and field under which readings are
/// stored, so that no number in the system travels without a meaning.
/// </summary>
public sealed class Quantity
{
    // ── weather ──
    public static readonly Quantity Temperature = new("temperature", "Cel", "weather", "temperature");
    public static readonly Quantity RelativeHumidity = new("humidity", "%RH", "weather", "humidity");
    public static readonly Quantity Pressure = new("pressure", "Pa", "weather", "pressure");
    public static readonly Quantity Illuminance = new("illuminance", "lx", "weather", "illuminance");

    /// <summary>Mean since the sample before.</summary>
    public static readonly Quantity WindSpeed = new("wind_speed", "m/s", "weather", "wind_speed");

    /// <summary>The fastest three seconds since the sample before (WMO-No. 8).</summary>
    public static readonly Quantity WindGust = new("wind_gust", "m/s", "weather", "wind_gust");

    /// <summary>Where the wind comes from, clockwise from north, 0 to below 360.</summary>
    public static readonly Quantity WindDirection = new("wind_direction", "deg", "weather", "wind_direction");

    /// <summary>A counter that only grows: rain since the gauge was switched on.</summary>
    public static readonly Quantity Rain = new("rain", "mm", "weather", "rain", isCounter: true);
    public static readonly Quantity RainRate = new("rain_rate", "mm/h", "weather", "rain_rate");

    // ── air quality ──
    /// <summary>Mass concentration of particles up to 1 µm.</summary>
    public static readonly Quantity Pm1 = new("pm1", "ug/m3", "air", "pm1");

    /// <summary>Mass concentration of particles up to 2.5 µm.</summary>
    public static readonly Quantity Pm25 = new("pm2_5", "ug/m3", "air", "pm2_5");

    /// <summary>Mass concentration of particles up to 4 µm.</summary>
    public static readonly Quantity Pm4 = new("pm4", "ug/m3", "air", "pm4");

    /// <summary>Mass concentration of particles up to 10 µm.</summary>
    public static readonly Quantity Pm10 = new("pm10", "ug/m3", "air", "pm10");

    /// <summary>Number concentration of particles; which sizes it spans is the maker's definition, see the chip.</summary>
    public static readonly Quantity Particles03 = new("n0_3", "1/cm3", "air", "n0_3");
    public static readonly Quantity Particles05 = new("n0_5", "1/cm3", "air", "n0_5");
    public static readonly Quantity Particles1 = new("n1", "1/cm3", "air", "n1");
    public static readonly Quantity Particles25 = new("n2_5", "1/cm3", "air", "n2_5");
    public static readonly Quantity Particles4 = new("n4", "1/cm3", "air", "n4");
    public static readonly Quantity Particles5 = new("n5", "1/cm3", "air", "n5");
    public static readonly Quantity Particles10 = new("n10", "1/cm3", "air", "n10");

    /// <summary>Typical diameter.</summary>
    public static readonly Quantity ParticleSize = new("particle_size", "um", "air", "particle_size");
    public static readonly Quantity CarbonDioxide = new("co2", "ppm", "air", "co2");

    /// <summary>Logarithm of the resistance of a metal oxide, in the chip's own ticks: higher is cleaner.</summary>
    public static readonly Quantity VocRaw = new("voc_raw", "count", "air", "voc_raw");

    /// <summary>1 to 500; 100 is the average of the last day at this place.</summary>
    public static readonly Quantity VocIndex = new("voc_index", "/", "air", "voc_index");

    // ── electricity grid ──
    /// <summary>Phase 1 to neutral, or the only voltage there is.</summary>
    public static readonly Quantity Voltage = new("voltage", "V", "grid", "voltage");
    public static readonly Quantity VoltageL2 = new("voltage_l2", "V", "grid", "voltage_l2");
    public static readonly Quantity VoltageL3 = new("voltage_l3", "V", "grid", "voltage_l3");

    /// <summary>The sum of the phases, or the only current there is.</summary>
    public static readonly Quantity Current = new("current", "A", "grid", "current");
    public static readonly Quantity CurrentL1 = new("current_l1", "A", "grid", "current_l1");
    public static readonly Quantity CurrentL2 = new("current_l2", "A", "grid", "current_l2");
    public static readonly Quantity CurrentL3 = new("current_l3", "A", "grid", "current_l3");

    /// <summary>Import is positive, export negative.</summary>
    public static readonly Quantity Power = new("power", "W", "grid", "power");
    public static readonly Quantity PowerL1 = new("power_l1", "W", "grid", "power_l1");
    public static readonly Quantity PowerL2 = new("power_l2", "W", "grid", "power_l2");
    public static readonly Quantity PowerL3 = new("power_l3", "W", "grid", "power_l3");

    /// <summary>Of all phases together, as every quantity here without a phase in its name.</summary>
    public static readonly Quantity ApparentPower = new("apparent_power", "VA", "grid", "apparent_power");
    public static readonly Quantity ApparentPowerL1 = new("apparent_power_l1", "VA", "grid", "apparent_power_l1");
    public static readonly Quantity ApparentPowerL2 = new("apparent_power_l2", "VA", "grid", "apparent_power_l2");
    public static readonly Quantity ApparentPowerL3 = new("apparent_power_l3", "VA", "grid", "apparent_power_l3");
    public static readonly Quantity ReactivePower = new("reactive_power", "var", "grid", "reactive_power");
    public static readonly Quantity ReactivePowerL1 = new("reactive_power_l1", "var", "grid", "reactive_power_l1");
    public static readonly Quantity ReactivePowerL2 = new("reactive_power_l2", "var", "grid", "reactive_power_l2");
    public static readonly Quantity ReactivePowerL3 = new("reactive_power_l3", "var", "grid", "reactive_power_l3");
    public static readonly Quantity PowerFactor = new("power_factor", "/", "grid", "power_factor");
    public static readonly Quantity PowerFactorL1 = new("power_factor_l1", "/", "grid", "power_factor_l1");
    public static readonly Quantity PowerFactorL2 = new("power_factor_l2", "/", "grid", "power_factor_l2");
    public static readonly Quantity PowerFactorL3 = new("power_factor_l3", "/", "grid", "power_factor_l3");

    /// <summary>A counter that only grows: the energy imported since the meter was installed.</summary>
    public static readonly Quantity Energy = new("energy", "kWh", "grid", "energy", isCounter: true);

    /// <summary>The same for export.</summary>
    public static readonly Quantity EnergyExported = new("energy_exported", "kWh", "grid", "energy_exported", isCounter: true);

    /// <summary>What has passed in both directions together.</summary>
    public static readonly Quantity EnergyTotal = new("energy_total", "kWh", "grid", "energy_total", isCounter: true);
    public static readonly Quantity Frequency = new("frequency", "Hz", "grid", "frequency");

    /// <summary>Total harmonic distortion; the mean of the phases, or of the only one.</summary>
    public static readonly Quantity VoltageThd = new("voltage_thd", "%", "grid", "voltage_thd");
    public static readonly Quantity VoltageThdL1 = new("voltage_thd_l1", "%", "grid", "voltage_thd_l1");
    public static readonly Quantity VoltageThdL2 = new("voltage_thd_l2", "%", "grid", "voltage_thd_l2");
    public static readonly Quantity VoltageThdL3 = new("voltage_thd_l3", "%", "grid", "voltage_thd_l3");
    public static readonly Quantity CurrentThd = new("current_thd", "%", "grid", "current_thd");
    public static readonly Quantity CurrentThdL1 = new("current_thd_l1", "%", "grid", "current_thd_l1");
    public static readonly Quantity CurrentThdL2 = new("current_thd_l2", "%", "grid", "current_thd_l2");
    public static readonly Quantity CurrentThdL3 = new("current_thd_l3", "%", "grid", "current_thd_l3");

    /// <summary>On the side of the panels.</summary>
    public static readonly Quantity DcVoltage = new("dc_voltage", "V", "grid", "dc_voltage");
    public static readonly Quantity DcPower = new("dc_power", "W", "grid", "dc_power");

    /// <summary>A counter: what the gas meter behind the electricity meter shows.</summary>
    public static readonly Quantity Gas = new("gas", "m3", "grid", "gas", isCounter: true);

    // ── water ──
    public static readonly Quantity Acidity = new("ph", "pH", "water", "ph");
    public static readonly Quantity Conductivity = new("conductivity", "S/m", "water", "conductivity");
    public static readonly Quantity DissolvedOxygen = new("dissolved_oxygen", "mg/l", "water", "dissolved_oxygen");

    // ── inputs that mean what is wired to them ──
    public static readonly Quantity Analog0 = new("analog_0", "V", "analog", "analog_0");
    public static readonly Quantity Analog1 = new("analog_1", "V", "analog", "analog_1");
    public static readonly Quantity Analog2 = new("analog_2", "V", "analog", "analog_2");
    public static readonly Quantity Analog3 = new("analog_3", "V", "analog", "analog_3");
    /// <summary>Every quantity there is, in the order of the families.</summary>
    public static IReadOnlyList<Quantity> All { get; } =
    [
        Temperature, RelativeHumidity, Pressure, Illuminance, WindSpeed, WindGust, WindDirection, Rain, RainRate,
        Pm1, Pm25, Pm4, Pm10, Particles03, Particles05, Particles1, Particles25, Particles4, Particles5,
        Particles10, ParticleSize, CarbonDioxide, VocRaw, VocIndex,
        Voltage, VoltageL2, VoltageL3, Current, CurrentL1, CurrentL2, CurrentL3, Power, PowerL1, PowerL2, PowerL3,
        ApparentPower, ApparentPowerL1, ApparentPowerL2, ApparentPowerL3, ReactivePower, ReactivePowerL1, ReactivePowerL2, ReactivePowerL3,
        PowerFactor, PowerFactorL1, PowerFactorL2, PowerFactorL3, Energy, EnergyExported, EnergyTotal, Frequency,
        VoltageThd, VoltageThdL1, VoltageThdL2, VoltageThdL3, CurrentThd, CurrentThdL1, CurrentThdL2, CurrentThdL3, DcVoltage, DcPower,
        Gas,
        Acidity, Conductivity, DissolvedOxygen,
        Analog0, Analog1, Analog2, Analog3,
    ];

    private static readonly FrozenDictionary<string, Quantity> ByName =
        All.ToFrozenDictionary(quantity => quantity.Name, StringComparer.Ordinal);

    private Quantity(string name, string unit, string measurement, string field, bool isCounter = false) =>
        (Name, Unit, Measurement, Field, IsCounter) = (name, unit, measurement, field, isCounter);

    /// <summary>Lower case, unique, stable: it stands in files and on the wire.</summary>
    public string Name { get; }

    /// <summary>
    /// Symbol of the SenML units registry (RFC 8428 section 12.1) or its secondary list (RFC 8798: <c>ug/m3</c>, <c>mm/h</c>,
    /// <c>ppm</c>). The registry has none for <c>deg</c>, <c>1/cm3</c>, <c>um</c> and <c>mg/l</c>; they are ours.
    /// </summary>
    public string Unit { get; }

    /// <summary>InfluxDB measurement: <c>weather</c>, <c>air</c>, <c>grid</c>, <c>water</c> or <c>analog</c>.</summary>
    public string Measurement { get; }

    /// <summary>InfluxDB field key within the measurement.</summary>
    public string Field { get; }

    /// <summary>It only grows: of many values the last says all, and a mean says nothing.</summary>
    public bool IsCounter { get; }

    /// <exception cref="FormatException">No quantity has this name; the message lists those that exist.</exception>
    public static Quantity Parse(string name) =>
        ByName.TryGetValue(name, out Quantity? quantity)
            ? quantity
            : throw new FormatException($"Unknown quantity '{name}'. Known: {string.Join(", ", All)}.");

    public static bool TryParse(string name, out Quantity quantity) => ByName.TryGetValue(name, out quantity!);

    public override string ToString() => Name;
}
