using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Servers;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>The rows about taking in, keeping and answering.</summary>
internal static class TelemetryArea
{
    public static IReadOnlyList<Figure> Figures() =>
    [
        new WritePlain(),
        new WriteGzip(),
        new WriteInterval(),
        new AppendInProcess(),
        new WriteAllocated(),
        new HotBytes(),
        new MemoryWriting(),
        new MemoryAnswering(),
        new ForwardEncode(),
        // A share of a server's rate means nothing where that server is not installed.
        .. LineServer.Influxd().Missing is null ? (Figure[])[new ForwardInflux()] : [],
        .. LineServer.VictoriaMetrics().Missing is null ? (Figure[])[new ForwardVictoria()] : [],
        .. QueryRows.All(),
    ];
}
