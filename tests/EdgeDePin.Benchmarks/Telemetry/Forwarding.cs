using System.Globalization;
using System.Text.Json;
using EdgeDePin.Benchmarks.Data;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Servers;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>
/// How fast a store with a backlog in shards reaches a server, as a share of what the server takes from a loader that has
/// nothing to do but send: the same points in the same order, compressed before the clock starts, 5,000 to a request. The
/// server has a core of its own in both.
/// </summary>
internal sealed class Forwarding
{
    /// <summary>26 million are 30 days at ten a second; that takes ten minutes for a server.</summary>
    private const string PointsVariable = "EDGEDEPIN_BACKLOG_POINTS";

    private const int LinesPerBody = 5_000;

    private static readonly int Points = int.Parse(Environment.GetEnvironmentVariable(PointsVariable) ?? "2000000", CultureInfo.InvariantCulture);

    private string? _store;

    /// <returns>Our rate over the loader's.</returns>
    public async Task<double> ShareAsync(LineServer kind, Bench bench, CancellationToken cancellationToken)
    {
        _store ??= Fill(bench);
        double loader = await LoaderAsync(kind, bench, cancellationToken);
        double ours = await OursAsync(kind, bench, cancellationToken);
        bench.Say(string.Create(CultureInfo.InvariantCulture, $"  {kind.Name}: loader {loader:N0} points/s, forwarder {ours:N0} points/s"));
        return ours / loader;
    }

    private async Task<double> LoaderAsync(LineServer kind, Bench bench, CancellationToken cancellationToken)
    {
        await using ServerProcess server = await kind.StartAsync(bench, cancellationToken);
        using var cores = new Cores(server.Id);
        using var load = new WriteLoad(server.Url, kind.Database, clients: 1, gzip: true);
        var series = new EnvSeries(seed: 4);
        TimeSpan took = TimeSpan.Zero;
        // A million at a time: all of them would take gigabytes.
        for (int sent = 0; sent < Points; sent += 1_000_000)
        {
            List<byte[]> bodies = EnvSeries.Compressed(series.Bodies(Math.Min(1_000_000, Points - sent), LinesPerBody));
            took += await load.PostAsync(bodies, cancellationToken);
        }

        return Points / took.TotalSeconds;
    }

    private async Task<double> OursAsync(LineServer kind, Bench bench, CancellationToken cancellationToken)
    {
        await using ServerProcess server = await kind.StartAsync(bench, cancellationToken);
        using var cores = new Cores(server.Id);
        using Store store = Open(_store!);
        Forwarder.StartOver(store, kind.Name);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        var options = new ForwarderOptions { Name = kind.Name, Url = server.Url, Database = kind.Database, BacklogPointsPerSecond = 0 };
        using var forwarder = new Forwarder(store, options, http, TimeProvider.System, new Random(1), NullLogger.Instance);
        long start = TimeProvider.System.GetTimestamp();
        bool done = await forwarder.DrainAsync(TimeSpan.FromMinutes(30), cancellationToken);
        TimeSpan took = TimeProvider.System.GetElapsedTime(start);
        if (!done || store.QuarantineCount > 0)
        {
            throw new IOException($"The backlog did not arrive: {forwarder.Status}");
        }

        if (kind.Name.StartsWith("influxd", StringComparison.Ordinal))
        {
            // Nothing missing, nothing twice.
            string answer = await http.GetStringAsync(new Uri(server.Url, $"/query?db={kind.Database}&q={Uri.EscapeDataString($"SELECT count({EnvSeries.Fields[0]}) FROM {EnvSeries.Measurement}")}"), cancellationToken);
            using JsonDocument json = JsonDocument.Parse(answer);
            long there = json.RootElement.GetProperty("results")[0].GetProperty("series")[0].GetProperty("values")[0][1].GetInt64();
            if (there != Points || forwarder.Status.Forwarded != Points)
            {
                throw new IOException($"influxd has {there} of {Points} points; {forwarder.Status.Forwarded} were sent.");
            }
        }

        return Points / took.TotalSeconds;
    }

    private string Fill(Bench bench)
    {
        string folder = bench.FreshPath("backlog");
        using Store store = Open(folder);
        var series = new EnvSeries(seed: 4);
        for (int written = 0; written < Points; written += 1_000_000)
        {
            foreach (byte[] body in series.Bodies(Math.Min(1_000_000, Points - written), LinesPerBody))
            {
                store.Append(LineProtocol.Decode(body, 0).Points);
            }
        }

        store.Compact();
        bench.Say(string.Create(CultureInfo.InvariantCulture, $"  a backlog of {Points:N0} points, {store.SizeBytes / 1_000_000.0:N1} MB"));
        return folder;
    }

    private static Store Open(string folder) => Store.Open(new StoreOptions { Folder = folder, MemoryLimitMegabytes = 128 }, TimeProvider.System, NullLogger.Instance);
}
