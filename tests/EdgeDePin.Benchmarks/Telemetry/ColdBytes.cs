using EdgeDePin.Benchmarks.Data;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>How many bytes does a point of five fields take once it lies in a shard?</summary>
internal sealed class ColdBytes(string name, bool jittered, double most) : Figure
{
    private const int Instants = 10_000;
    private const int BatchInstants = 100;

    /// <summary>Instants lie up to half a second off, in whole milliseconds.</summary>
    private const int JitterMilliseconds = 500;

    private double? _measured;

    public override string Name => name;

    public override string What =>
        $"all files of the shards by point: 100 devices, {(jittered ? "instants that jitter by milliseconds" : "regular instants")}, five fields";

    public override string Unit => "bytes/point";

    public override Goal? Goal => Goal.AtMost(most);

    // The same points make the same files, so once is enough.
    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        _measured ??= Measure(bench.FreshPath("cold"));
        return Task.FromResult(_measured.Value);
    }

    private double Measure(string folder)
    {
        var series = new EnvSeries(seed: 4);
        var random = new Random(4);
        using (Store store = Store.Open(new StoreOptions { Folder = folder }, TimeProvider.System, NullLogger.Instance))
        {
            for (int done = 0; done < Instants; done += BatchInstants)
            {
                store.Append([.. Enumerable.Range(0, BatchInstants).SelectMany(_ => Points(series, random))]);
            }

            store.Compact();
        }

        long bytes = new DirectoryInfo(Path.Combine(folder, "shards")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        Directory.Delete(folder, recursive: true);
        return (double)bytes / (Instants * EnvSeries.Devices);
    }

    private List<Point> Points(EnvSeries series, Random random)
    {
        long instant = series.Advance();
        return [.. Enumerable.Range(0, EnvSeries.Devices).Select(device =>
        {
            (string name, string site) = EnvSeries.Tags(device);
            long off = jittered ? random.Next(-JitterMilliseconds, JitterMilliseconds) * 1_000_000L : 0;
            return new Point(EnvSeries.Measurement, [new("device", name), new("site", site)],
                EnvSeries.Fields.Select((field, at) => new Field(field, series.Value(device, at))), instant + off);
        })];
    }
}
