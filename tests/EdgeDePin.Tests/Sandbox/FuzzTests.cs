using EdgeDePin.Sandbox.Guests;
using EdgeDePin.Sandbox.Modules;

namespace EdgeDePin.Tests.Sandbox;

/// <summary>Broken modules from a seed: a million in the long form. Each is refused, fails or runs; none harms anybody.</summary>
public sealed class FuzzTests(Guests guests) : IClassFixture<Guests>
{
    private static readonly int Modules = Environment.GetEnvironmentVariable("EDGEDEPIN_LONG") == "true" ? 1_000_000 : 20_000;

    [Fact]
    public void Mutated_modules_are_refused_or_run_and_every_one_is_counted()
    {
        const int Seed = 20_260;
        var random = new Random(Seed);
        byte[][] seeds =
        [
            Wat.Module("(call $output_write (i32.const 0) (i32.const 8)) (drop (f64.sqrt (f64.const 2)))", "(table 2 funcref) (elem (i32.const 0) $run) (global (mut i32) (i32.const 1))"),
            Wat.Module("(local i32) (loop $again (local.set 0 (i32.add (local.get 0) (i32.const 1))) (br_if $again (i32.lt_u (local.get 0) (i32.const 99))))"),
            .. Examples.All.Select(example => example),
        ];
        long completed = guests.Processes.Counters.Completed, failed = Failures();
        int passed = 0;
        for (int i = 0; i < Modules; i++)
        {
            // The small ones mostly: of the examples each takes the compiler some ten milliseconds.
            byte[] module = Mutate(seeds[i % 500 == 0 ? random.Next(seeds.Length) : random.Next(2)], random);
            bool passes = Passes(module, i);
            passed += passes ? 1 : 0;
            if (passes || i % 50 == 0)
            {
                GuestOutcome outcome = guests.Run(module, fuel: 100_000, pages: 4);
                Assert.True(outcome is GuestOutcome.Completed or GuestOutcome.Failed { Why: not GuestFailure.Process }, $"seed {Seed}, module {i}: {outcome}");
                Assert.True(passes || outcome is GuestOutcome.Failed { Why: GuestFailure.Refused }, $"seed {Seed}, module {i}: {outcome}");
            }
        }

        long run = guests.Processes.Counters.Completed - completed;
        Assert.InRange(run, 1, passed);
        Assert.True(Failures() > failed, "Nothing failed.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{Modules} modules: {passed} passed the scan, {run} ran to their end, {guests.Processes.Counters.Killed} processes were lost");
    }

    private long Failures() => Enum.GetValues<GuestFailure>().Sum(guests.Processes.Counters.Failed);

    private static bool Passes(byte[] module, int number)
    {
        try
        {
            ModuleScan.Read(module);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Module {number} broke the scan: {error.Message}", error);
        }
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        List<byte> module = [.. seed];
        for (int changes = random.Next(1, 5); changes > 0; changes--)
        {
            int at = random.Next(8, module.Count);
            switch (random.Next(5))
            {
                case 0: module[at] = (byte)random.Next(256); break;
                case 1: module[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: module.Insert(at, (byte)random.Next(256)); break;
                case 3: module.RemoveAt(at); break;
                default: module.RemoveRange(at, Math.Min(random.Next(1, 20), module.Count - at)); break;
            }

            if (module.Count <= 9)
            {
                break;
            }
        }

        return [.. module];
    }
}
