using EdgeDePin.Benchmarks.Figures;

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
    ];
}
