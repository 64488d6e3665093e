using BenchmarkDotNet.Attributes;
using EdgeDePin.Benchmarks.Execution;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Benchmarks.Questions;

/// <summary>What does it cost to run an empty task, and to record it, and what do others take for the same graphs?</summary>
[MemoryDiagnoser]
public class GraphRunning : IAsyncDisposable
{
    private readonly LaneCrew _crew = new(new LaneOptions { Lanes = 2, RingCapacity = 1 << 19 }, TimeProvider.System);
    private readonly LaneRecord[] _drained = new LaneRecord[4096];
    private readonly GraphShape _independent = BenchGraphs.Independent();
    private readonly GraphShape _wavefront = BenchGraphs.Wavefront();
    private readonly GraphShape _tangle = BenchGraphs.Tangle();
    private readonly GraphShape _chain = BenchGraphs.Chain();

    [GlobalCleanup]
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _crew.DisposeAsync();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = BenchGraphs.Tasks)]
    public Task<RunReport> Independent() => RunAsync(_independent, record: false);

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public Task<RunReport> IndependentRecorded() => RunAsync(_independent, record: true);

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public Task<RunReport> Chain() => RunAsync(_chain, record: false);

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public Task<RunReport> Wavefront() => RunAsync(_wavefront, record: false);

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public Task<RunReport> WavefrontRecorded() => RunAsync(_wavefront, record: true);

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public Task<RunReport> Tangle() => RunAsync(_tangle, record: false);

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public void IndependentByTaskRun() => OtherRuns.RunTasks();

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public void IndependentByParallelFor() => OtherRuns.RunParallelFor();

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public void IndependentByDataflow() => OtherRuns.RunDataflow();

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public void IndependentByChannel() => OtherRuns.RunChannel();

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public void WavefrontByContinueWhenAll() => OtherRuns.Tasks(_wavefront);

    [Benchmark(OperationsPerInvoke = BenchGraphs.Tasks)]
    public void ActivityForEach() => OtherRuns.RunActivities();

    private async Task<RunReport> RunAsync(GraphShape shape, bool record)
    {
        RunReport report = await _crew.RunAsync(new RunPlan { Shape = shape, Body = static _ => { }, Record = record }, CancellationToken.None);
        foreach (RecordRing ring in _crew.Rings)
        {
            while (ring.Drain(_drained) > 0)
            {
            }
        }

        return report;
    }
}
