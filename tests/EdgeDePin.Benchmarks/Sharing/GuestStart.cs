using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Sharing;

/// <summary>How long until a new process has given up its rights and waits for a guest?</summary>
internal sealed class GuestStart : Figure
{
    public override string Name => "guest-start";

    public override string What => "from the start of a guest's process to its being confined, tried and ready";

    public override string Unit => "ms";

    public override Goal? Goal => null;

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        long from = Stopwatch.GetTimestamp();
        using GuestProcess process = GuestProcess.Start(new SandboxOptions(), TimeProvider.System, NullLogger.Instance);
        return Task.FromResult(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
    }
}
