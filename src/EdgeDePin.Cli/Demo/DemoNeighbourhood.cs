using System.Diagnostics;
using EdgeDePin.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Cli.Demo;

/// <summary>Nodes and the broker between them, all in this process.</summary>
internal sealed class DemoNeighbourhood : IAsyncDisposable
{
    // What InfluxDB has not taken by then stays in the stores.
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(15);

    private readonly EmbeddedBroker _broker;

    private DemoNeighbourhood(EmbeddedBroker broker, IReadOnlyList<DemoNode> nodes) => (_broker, Nodes) = (broker, nodes);

    public IReadOnlyList<DemoNode> Nodes { get; }

    /// <summary>Completes when the last row of every replayed series was sampled.</summary>
    public Task ReplayEnded => Nodes[0].SensingEnded;

    /// <summary>Faults when a part of a node stops that should go on.</summary>
    public Task Failed => Task.WhenAny(Nodes.Select(node => node.FailedAsync())).Unwrap();

    public static async Task<DemoNeighbourhood> StartAsync(DemoOptions options, DemoFolder folder)
    {
        DemoSensors sensors = DemoSensors.Open(options);
        EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        var nodes = new List<DemoNode>();
        try
        {
            for (int number = 1; number <= options.Nodes; number++)
            {
                nodes.Add(await DemoNode.StartAsync(options, sensors, number, broker.Port, folder, NullLoggerFactory.Instance));
            }
        }
        catch (Exception error)
        {
            foreach (DemoNode node in nodes)
            {
                await node.DisposeAsync();
            }

            await broker.DisposeAsync();
            throw NodeFailure.Explains(error)
                ? new CommandFailure(NodeFailure.IsWrongUse(error) ? ExitCode.WrongUse : ExitCode.Environment, error.Message, error)
                : error;
        }

        return new DemoNeighbourhood(broker, nodes);
    }

    /// <summary>Sensors first, then work, then what is still on its way to the stores and to InfluxDB.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(Nodes.Select(node => node.StopSensingAsync()));
        await Task.WhenAll(Nodes.Select(node => node.StopComputingAsync()));
        await Task.WhenAll(Nodes.Select(node => node.StopTelemetryAsync(DrainPatience)));
    }

    public DemoSummary Summary(TimeSpan ran)
    {
        NodeCounters[] counters = [.. Nodes.Select(node => node.Counters())];
        using Process process = Process.GetCurrentProcess();
        return new DemoSummary
        {
            Nodes = Nodes.Count,
            Seconds = Math.Round(ran.TotalSeconds, 3),
            SamplesAsked = counters.Sum(node => node.SamplesAsked),
            Readings = counters.Sum(node => node.Readings),
            Faults = counters.Sum(node => node.Faults),
            ReadingsDropped = counters.Sum(node => node.ReadingsDropped),
            Executions = counters.Sum(node => node.Executions),
            Records = counters.Sum(node => node.Records),
            Superseded = counters.Sum(node => node.Superseded),
            RecordsLost = counters.Sum(node => node.RecordsLost),
            Lent = counters.Sum(node => node.Lent),
            Borrowed = counters.Sum(node => node.Borrowed),
            Verified = counters.Sum(node => node.Verified),
            Rejected = counters.Sum(node => node.Rejected),
            StorePoints = counters.Sum(node => node.StorePoints),
            InfluxPoints = counters.Sum(node => node.InfluxPoints),
            InfluxLag = counters.Sum(node => node.InfluxLag),
            FirstReadingMs = FirstReading(process),
            PeakRssMb = Math.Round(process.PeakWorkingSet64 / 1048576.0, 1),
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (DemoNode node in Nodes)
        {
            await node.DisposeAsync();
        }

        await _broker.DisposeAsync();
    }

    private double? FirstReading(Process process)
    {
        DateTimeOffset[] stored = [.. Nodes.Select(node => node.FirstReadingStored).OfType<DateTimeOffset>()];
        return stored.Length == 0 ? null : Math.Round((stored.Min() - new DateTimeOffset(process.StartTime)).TotalMilliseconds, 1);
    }
}
