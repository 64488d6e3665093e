using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Sensors.Weather.Bme280;

namespace EdgeDePin.Benchmarks.Sensors;

/// <summary>How late is a sample that is due, with 100 sensors at 1 Hz, while every core is kept busy? By the metric that a node keeps.</summary>
internal sealed class SamplingLateness : Figure
{
    private const int Sensors = 100;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(15);

    public override string Name => "lateness";

    public override string What => "p99 of how late a sample begins, 100 BME280 drivers at 1 Hz with phases, one thread of work for each core beside them";

    public override string Unit => "ms";

    public override Goal? Goal => Goal.AtMost(2);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Thread[] load = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => Work(stop.Token)) { Priority = ThreadPriority.BelowNormal, IsBackground = true })];
        Array.ForEach(load, thread => thread.Start());
        var counters = new SamplingCounters();
        var inbox = new ReadingInbox(counters);
        var path = new ReadingPath();
        using var thread = new SamplingThread("sample i2c:1");
        SamplingLoop[] loops = [.. Enumerable.Range(0, Sensors).Select(number => Loop(number, path, inbox, counters, thread))];
        stop.CancelAfter(Length);
        await Task.WhenAll(loops.Select(loop => Task.Run(() => loop.RunAsync(stop.Token), CancellationToken.None)));
        Array.ForEach(load, thread => thread.Join());
        cancellationToken.ThrowIfCancellationRequested();
        double p99 = SlotLateness.Sum([.. loops.Select(loop => loop.Lateness!)]).P99.TotalMilliseconds;
        Array.ForEach(loops, loop => loop.Dispose());
        return p99;
    }

    private static SamplingLoop Loop(int number, ReadingPath path, ReadingInbox inbox, SamplingCounters counters, SamplingThread thread)
    {
        var sensor = new Bme280Sensor(new SensorId($"bme280-{number}"), new RecordedBme280(), TimeProvider.System);
        var scheduled = ScheduledSensor.Every(TimeSpan.FromSeconds(1), sensor, TimeProvider.System, TimeSpan.FromMilliseconds(10 * number), thread: thread);
        return new SamplingLoop(scheduled, path, inbox, counters, _ => { });
    }

    private static void Work(CancellationToken cancellationToken)
    {
        double sum = 0;
        for (long i = 1; !cancellationToken.IsCancellationRequested; i++)
        {
            sum += Math.Sqrt(i);
        }

        GC.KeepAlive(sum);
    }
}
