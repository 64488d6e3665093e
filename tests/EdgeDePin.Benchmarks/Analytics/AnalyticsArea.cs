using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Analytics;

/// <summary>The rows of <c>edgedepin bench analytics</c>.</summary>
internal static class AnalyticsArea
{
    public static IReadOnlyList<Figure> Figures() => [.. ForecastRows.Figures(), .. DetectorRows.Figures()];
}
