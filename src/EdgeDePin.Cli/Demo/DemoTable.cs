using Spectre.Console;

namespace EdgeDePin.Cli.Demo;

/// <summary>The live table: a line for each node, redrawn once a second.</summary>
internal static class DemoTable
{
    public static async Task ShowAsync(DemoNeighbourhood neighbourhood, string? page, CancellationToken cancellationToken)
    {
        var meters = neighbourhood.Nodes.ToDictionary(node => node.Name, _ => new RateMeter());
        await AnsiConsole.Live(Draw(neighbourhood, meters, page)).StartAsync(async live =>
        {
            using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
            while (await NextAsync(second, cancellationToken))
            {
                live.UpdateTarget(Draw(neighbourhood, meters, page));
            }
        });
    }

    private static Table Draw(DemoNeighbourhood neighbourhood, Dictionary<string, RateMeter> meters, string? page)
    {
        Table table = new Table().RoundedBorder()
            .Title(page is null ? "EdgeDePin" : $"EdgeDePin  [link={page}]{page}[/]  (Ctrl-C ends)")
            .AddColumns("node", "readings/s", "tasks/s", "lent", "borrowed", "checked", "faults", "store", "Influx lag");
        foreach (DemoNode node in neighbourhood.Nodes)
        {
            RateMeter meter = meters[node.Name];
            NodeCounters counters = node.Counters();
            table.AddRow(
                node.Name,
                $"{meter.Readings(counters.Readings):0.0}",
                $"{meter.Tasks(counters.Executions):0.0}",
                $"{counters.Lent}",
                $"{counters.Borrowed}",
                counters.Rejected == 0 ? $"{counters.Verified}" : $"{counters.Verified} [red]({counters.Rejected} rejected)[/]",
                $"{counters.Faults}",
                Size(counters.StoreBytes),
                counters.InfluxState is null ? "-" : $"{counters.InfluxLag} ({counters.InfluxState})");
        }

        return table;
    }

    private static string Size(long bytes) =>
        bytes < 1 << 20 ? $"{bytes / 1024.0:0} KiB" : $"{bytes / 1048576.0:0.0} MiB";

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Turns totals into rates between two drawings, one second apart.</summary>
    private sealed class RateMeter
    {
        private long _readings;
        private long _tasks;

        public long Readings(long total) => Step(ref _readings, total);

        public long Tasks(long total) => Step(ref _tasks, total);

        private static long Step(ref long before, long now)
        {
            long step = now - before;
            before = now;
            return step;
        }
    }
}
