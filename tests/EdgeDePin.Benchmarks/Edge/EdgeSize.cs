using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>How much the rows of this area do.</summary>
/// <param name="WarmUp">Messages before those that are timed.</param>
/// <param name="Messages">Messages from a module, or from one to another.</param>
/// <param name="Buffered">Messages below the hub's network.</param>
/// <param name="Backlog">Messages that wait on disk for a module, in and out through TLS.</param>
/// <param name="SensorMessages">Messages of the sensor module, ten a second.</param>
/// <param name="Outage">How long the hub is away.</param>
internal sealed record EdgeSize(int WarmUp, int Messages, int Buffered, int Backlog, int SensorMessages, TimeSpan Outage)
{
    private const int Full = 10_000_000;

    public static EdgeSize Of(Effort effort) => effort switch
    {
        Effort.Short => new EdgeSize(2_000, 10_000, 200_000, 20_000, 10, TimeSpan.FromSeconds(1)),
        Effort.Usual => new EdgeSize(20_000, 100_000, Full, 300_000, 30, TimeSpan.FromSeconds(20)),
        _ => new EdgeSize(20_000, 100_000, Full, Full, 30, TimeSpan.FromSeconds(20)),
    };

    /// <summary>What of the goal for ten million messages is left for fewer.</summary>
    public double Share => (double)Buffered / Full;
}
