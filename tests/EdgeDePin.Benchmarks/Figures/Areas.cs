using EdgeDePin.Benchmarks.Edge;
using EdgeDePin.Benchmarks.Execution;
using EdgeDePin.Benchmarks.Sensors;
using EdgeDePin.Benchmarks.Sharing;
using EdgeDePin.Benchmarks.Telemetry;

namespace EdgeDePin.Benchmarks.Figures;

/// <summary>Which rows belong to which area, in the order of the table.</summary>
internal static class Areas
{
    private static readonly (string Name, Func<IReadOnlyList<Figure>> Figures)[] All =
    [
        ("telemetry", TelemetryArea.Figures),
        ("sensors", SensorsArea.Figures),
        ("execution", ExecutionArea.Figures),
        ("edge", EdgeArea.Figures),
        ("sharing", SharingArea.Figures),
    ];

    public static IEnumerable<string> Names => All.Select(area => area.Name);

    /// <summary>The rows of an area; null for a name that none has.</summary>
    public static IReadOnlyList<Figure>? Find(string name) => Array.Find(All, area => area.Name == name).Figures?.Invoke();
}
