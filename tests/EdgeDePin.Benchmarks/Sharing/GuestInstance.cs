using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Sandbox.Guests;
using EdgeDePin.Sandbox.Modules;

namespace EdgeDePin.Benchmarks.Sharing;

/// <summary>What does a fresh instance for each call cost?</summary>
internal sealed class GuestInstance : Figure
{
    private const int Calls = 2_000;

    public override string Name => "guest-instance";

    public override string What => "a new store and instance of a compiled module, one short call, and its end";

    public override string Unit => "us";

    public override Goal? Goal => Goal.AtMost(200);

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        using var engine = new GuestEngine();
        ModuleFacts facts = ModuleScan.Read(SmallGuest.Module);
        using Wasmtime.Module module = engine.Compile(SmallGuest.Module, facts.UsesFloats);
        long from = 0;
        for (int i = -Calls; i < Calls; i++)
        {
            from = i == 0 ? Stopwatch.GetTimestamp() : from;
            GuestOutcome outcome = engine.Run(module, facts, SmallGuest.Call, seed: 1, TimeSpan.FromSeconds(10), TimeProvider.System, listener: null);
            _ = outcome as GuestOutcome.Completed ?? throw new InvalidOperationException($"{outcome}");
        }

        return Task.FromResult(Stopwatch.GetElapsedTime(from).TotalMicroseconds / Calls);
    }
}
