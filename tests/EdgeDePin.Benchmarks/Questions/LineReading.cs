using BenchmarkDotNet.Attributes;
using EdgeDePin.Benchmarks.Data;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Batches;

namespace EdgeDePin.Benchmarks.Questions;

/// <summary>How long does it take to read a body of line protocol, and what does it allocate?</summary>
[MemoryDiagnoser]
public class LineReading
{
    private const int Lines = 5_000;

    private readonly PointBatch _batch = new();
    private readonly byte[] _body = new EnvSeries(seed: 3).Bodies(Lines, Lines)[0];

    [Benchmark(Baseline = true, OperationsPerInvoke = Lines)]
    public int AsPoints() => LineProtocol.Decode(_body, defaultInstant: 0).Points.Count;

    [Benchmark(OperationsPerInvoke = Lines)]
    public int AsColumns()
    {
        _batch.Clear();
        return BatchLines.Read(_body, defaultInstant: 0, precision: 1, _batch).Count;
    }

    [Benchmark(OperationsPerInvoke = Lines)]
    public int AsColumnsAndFrame()
    {
        AsColumns();
        return _batch.Payload.Length;
    }
}
