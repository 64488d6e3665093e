namespace EdgeDePin.Web.Text;

/// <summary>How a stored quantity is shown to people: label, unit, factor and decimals.</summary>
/// <param name="Label">With a capital, for headings.</param>
/// <param name="Unit">As people write it; empty for an index.</param>
/// <param name="Factor">Shown value = stored value × factor.</param>
/// <param name="Decimals">No more than the sensors of this class can tell.</param>
public sealed record Shown(string Label, string Unit, double Factor, int Decimals)
{
    private static readonly Dictionary<string, string> Labels = new(StringComparer.Ordinal)
    {
        ["pm2_5"] = "PM2.5",
        ["pm10"] = "PM10",
        ["us_aqi"] = "Air quality index (US)",
        ["us_aqi_instant"] = "Air quality index (US), of this window",
        ["sea_level_pressure"] = "Pressure at sea level",
        ["energy_mean_power"] = "Mean power per window",
        ["energy_delta"] = "Energy per window",
        ["eu_aqi"] = "Air quality index (EU)",
    };

    /// <param name="name">The field, or the tag <c>name</c> of a derived value.</param>
    /// <param name="unit">A symbol of the SenML registry (RFC 8428 section 12.1); others are shown as they are.</param>
    public static Shown For(string name, string unit) => unit switch
    {
        "Cel" => new(Words(name), "°C", 1, 1),
        "K" => new(Words(name), "K", 1, 1),
        "%RH" => new(Words(name), "% RH", 1, 1),
        "%" => new(Words(name), "%", 1, 1),
        "Pa" => new(Words(name), "hPa", 0.01, 1),
        "ug/m3" => new(Words(name), "µg/m³", 1, 1),
        "g/m3" => new(Words(name), "g/m³", 1, 2),
        "V" => new(Words(name), "V", 1, 1),
        "A" => new(Words(name), "A", 1, 2),
        "W" => new(Words(name), "W", 1, 0),
        // What a window adds is small beside what a meter counts.
        "kWh" when name == "energy_delta" => new(Words(name), "Wh", 1_000, 1),
        "kWh" => new(Words(name), "kWh", 1, 2),
        "Wh" => new(Words(name), "Wh", 1, 1),
        "Hz" => new(Words(name), "Hz", 1, 2),
        "1" or "" or "/" when name.Contains("aqi", StringComparison.Ordinal) => new(Words(name), "", 1, 0),
        "1" or "" or "AQI" => new(Words(name), "", 1, name.Contains("aqi", StringComparison.Ordinal) ? 0 : 2),
        "/" => new(Words(name), "", 1, 3),
        _ => new(Words(name), unit, 1, 2),
    };

    public string Number(double stored) => NumberText.Fixed(stored * Factor, Decimals);

    private static string Words(string name)
    {
        if (Labels.TryGetValue(name, out string? label))
        {
            return label;
        }

        string words = name.Replace('_', ' ').Replace('-', ' ');
        return words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];
    }
}
