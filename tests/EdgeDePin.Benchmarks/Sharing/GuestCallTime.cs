using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Sandbox;
using EdgeDePin.Sandbox.Guests;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Sharing;

/// <summary>What does a call cost when the guest lives in a process of its own, at idle priority?</summary>
internal sealed class GuestCallTime : Figure
{
    private const int Calls = 2_000;

    public override string Name => "guest-call";

    public override string What => "a short call there and back through a confined process that waits for it, a new instance each";

    public override string Unit => "us";

    public override Goal? Goal => null;

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        using var guests = new GuestProcesses(new SandboxOptions(), TimeProvider.System, NullLogger.Instance);
        long from = 0;
        for (int i = -Calls / 10; i < Calls; i++)
        {
            from = i == 0 ? Stopwatch.GetTimestamp() : from;
            GuestOutcome outcome = guests.Run(new GuestTask(SmallGuest.Module, SmallGuest.Call), cancellationToken);
            _ = outcome as GuestOutcome.Completed ?? throw new InvalidOperationException($"{outcome}");
        }

        return Task.FromResult(Stopwatch.GetElapsedTime(from).TotalMicroseconds / Calls);
    }
}
