using System.Diagnostics;
using EdgeDePin.Storage;
using EdgeDePin.Web;

namespace EdgeDePin.Cli.Demo;

/// <summary>A demo from start to summary.</summary>
internal static class DemoRun
{
    public static async Task<int> RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        using var folder = new DemoFolder(options.DataFolder);
        await using DemoNeighbourhood neighbourhood = await DemoNeighbourhood.StartAsync(options, folder);
        await using NodePage? page = options.HttpPort is { } port ? await PageAsync(neighbourhood.Nodes[0], port) : null;
        bool live = !options.Json && !options.Headless && !Console.IsOutputRedirected;
        if (page is not null && !options.Json && !live)
        {
            Console.WriteLine($"page: {page.Url}");
        }

        var running = Stopwatch.StartNew();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task table = live ? DemoTable.ShowAsync(neighbourhood, page?.Url, ending.Token) : Task.CompletedTask;
        await UntilOverAsync(options, neighbourhood, cancellationToken);
        await ending.CancelAsync();
        await table;
        bool interrupted = cancellationToken.IsCancellationRequested && options.Duration is not null;

        if (options.Influx is not null && !options.Json)
        {
            Console.WriteLine("sending what InfluxDB has not acknowledged yet");
        }

        await neighbourhood.StopAsync();
        DemoSummary summary = neighbourhood.Summary(running.Elapsed);
        if (options.Json)
        {
            Console.WriteLine(summary.ToJson());
        }
        else
        {
            SummaryText.Write(summary, options, folder.Root);
        }

        return interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static async Task<NodePage> PageAsync(DemoNode node, int port)
    {
        try
        {
            var api = new InfluxApi(node.Store, node.Lane, new ApiOptions(), TimeProvider.System);
            return await NodePage.StartAsync(port, node.Site, node.Name, node.Store, api, TimeProvider.System);
        }
        catch (IOException error)
        {
            throw new CommandFailure(ExitCode.Environment, error.Message, error);
        }
    }

    // Ctrl-C is how a demo without a duration ends, so it is no failure there.
    private static async Task UntilOverAsync(DemoOptions options, DemoNeighbourhood neighbourhood, CancellationToken cancellationToken)
    {
        try
        {
            Task over = options.Duration is { } duration ? Task.Delay(duration, TimeProvider.System, cancellationToken)
                : options.Replay.Count > 0 ? neighbourhood.ReplayEnded.WaitAsync(cancellationToken)
                : Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            await await Task.WhenAny(over, neighbourhood.Failed);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }
}
