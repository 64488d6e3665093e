using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Servers;
using EdgeDePin.Sandbox;
using EdgeDePin.Sandbox.Guests;
using EdgeDePin.Sandbox.Modules;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Sharing;

/// <summary>How much memory does a guest's process take?</summary>
internal sealed class GuestMemory : Figure
{
    public override string Name => "guest-memory";

    public override string What => "resident memory of a guest's process after a hundred short tasks and one example compiled and run";

    public override string Unit => "MB";

    public override Goal? Goal => Goal.AtMost(60);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        using GuestProcess process = GuestProcess.Start(new SandboxOptions(), TimeProvider.System, NullLogger.Instance);
        for (int i = 0; i < 100; i++)
        {
            Run(process, SmallGuest.Module, SmallGuest.Call, cancellationToken);
        }

        byte[] example = await File.ReadAllBytesAsync(Path.Combine(Checkout.Folder, "examples", "tasks", "monte-carlo.wasm"), cancellationToken);
        byte[] input = [.. new double[] { 5, 8, 0.1, 0.8, 4, 24, 5_000 }.SelectMany(BitConverter.GetBytes)];
        Run(process, example, new GuestCall(10_000_000_000, GuestCall.DefaultPages, input, []), cancellationToken);
        return process.ResidentBytes / 1e6;
    }

    private static void Run(GuestProcess process, byte[] module, GuestCall call, CancellationToken cancellationToken)
    {
        GuestOutcome outcome = process.Run(new GuestTask(module, call), ModuleScan.Read(module), cancellationToken);
        _ = outcome as GuestOutcome.Completed ?? throw new InvalidOperationException($"{outcome}");
    }
}
