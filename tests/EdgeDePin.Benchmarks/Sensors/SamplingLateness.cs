using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Sensors.Sampling;

namespace EdgeDePin.Benchmarks.Sensors;

/// <summary>How late is a sample that is due, with 100 sensors at 1 Hz, while both cores are kept busy?</summary>
internal sealed class SamplingLateness : Figure
{
    private const int Sensors = 100;
    private const int Seconds = 15;

    public override string Name => "lateness";

    public override string What => "p99 of how late a slot begins, 100 schedules of 1 Hz with phases, every core busy with work of lower priority";

    public override string Unit => "ms";

    public override Goal? Goal => Goal.AtMost(2);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Thread[] load = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => Work(stop.Token)) { Priority = ThreadPriority.BelowNormal, IsBackground = true })];
        Array.ForEach(load, thread => thread.Start());
        double[][] late = await Task.WhenAll(Enumerable.Range(0, Sensors).Select(number => ScheduleAsync(number, cancellationToken)));
        await stop.CancelAsync();
        Array.ForEach(load, thread => thread.Join());
        double[] all = [.. late.SelectMany(one => one).Order()];
        return all[(int)(0.99 * all.Length)];
    }

    private static async Task<double[]> ScheduleAsync(int number, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(10 * number), TimeProvider.System, cancellationToken);   // phases, as sensors have them
        var late = new List<double>();
        long begin = TimeProvider.System.GetTimestamp();
        await foreach (DateTimeOffset _ in SamplingSchedule.Every(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken))
        {
            late.Add(TimeProvider.System.GetElapsedTime(begin).TotalMilliseconds % 1_000);
            if (late.Count == Seconds)
            {
                break;
            }
        }

        return [.. late.Skip(1)];
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
