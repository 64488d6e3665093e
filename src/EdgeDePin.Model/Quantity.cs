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

    // ── air quality ──
    /// <summary>Mass concentration of particles up to 2.5 µm.</summary>
    public static readonly Quantity Pm25 = new("pm2_5", "ug/m3", "air", "pm2_5");

    /// <summary>Mass concentration of particles up to 10 µm.</summary>
    public static readonly Quantity Pm10 = new("pm10", "ug/m3", "air", "pm10");

    // ── electricity grid ──
    public static readonly Quantity Voltage = new("voltage", "V", "grid", "voltage");
    public static readonly Quantity Current = new("current", "A", "grid", "current");
    public static readonly Quantity Power = new("power", "W", "grid", "power");

    /// <summary>A counter that only grows: the energy imported since the meter was installed.</summary>
    public static readonly Quantity Energy = new("energy", "kWh", "grid", "energy", isCounter: true);
    public static readonly Quantity Frequency = new("frequency", "Hz", "grid", "frequency");

    /// <summary>Every quantity there is, in the order of the families.</summary>
    public static IReadOnlyList<Quantity> All { get; } =
        [Temperature, RelativeHumidity, Pressure, Pm25, Pm10, Voltage, Current, Power, Energy, Frequency];

    private static readonly FrozenDictionary<string, Quantity> ByName =
        All.ToFrozenDictionary(quantity => quantity.Name, StringComparer.Ordinal);

    private Quantity(string name, string unit, string measurement, string field, bool isCounter = false) =>
        (Name, Unit, Measurement, Field, IsCounter) = (name, unit, measurement, field, isCounter);

    /// <summary>Lower case, unique, stable: it stands in files and on the wire.</summary>
    public string Name { get; }

    /// <summary>Symbol of the SenML units registry (RFC 8428 section 12.1); <c>ug/m3</c> is from its secondary list.</summary>
    public string Unit { get; }

    /// <summary>InfluxDB measurement: <c>weather</c>, <c>air</c> or <c>grid</c>.</summary>
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
