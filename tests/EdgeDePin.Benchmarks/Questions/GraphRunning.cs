using BenchmarkDotNet.Attributes;
using EdgeDePin.Benchmarks.Execution;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Benchmarks.Questions;

/// <summary>What does a task of a graph cost here, with and without a record, and what elsewhere in .NET? For each of 262,144 empty tasks.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class GraphRunning : IAsyncDisposable
{
    private readonly LaneRecord[] _batch = new LaneRecord[4096];
    private LaneCrew _crew = null!;
    private GraphShape _wavefront = null!;
    private GraphShape _independent = null!;

    [GlobalSetup]
    public void Start()
    {
        _crew = new LaneCrew(new LaneOptions { Lanes = 2, RingCapacity = 1 << 19 }, TimeProvider.System);
        (_wavefront, _independent) = (BenchGraphs.Wavefront(), BenchGraphs.Independent());
    }

    [GlobalCleanup]
    public Task StopAsync() => DisposeAsync().AsTask();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _crew.DisposeAsync();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = BenchGraphs.Tasks)]
    public Task<RunReport> Wavefront() => RunAsync(_wavefront, record: false);

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public Task<RunReport> WavefrontWithRecords() => RunAsync(_wavefront, record: true);

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public Task<RunReport> Independent() => RunAsync(_independent, record: false);

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public void WavefrontOfTasks() => OtherRuns.Tasks(_wavefront);

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public void IndependentTasks() => OtherRuns.RunTasks();

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public void IndependentInParallelFor() => OtherRuns.RunParallelFor();

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public void IndependentInDataflow() => OtherRuns.RunDataflow();

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public void IndependentInChannel() => OtherRuns.RunChannel();

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public void ActivityInsteadOfRecord() => OtherRuns.RunActivities();

    private async Task<RunReport> RunAsync(GraphShape shape, bool record)
    {
        RunReport report = await _crew.RunAsync(new RunPlan { Shape = shape, Body = static _ => { }, Record = record });
        foreach (RecordRing ring in _crew.Rings)
        {
            while (ring.Drain(_batch) > 0)
            {
            }
        }

        return report;
    }
}
