using EdgeDePin.Benchmarks.Data;
using EdgeDePin.Benchmarks.Servers;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>This node and the others with the same points, for all rows that ask about them.</summary>
internal sealed class QueryServers(Func<IEnumerable<byte[]>> bodies)
{
    private const int LinesPerBody = 5_000;

    /// <summary>The node's options: two threads, as this machine has two cores, and the memory that its goal is about.</summary>
    public LoadedServer Ours { get; } = Loaded(LineServer.Ours("--Store:Threads", "2", "--Store:MemoryLimitMegabytes", "128"), bodies);

    public LoadedServer Influxd { get; } = Loaded(LineServer.Influxd(), bodies);

    public LoadedServer VictoriaMetrics { get; } = Loaded(LineServer.VictoriaMetrics(), bodies);

    /// <summary>100 devices, 40,000 instants, five fields.</summary>
    public static QueryServers Stations() => new(() => new EnvSeries(seed: 3).Stream(EnvSeries.Devices * 40_000, LinesPerBody));

    /// <summary>100 trucks for so many days.</summary>
    public static QueryServers Trucks(int days) => new(() => new TruckFleet(seed: 123, trucks: 100).Bodies(days * 8_640, LinesPerBody));

    private static LoadedServer Loaded(LineServer kind, Func<IEnumerable<byte[]>> bodies) => new(kind, async (server, database, cancellationToken) =>
    {
        using var load = new WriteLoad(server, database, clients: 1, gzip: false);
        foreach (byte[][] some in bodies().Chunk(16))
        {
            await load.PostAsync(some, cancellationToken);
        }
    });
}
