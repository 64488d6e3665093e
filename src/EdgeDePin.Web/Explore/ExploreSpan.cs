namespace EdgeDePin.Web.Explore;

/// <summary>How far back the charts look, counted from the newest instant.</summary>
/// <param name="Length">Null is everything the store holds.</param>
public sealed record ExploreSpan(string Key, string Label, TimeSpan? Length)
{
    public static IReadOnlyList<ExploreSpan> All { get; } =
    [
        new("15m", "15 min", TimeSpan.FromMinutes(15)),
        new("1h", "1 h", TimeSpan.FromHours(1)),
        new("24h", "24 h", TimeSpan.FromHours(24)),
        new("all", "All", null),
    ];

    /// <summary>The span with this key, or the first.</summary>
    public static ExploreSpan Of(string? key) => All.FirstOrDefault(span => span.Key == key) ?? All[0];
}
