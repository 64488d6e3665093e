using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>The rows about module client and local hub.</summary>
internal static class EdgeArea
{
    public static IReadOnlyList<Figure> Figures() =>
    [
        new ClientSends(),
        new HubRoutes(),
        new HubMemory(),
        new BufferBytes(),
        new BufferReplay(),
        new Reconnects(),
    ];
}
