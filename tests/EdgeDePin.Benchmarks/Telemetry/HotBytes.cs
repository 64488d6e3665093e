using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>How many bytes does a point take on the disk until it is moved into a shard?</summary>
internal sealed class HotBytes : Figure
{
    private const int BatchPoints = 5_000;
    private const int Batches = 60;

    public override string Name => "hot-bytes";

    public override string What => "the log, for each point of five fields that came in batches of 5,000";

    public override string Unit => "bytes";

    public override Goal? Goal => Goal.AtMost(7.7);

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        string folder = bench.FreshPath("store");
        double bytes;
        using (Store store = Store.Open(new StoreOptions { Folder = folder }, TimeProvider.System, NullLogger.Instance))
        {
            foreach (Point[] batch in EnvPoints.Batches(seed: 4, Batches, BatchPoints))
            {
                store.Append(batch);
            }

            StoreStats stats = store.Stats();
            bytes = (double)stats.LogBytes / stats.LogPoints;
        }

        Directory.Delete(folder, recursive: true);
        return Task.FromResult(bytes);
    }
}
