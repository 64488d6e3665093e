using EdgeDePin.Benchmarks.Data;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Batches;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>What does a point leave to the collector on its way from a line to the log and the tables?</summary>
internal sealed class WriteAllocated : Figure
{
    private const int Lines = 5_000;
    private const int WarmUpBatches = 10;
    private const int Batches = 40;

    private List<byte[]>? _bodies;

    public override string Name => "write-allocated";

    public override string What => "managed memory allocated for each point from the bytes of its line until it is durable and can be read";

    public override string Unit => "bytes";

    public override Goal? Goal => null;

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        _bodies ??= new EnvSeries(seed: 6).Bodies((WarmUpBatches + Batches) * Lines, Lines);
        string folder = bench.FreshPath("store");
        double bytes;
        using (Store store = Store.Open(new StoreOptions { Folder = folder }, TimeProvider.System, NullLogger.Instance))
        {
            _bodies.GetRange(0, WarmUpBatches).ForEach(body => Append(store, body));
            long before = GC.GetTotalAllocatedBytes(precise: true);
            _bodies.GetRange(WarmUpBatches, Batches).ForEach(body => Append(store, body));
            bytes = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / (Batches * Lines);
        }

        Directory.Delete(folder, recursive: true);
        return Task.FromResult(bytes);
    }

    private static void Append(Store store, byte[] body)
    {
        PointBatch batch = store.Batches.Rent();
        BatchLines.Read(body, defaultInstant: 0, precision: 1, batch);
        store.AppendBatches([batch]);
        store.Batches.Return(batch);
    }
}
