using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Sandbox.Guests;
using Wasmtime;

namespace EdgeDePin.Benchmarks.Sharing;

/// <summary>How much slower is a guest for being metered, interruptible and equal on every processor?</summary>
/// <param name="body">Its work, some tenths of a second of it.</param>
/// <param name="floats">Whether not-a-number is made canonical.</param>
internal sealed class FuelCost(string name, string what, string body, bool floats) : Figure
{
    public const string Integers = """
        (local $i i32) (local $x i64)
        (loop $again
          (local.set $x (i64.add (i64.mul (i64.xor (local.get $x) (i64.extend_i32_u (local.get $i))) (i64.const 6364136223846793005)) (i64.const 1442695040888963407)))
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100000000))))
        (i64.store (i32.const 0) (local.get $x))
        """;

    public const string Floats = """
        (local $i i32) (local $x f64)
        (loop $again
          (local.set $x (f64.sqrt (f64.add (f64.mul (local.get $x) (local.get $x)) (f64.const 1))))
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 20000000))))
        (f64.store (i32.const 0) (local.get $x))
        """;

    public const string Sums = """
        (local $i i32) (local $x f64)
        (loop $again
          (local.set $x (f64.add (local.get $x) (f64.mul (f64.load (i32.and (i32.shl (local.get $i) (i32.const 3)) (i32.const 0xfff8))) (f64.const 1.5))))
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 50000000))))
        (f64.store (i32.const 0) (local.get $x))
        """;

    public override string Name => name;

    public override string What => $"{what}: time over the same code compiled without any of it";

    public override string Unit => "x";

    public override Goal? Goal => null;

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        // In turns and the best of each: other programs only ever make a run longer.
        double plain = double.MaxValue, metered = double.MaxValue;
        for (int turn = 0; turn < 5; turn++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            plain = Math.Min(plain, Seconds(new Config()));
            metered = Math.Min(metered, Seconds(GuestEngine.Configure(floats)));
        }

        return Task.FromResult(metered / plain);
    }

    private double Seconds(Config config)
    {
        using var engine = new Engine(config);
        using Module module = Module.FromBytes(engine, name, Module.ConvertText($"""(module (memory (export "memory") 1) (func (export "run") {body}))"""));
        using var linker = new Linker(engine);
        using var store = new Store(engine);
        try
        {
            store.Fuel = 100_000_000_000;
            store.SetEpochDeadline(1);
        }
        catch (WasmtimeException)
        {
            // The plain engine has no fuel to fill in.
        }

        Action run = linker.Instantiate(store, module).GetAction("run")!;
        long from = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(from).TotalSeconds;
    }
}
