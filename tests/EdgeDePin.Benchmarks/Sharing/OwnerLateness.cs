using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Sensors;
using EdgeDePin.Model;
using EdgeDePin.Sandbox;
using EdgeDePin.Sandbox.Guests;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Sensors.Weather.Bme280;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Sharing;

/// <summary>
/// How much later is the owner's sampling while guests take every core that is left? Sampled as a node samples, and judged by the metric
/// that it keeps, whose steps are of 9 %.
/// </summary>
internal sealed class OwnerLateness : Figure
{
    private const int Sensors = 20;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Part = TimeSpan.FromSeconds(5);

    // A process takes a tenth to a third of a second at ordinary priority until it is confined and idle, once in a thousand tasks.
    private static readonly TimeSpan Starting = TimeSpan.FromSeconds(2);

    // Burns fuel until it is stopped.
    private static readonly byte[] Spin = Wasmtime.Module.ConvertText("""(module (memory (export "memory") 1) (func (export "run") (loop $again (br $again))))""");

    public override string Name => "owner-loop";

    public override string What => "p99 of how late a node begins its samples with a spinning guest on every core, over the same without: 20 BME280 drivers at 10 Hz, parts of 5 s in turns; below 0 is earlier";

    public override string Unit => "%";

    public override Goal? Goal => Goal.AtMost(5);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        using var guests = new GuestProcesses(new SandboxOptions(), TimeProvider.System, NullLogger.Instance);
        List<SlotLateness> without = [], with = [];
        for (int part = 0; part < 4; part++)
        {
            without.AddRange(await SampleAsync(cancellationToken));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task[] spinning = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Factory.StartNew(
                () => guests.Run(new GuestTask(Spin, new GuestCall(GuestCall.MaxFuel, GuestCall.DefaultPages, [], [])), stop.Token),
                cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
            await Task.Delay(Starting, cancellationToken);
            with.AddRange(await SampleAsync(cancellationToken));
            await stop.CancelAsync();
            await Task.WhenAll(spinning).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return 100 * ((SlotLateness.Sum(with).P99 / SlotLateness.Sum(without).P99) - 1);
    }

    private static async Task<IEnumerable<SlotLateness>> SampleAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var counters = new SamplingCounters();
        var inbox = new ReadingInbox(counters);
        var path = new ReadingPath();
        using var thread = new SamplingThread("sample i2c:1");
        SamplingLoop[] loops = [.. Enumerable.Range(0, Sensors).Select(number => new SamplingLoop(
            ScheduledSensor.Every(
                Period, new Bme280Sensor(new SensorId($"bme280-{number}"), new RecordedBme280(), TimeProvider.System), TimeProvider.System, Period * number / Sensors, thread: thread),
            path, inbox, counters, _ => { }))];
        stop.CancelAfter(Part);
        await Task.WhenAll(loops.Select(loop => Task.Run(() => loop.RunAsync(stop.Token), CancellationToken.None)));
        cancellationToken.ThrowIfCancellationRequested();
        SlotLateness[] lateness = [.. loops.Select(loop => loop.Lateness!)];
        Array.ForEach(loops, loop => loop.Dispose());
        return lateness;
    }
}
