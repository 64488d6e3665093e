using EdgeDePin.Sandbox;
using EdgeDePin.Sandbox.Guests;
using EdgeDePin.Tests.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.EndToEnd.Tasks;

/// <summary>Two processors, one result: the program that runs guests as built for arm64, by an emulator, beside the one for this machine.</summary>
public sealed class ProcessorTests
{
    private const long Plenty = 10_000_000_000;

    private static readonly (string Name, string Body)[] Odd =
    [
        ("not a number", "(f64.store (i32.const 0) (f64.div (f64.load (i32.const 8)) (f64.load (i32.const 8)))) (call $output_write (i32.const 0) (i32.const 8))"),
        ("a root of less than nothing", "(f32.store (i32.const 0) (f32.sqrt (f32.const -1))) (call $output_write (i32.const 0) (i32.const 4))"),
        ("one not a number plus another", "(f64.store (i32.const 0) (f64.add (f64.const nan:0x123) (f64.const -nan:0x456))) (call $output_write (i32.const 0) (i32.const 8))"),
        ("the least of nothing and less", "(f64.store (i32.const 0) (f64.min (f64.const 0) (f64.const -0))) (call $output_write (i32.const 0) (i32.const 8))"),
        ("chance and time", "(i64.store (i32.const 0) (i64.add (call $random) (call $clock))) (call $output_write (i32.const 0) (i32.const 8))"),
        ("endless", "(loop $again (br $again))"),
        ("too deep", "(call $run)"),
        ("outside", "(i32.store (i32.const -4) (i32.const 1))"),
        ("by zero", "(drop (i64.rem_s (i64.const 1) (i64.const 0)))"),
        ("least by minus one", "(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))"),
        ("too large for an integer", "(drop (i32.trunc_f64_u (f64.const 1e10)))"),
        ("not a number for an integer", "(drop (i64.trunc_f32_s (f32.const nan)))"),
        ("saturated", "(i64.store (i32.const 0) (i64.trunc_sat_f64_s (f64.const 1e300))) (call $output_write (i32.const 0) (i32.const 8))"),
        ("shifted by more than it has", "(i32.store (i32.const 0) (i32.shl (i32.const 1) (i32.const 33))) (call $output_write (i32.const 0) (i32.const 4))"),
        ("unreachable", "unreachable"),
    ];

    [Fact]
    public void Every_example_and_every_odd_case_has_the_same_outcome_on_both()
    {
        BuiltProgram.RequireArm64("compute");
        (string[] before, string program) = BuiltProgram.Arm64Guest;

        // An emulator of another processor knows no filters of system calls, and takes memory of its own.
        var emulated = new SandboxOptions { Program = program, MemoryMegabytes = 2_048, CompileSeconds = 120, RequireConfinement = false };
        foreach (string word in before)
        {
            emulated.Before.Add(word);
        }

        using var here = new GuestProcesses(new SandboxOptions(), TimeProvider.System, NullLogger.Instance);
        using var there = new GuestProcesses(emulated, TimeProvider.System, NullLogger.Instance);
        IEnumerable<(string Name, byte[] Module, byte[] Input, long Fuel)> all =
        [
            .. Examples.Calls.Select(call => (call.Name, call.Module, call.Input, Plenty)),
            .. Odd.Select(odd => (odd.Name, Wat.Module(odd.Body), (byte[])[], 1_000_000L)),
        ];
        Assert.All(all, one =>
        {
            var call = new GuestCall(one.Fuel, GuestCall.DefaultPages, one.Input, []);
            (GuestOutcome first, GuestOutcome second) = (Run(here, one.Module, call), Run(there, one.Module, call));
            if (first is GuestOutcome.Completed done)
            {
                // Output and fuel: the result and its bill.
                Assert.Equal(done.Pack(), Assert.IsType<GuestOutcome.Completed>(second).Pack());
            }
            else
            {
                Assert.Equal(((GuestOutcome.Failed)first).Why, Assert.IsType<GuestOutcome.Failed>(second).Why);
            }
        });
        Assert.Equal((4 + 7, 1, 1), (here.Counters.Completed, here.Counters.Failed(GuestFailure.OutOfFuel), here.Counters.Failed(GuestFailure.StackOverflow)));
        Assert.Equal(0, there.Counters.Killed);
    }

    private static GuestOutcome Run(GuestProcesses guests, byte[] module, GuestCall call) =>
        guests.Run(new GuestTask(module, call), TestContext.Current.CancellationToken);
}
