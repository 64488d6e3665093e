using System.Collections.Frozen;
using System.Collections.Immutable;

namespace EdgeDePin.Analytics;

/// <summary>A band of the European Air Quality Index; its number is the index.</summary>
public enum EuAqiBand
{
    Good = 1,
    Fair,
    Moderate,
    Poor,
    VeryPoor,
    ExtremelyPoor,
}

/// <summary>
/// The European Air Quality Index of the European Environment Agency. Concentrations are hourly means in µg/m³ (of particles in the table of 2017:
/// means of 24 hours). The index of a place is its worst pollutant. The tables are versioned: an index without its version says nothing.
/// </summary>
public sealed class EuAqi
{
    private readonly FrozenDictionary<Pollutant, ImmutableArray<double>> _edges;

    private EuAqi(string version, Dictionary<Pollutant, ImmutableArray<double>> edges) => (Version, _edges) = (version, edges.ToFrozenDictionary());

    /// <summary>As published with the index in 2017.</summary>
    public static EuAqi Of2017 { get; } = new("2017", new()
    {
        [Pollutant.Pm25] = [10, 20, 25, 50, 75],
        [Pollutant.Pm10] = [20, 40, 50, 100, 150],
        [Pollutant.NitrogenDioxide] = [40, 90, 120, 230, 340],
        [Pollutant.Ozone] = [50, 100, 130, 240, 380],
        [Pollutant.SulphurDioxide] = [100, 200, 350, 500, 750],
    });

    /// <summary>As revised in 2024 after the guidelines of the WHO of 2021.</summary>
    public static EuAqi Of2024 { get; } = new("2024", new()
    {
        [Pollutant.Pm25] = [5, 15, 50, 90, 140],
        [Pollutant.Pm10] = [15, 45, 120, 195, 270],
        [Pollutant.NitrogenDioxide] = [10, 25, 60, 100, 150],
        [Pollutant.Ozone] = [60, 100, 120, 160, 180],
        [Pollutant.SulphurDioxide] = [20, 40, 125, 190, 275],
    });

    /// <summary>The year of the table.</summary>
    public string Version { get; }

    /// <param name="concentration">µg/m³. The edge itself is in the lower band.</param>
    /// <returns>Null for a pollutant that is not in the table (CO), below 0, and for what is no number.</returns>
    public EuAqiBand? Of(Pollutant pollutant, double concentration) =>
        _edges.TryGetValue(pollutant, out ImmutableArray<double> edges) && concentration >= 0 && double.IsFinite(concentration)
            ? (EuAqiBand)(1 + edges.Count(edge => concentration > edge))
            : null;
}
