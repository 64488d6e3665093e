using EdgeDePin.Benchmarks.Analytics;
using EdgeDePin.Benchmarks.Edge;
using EdgeDePin.Benchmarks.Execution;
using EdgeDePin.Benchmarks.Sensors;
using EdgeDePin.Benchmarks.Sharing;
using EdgeDePin.Benchmarks.Telemetry;

namespace EdgeDePin.Benchmarks.Figures;

/// <summary>Which rows belong to which area, in the order of the table.</summary>
internal static class Areas
{
    private static readonly (string Name, Func<Effort, IReadOnlyList<Figure>?> Figures)[] All =
    [
        ("telemetry", Usual(TelemetryArea.Figures)),
        ("sensors", Usual(SensorsArea.Figures)),
        ("execution", Usual(ExecutionArea.Figures)),
        ("edge", EdgeArea.Figures),
        ("sharing", Usual(SharingArea.Figures)),
        ("analytics", Usual(AnalyticsArea.Figures)),
    ];

    public static IEnumerable<string> Names => All.Select(area => area.Name);

    /// <summary>The rows of an area; null for a name that none has, and for an effort that it does not know.</summary>
    public static IReadOnlyList<Figure>? Find(string name, Effort effort) => Array.Find(All, area => area.Name == name).Figures?.Invoke(effort);

    private static Func<Effort, IReadOnlyList<Figure>?> Usual(Func<IReadOnlyList<Figure>> figures) => effort => effort == Effort.Usual ? figures() : null;
}
