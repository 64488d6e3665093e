using EdgeDePin.Execution.Scheduling;
using EdgeDePin.Execution.Workflows;

namespace EdgeDePin.Tests.Execution.Workflows;

/// <summary>The published executions of WfCommons that the tests run on, and the platform that their reference figures were made with.</summary>
internal static class WfInstances
{
    /// <summary>A quick board, two of medium and one of little speed, joined by gigabit Ethernet.</summary>
    public static Platform Mixed { get; } = Platform.Parse("""
        {"nodes": [{"name": "a", "cores": 4, "speed": 1}, {"name": "b", "cores": 4, "speed": 0.42}, {"name": "c", "cores": 4, "speed": 0.42},
                   {"name": "d", "cores": 4, "speed": 0.2}], "bandwidthBytesPerSecond": 117e6}
        """u8);

    public static string[] Files => [.. Directory.EnumerateFiles(SharedData.Require("wfinstances"), "*.json").Order(StringComparer.Ordinal)];

    public static IEnumerable<Workflow> All => Files.Select(WfFormatReader.ReadFile);

    public static double GeometricMean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));
}
