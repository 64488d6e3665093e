using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>How fast does a program append that has the store in its own process?</summary>
internal sealed class AppendInProcess : Figure
{
    private const int BatchPoints = 5_000;
    private const int WarmUpBatches = 40;
    private const int Batches = 200;

    private List<Point[]>? _batches;

    public override string Name => "append";

    public override string What => "`Store.Append` in process: batches of 5,000 points, each durable before it returns";

    public override string Unit => "points/s";

    public override Goal? Goal => Goal.AtLeast(1_000_000);

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        _batches ??= EnvPoints.Batches(seed: 2, WarmUpBatches + Batches, BatchPoints);
        string folder = bench.FreshPath("store");
        double rate;
        using (Store store = Store.Open(new StoreOptions { Folder = folder, MemoryLimitMegabytes = 128 }, TimeProvider.System, NullLogger.Instance))
        {
            foreach (Point[] batch in _batches.Take(WarmUpBatches))
            {
                store.Append(batch);
            }

            long start = Stopwatch.GetTimestamp();
            foreach (Point[] batch in _batches.Skip(WarmUpBatches))
            {
                store.Append(batch);
            }

            rate = Batches * BatchPoints / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Directory.Delete(folder, recursive: true);
        return Task.FromResult(rate);
    }
}
