using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>The rows about sensor module, module client and local hub.</summary>
internal static class EdgeArea
{
    public static IReadOnlyList<Figure> Figures(Effort effort)
    {
        EdgeSize size = EdgeSize.Of(effort);
        var lives = new SharedRuns<SensorRun>((bench, cancellationToken) => SensorRun.MeasureAsync(bench, size.SensorMessages, cancellationToken));
        var backlogs = new SharedRuns<BacklogRun>((bench, cancellationToken) => BacklogRun.MeasureAsync(bench, size.Backlog, cancellationToken));
        return
        [
            new SensorStart(lives),
            new SensorMemory(lives),
            new SensorImage(),
            new ClientSends(size),
            new HubRoutes(size),
            new HubMemory(size),
            new BufferBytes(size),
            new BufferReplay(size),
            new BacklogIn(size, backlogs),
            new HubDrains(size, backlogs),
            new BacklogMemory(size, backlogs),
            new Reconnects(size),
        ];
    }
}
