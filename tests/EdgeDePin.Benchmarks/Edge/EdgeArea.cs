using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>The rows about sensor module, module client and local hub.</summary>
internal static class EdgeArea
{
    public static IReadOnlyList<Figure> Figures() =>
    [
        new SensorStart(),
        new SensorMemory(),
        new SensorImage(),
        new ClientSends(),
        new HubRoutes(),
        new HubMemory(),
        new BufferBytes(),
        new BufferReplay(),
        new HubDrains(),
        new Reconnects(),
    ];
}
