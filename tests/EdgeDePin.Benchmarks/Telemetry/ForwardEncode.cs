using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>How fast can the store's points be made into what a server is sent?</summary>
internal sealed class ForwardEncode : Figure
{
    private const int BatchPoints = 5_000;
    private const int Batches = 60;

    private List<Point[]>? _batches;

    public override string Name => "forward-encode";

    public override string What => "read from the store behind a cursor and made into gzipped line protocol, without the network";

    public override string Unit => "points/s";

    public override Goal? Goal => Goal.AtLeast(1_000_000);

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        _batches ??= EnvPoints.Batches(seed: 5, Batches, BatchPoints);
        string folder = bench.FreshPath("store");
        double rate;
        using (Store store = Store.Open(new StoreOptions { Folder = folder, MemoryLimitMegabytes = 128 }, TimeProvider.System, NullLogger.Instance))
        {
            _batches.ForEach(batch => store.Append(batch));
            // A forwarder runs for months: its code has been compiled.
            Read(store);
            Read(store);
            long start = Stopwatch.GetTimestamp();
            int encoded = Read(store);
            rate = encoded / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Directory.Delete(folder, recursive: true);
        return Task.FromResult(rate);
    }

    private static int Read(Store store)
    {
        long cursor = 0;
        int encoded = 0;
        using var ahead = new ReadAhead(store, new PointSelection([], []), () => ServerKind.InfluxDb1);
        while (cursor < store.HeadSequence)
        {
            Slice slice = ahead.Take(cursor, BatchPoints, store.HeadSequence);
            encoded += slice.Body?.Bytes is null ? 0 : slice.Points.Count;
            cursor = slice.End;
        }

        return encoded;
    }
}
