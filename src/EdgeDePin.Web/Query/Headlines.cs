namespace EdgeDePin.Web.Query;

/// <summary>
/// The derived values that people look for. A node computes far more (means, extremes and scores of every window); those are a
/// query away, and would bury these.
/// </summary>
internal static class Headlines
{
    /// <summary>US EPA index from the NowCast of the last twelve hours.</summary>
    public const string Aqi = "us_aqi";

    /// <summary>What the index would be if the air of the newest window stayed as it is.</summary>
    public const string AqiOfWindow = "us_aqi_instant";

    public static IReadOnlyList<string> Names { get; } =
        [Aqi, AqiOfWindow, "eu_aqi", "dew_point", "heat_index", "wind_chill", "apparent_temperature", "sea_level_pressure", "energy_delta", "energy_mean_power"];
}
