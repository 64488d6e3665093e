using EdgeDePin.Web.Text;

namespace EdgeDePin.Web.Now;

/// <summary>How much a value on a tile can be trusted at a glance.</summary>
public enum Quality
{
    /// <summary>As new as its sensor's rhythm promises.</summary>
    Fresh,

    /// <summary>The sensor has missed several of its own intervals, compared with the newest instant of the node.</summary>
    Stale,

    /// <summary>The sensor's last word was a fault.</summary>
    Faulted,
}

/// <summary>The newest value of one quantity, from the sensor that spoke last.</summary>
/// <param name="Id">Field or derived name; stable.</param>
/// <param name="Value">As stored, not scaled.</param>
/// <param name="Others">The newest values of the other sensors of the same quantity.</param>
/// <param name="Trend">Means of equal buckets up to the newest instant; null is a gap.</param>
/// <param name="By">For a derived value the task that computed it; else null.</param>
public sealed record Tile(
    string Id,
    string Group,
    Shown Shown,
    string Sensor,
    double Value,
    DateTimeOffset At,
    Quality Quality,
    IReadOnlyList<(string Sensor, double Value)> Others,
    Trend Trend,
    string? By);

/// <param name="Means">Oldest first; null is a gap.</param>
/// <param name="Span">What the means cover.</param>
public sealed record Trend(IReadOnlyList<double?> Means, TimeSpan Span)
{
    public static readonly Trend None = new([], TimeSpan.Zero);
}
