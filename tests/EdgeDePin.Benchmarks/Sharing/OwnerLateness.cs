using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Sandbox;
using EdgeDePin.Sandbox.Guests;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Sharing;

/// <summary>How much later is the owner's sampling while guests take every core that is left?</summary>
internal sealed class OwnerLateness : Figure
{
    private const int Loops = 20;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Part = TimeSpan.FromSeconds(5);

    // Burns fuel until it is stopped.
    private static readonly byte[] Spin = Wasmtime.Module.ConvertText("""(module (memory (export "memory") 1) (func (export "run") (loop $again (br $again))))""");

    public override string Name => "owner-loop";

    public override string What => "p99 lateness of loops at 10 Hz with a spinning guest on every core, over the same without: 20 loops, parts of 5 s in turns";

    public override string Unit => "%";

    public override Goal? Goal => Goal.AtMost(5);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        using var guests = new GuestProcesses(new SandboxOptions(), TimeProvider.System, NullLogger.Instance);
        List<double> without = [], with = [];
        for (int part = 0; part < 4; part++)
        {
            without.AddRange(await LoopsAsync());
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task[] spinning = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Factory.StartNew(
                () => guests.Run(new GuestTask(Spin, new GuestCall(GuestCall.MaxFuel, GuestCall.DefaultPages, [], [])), stop.Token),
                cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
            await Task.Delay(500, cancellationToken);
            with.AddRange(await LoopsAsync());
            await stop.CancelAsync();
            await Task.WhenAll(spinning).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return 100 * (At99(with) / At99(without) - 1);
    }

    private static async Task<IEnumerable<double>> LoopsAsync()
    {
        Task<List<double>>[] loops = [.. Enumerable.Range(0, Loops).Select(number => Task.Factory.StartNew(
            () => Lateness(Period * number / Loops), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        return (await Task.WhenAll(loops)).SelectMany(late => late);
    }

    private static List<double> Lateness(TimeSpan phase)
    {
        var late = new List<double>();
        using var never = new ManualResetEventSlim();
        long from = Stopwatch.GetTimestamp();
        for (TimeSpan due = phase; due < Part; due += Period)
        {
            TimeSpan wait = due - Stopwatch.GetElapsedTime(from);
            if (wait > TimeSpan.Zero)
            {
                never.Wait(wait);
            }

            late.Add(Math.Max(0.001, (Stopwatch.GetElapsedTime(from) - due).TotalMilliseconds));
        }

        return late;
    }

    private static double At99(List<double> late) => late.Order().ElementAt((int)(late.Count * 0.99));
}
