using System.Diagnostics;
using EdgeDePin.Sandbox;
using EdgeDePin.Sandbox.Confining;
using EdgeDePin.Sandbox.Guests;
using EdgeDePin.Sandbox.Modules;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Sandbox;

/// <summary>What hostile modules come to, and what becomes of the process that runs them.</summary>
public sealed class GuestProcessesTests(Guests guests) : IClassFixture<Guests>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const string Spin = "(loop $again (br $again))";

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public static TheoryData<string, GuestFailure, string> Attacks => new()
    {
        { Spin, GuestFailure.OutOfFuel, "its fuel of 100000000 is used up" },
        { "(loop $again (drop (call $random)) (br $again))", GuestFailure.OutOfFuel, "used up" },
        { "(loop $again (call $progress (i32.const 1) (i32.const 2)) (br $again))", GuestFailure.OutOfFuel, "used up" },
        { "(loop $again (call $checkpoint (i32.const 0) (i32.const 65536)) (br $again))", GuestFailure.OutOfFuel, "used up" },
        { "(loop $again (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br $again))", GuestFailure.OutOfFuel, "used up" },
        { "(call $run)", GuestFailure.StackOverflow, "more than 524288 bytes of stack" },
        { "(loop $again (call $output_write (i32.const 0) (i32.const 65536)) (br $again))", GuestFailure.Output, "larger than 4194304 bytes" },
        { "(loop $again (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (i32.store (i32.mul (memory.size) (i32.const 65536)) (i32.const 1))", GuestFailure.Trap, "outside its memory" },
        { "(drop (memory.grow (i32.const 65535))) (i32.store8 (i32.const 70000) (i32.const 1))", GuestFailure.Trap, "outside its memory" },
        { "(call $output_write (i32.const -1) (i32.const -1))", GuestFailure.Trap, "4294967295 bytes from 4294967295" },
        { "(call $input_read (i32.const 0) (i32.const -5) (i32.const 8))", GuestFailure.Trap, "reads 8 bytes from 4294967291 of 0" },
        { "(call $input_read (i32.const 0) (i32.const 0) (i32.const 1))", GuestFailure.Trap, "reads 1 bytes from 0 of 0" },
        { "(drop (i32.div_u (i32.const 1) (i32.const 0)))", GuestFailure.Trap, "divided by zero" },
        { "unreachable", GuestFailure.Trap, "unreachable" },
        { "(i64.store (i32.const -8) (i64.const 1))", GuestFailure.Trap, "outside its memory" },
        { "(drop (i32.trunc_f64_s (f64.const 1e300)))", GuestFailure.Trap, "does not fit" },
        { "(i32.store (i32.const 0) (i32.const 0x0A6F6E1B)) (call $fail (i32.const 0) (i32.const 4))", GuestFailure.Gave, " no " },
        { "(call $no)", GuestFailure.OutOfFuel, "used up" },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public void A_hostile_guest_fails_with_the_reason_and_is_counted(string body, GuestFailure why, string reason)
    {
        long before = guests.Processes.Counters.Failed(why), killed = guests.Processes.Counters.Killed;
        GuestOutcome outcome = guests.Run(Wat.Module(body, "(func $no " + Spin + ")"), fuel: 100_000_000);
        GuestOutcome.Failed failed = Assert.IsType<GuestOutcome.Failed>(outcome);
        Assert.Equal(why, failed.Why);
        Assert.Contains(reason, failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(failed.Message, char.IsControl);
        Assert.Equal((before + 1, killed), (guests.Processes.Counters.Failed(why), guests.Processes.Counters.Killed));
    }

    [Fact]
    public void A_start_function_that_never_ends_uses_up_its_fuel() =>
        Assert.Equal(GuestFailure.OutOfFuel, Why(guests.Run(Wat.Module("", "(func $first (loop $again (br $again))) (start $first)"), fuel: 10_000_000)));

    [Fact]
    public void A_module_that_begins_with_more_memory_than_the_call_allows_is_not_run() =>
        Assert.Equal(GuestFailure.Memory, Why(guests.Run(Wat.Module("", pages: 20), pages: 10)));

    [Fact]
    public void A_module_that_only_a_validator_sees_through_is_refused()
    {
        // An add without operands: the scan, which knows no types, lets it pass.
        GuestOutcome.Failed failed = Assert.IsType<GuestOutcome.Failed>(guests.Run(
            [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1, 7, 16, 2, 3, .. "run"u8, 0, 0, 6, .. "memory"u8, 2, 0, 10, 5, 1, 3, 0, 0x6A, 0x0B]));
        Assert.Equal(GuestFailure.Refused, failed.Why);
    }

    [Fact]
    public void Equal_calls_have_equal_outcomes_and_equal_fuel()
    {
        Assert.All(Examples.Calls, call =>
        {
            var first = Assert.IsType<GuestOutcome.Completed>(guests.Run(call.Module, call.Input));
            var second = Assert.IsType<GuestOutcome.Completed>(guests.Run(call.Module, call.Input));
            Assert.Equal(first.Pack(), second.Pack());
        });
    }

    [Fact]
    public void Not_a_number_has_the_same_bits_everywhere()
    {
        // 0/0 is fff8... on x86-64 and 7ff8... on Arm; the specification calls 7ff8... canonical.
        const string Body = "(f64.store (i32.const 0) (f64.div (f64.load (i32.const 8)) (f64.load (i32.const 8)))) (call $output_write (i32.const 0) (i32.const 8))";
        Assert.Equal(0x7FF8000000000000UL, BitConverter.ToUInt64(Assert.IsType<GuestOutcome.Completed>(guests.Run(Wat.Module(Body))).Output));
    }

    [Fact]
    public void The_clock_is_the_fuel_and_nothing_of_the_world()
    {
        const string Body = "(i64.store (i32.const 0) (call $clock)) (call $output_write (i32.const 0) (i32.const 8))";
        byte[] module = Wat.Module(Body);
        byte[] first = Assert.IsType<GuestOutcome.Completed>(guests.Run(module)).Output;
        Assert.Equal(first, Assert.IsType<GuestOutcome.Completed>(guests.Run(module)).Output);
        Assert.InRange(BitConverter.ToInt64(first), 1, 1_000);
    }

    [Fact]
    public void Chance_is_the_published_generator()
    {
        // The first outputs of SplitMix64 from 1234567, as its authors' reference code prints them.
        var run = new GuestRun(new GuestCall(1, 1, [], []), seed: 1234567, listener: null);
        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
            Enumerable.Range(0, 5).Select(_ => run.Random()));
    }

    [Fact]
    public void A_process_can_reach_nothing()
    {
        Assert.IsType<GuestOutcome.Completed>(guests.Run(Wat.Module("")));
        Assert.Equal(Protections.Needed, guests.Processes.Held & Protections.Needed);
    }

    [Fact]
    public void Compiling_that_takes_too_long_is_cut_off_and_not_tried_again()
    {
        // Within every limit of a module: 110 functions, each with 4,096 branches in 64 nested blocks.
        byte[] bomb = Wat.Module("", string.Concat(Enumerable.Repeat($"(func {Wat.Ladder(80, 60)})", 100)));
        Assert.Equal(bomb.Length, ModuleScan.Read(bomb).Bytes);
        using var few = new GuestProcesses(new SandboxOptions { CompileSeconds = 1 }, TimeProvider.System, NullLogger.Instance);

        // The limit is that of compiling. A process has idle priority and starts when the machine lets it, so it is there before.
        Assert.IsType<GuestOutcome.Completed>(few.Run(Task(Wat.Module("")), Test));
        long from = Stopwatch.GetTimestamp();
        GuestOutcome.Failed failed = Assert.IsType<GuestOutcome.Failed>(few.Run(Task(bomb), Test));
        Assert.Equal(GuestFailure.Compilation, failed.Why);
        Assert.InRange(Stopwatch.GetElapsedTime(from).TotalSeconds, 0, 5);
        GuestOutcome.Failed again = Assert.IsType<GuestOutcome.Failed>(few.Run(Task(bomb), Test));
        Assert.EndsWith("(tried before)", again.Message, StringComparison.Ordinal);
        Assert.Equal((1, 1, 2), (few.Counters.Started, few.Counters.Killed, few.Counters.Failed(GuestFailure.Compilation)));
        Assert.IsType<GuestOutcome.Completed>(few.Run(Task(Wat.Module("")), Test));
    }

    [Fact]
    public void Compiling_that_needs_too_much_memory_is_cut_off()
    {
        // Within every limit of a module: at the head of each loop the compiler keeps every variable apart.
        byte[] wide = Wat.Module("", $"(func {Wat.Braid(variables: 3_000, loops: 250)})");
        using var few = new GuestProcesses(new SandboxOptions { MemoryMegabytes = 100 }, TimeProvider.System, NullLogger.Instance);
        GuestOutcome.Failed failed = Assert.IsType<GuestOutcome.Failed>(few.Run(Task(wide), Test));
        Assert.Equal(GuestFailure.Compilation, failed.Why);
        Assert.Contains("100 MiB", failed.Message, StringComparison.Ordinal);
        Assert.IsType<GuestOutcome.Completed>(few.Run(Task(Wat.Module("")), Test));
    }

    [Fact]
    public void What_runs_too_long_whatever_its_fuel_is_ended_by_the_clock()
    {
        using var brief = new GuestProcesses(new SandboxOptions { RunSeconds = 1 }, TimeProvider.System, NullLogger.Instance);
        long from = Stopwatch.GetTimestamp();
        Assert.Equal(GuestFailure.OutOfTime, Why(brief.Run(Task(Wat.Module(Spin), GuestCall.MaxFuel), Test)));
        Assert.InRange(Stopwatch.GetElapsedTime(from).TotalSeconds, 1, 5);
        Assert.Equal(0, brief.Counters.Killed);
    }

    [Fact]
    public async Task A_process_that_is_killed_costs_its_task_and_nothing_else()
    {
        using GuestProcess process = GuestProcess.Start(new SandboxOptions(), TimeProvider.System, NullLogger.Instance);
        byte[] spin = Wat.Module(Spin);
        using var runs = new ManualResetEventSlim();
        Assert.Equal(GuestFailure.OutOfFuel, Why(process.Run(Task(spin, 1_000), ModuleScan.Read(spin), Test)));
        Task<GuestOutcome> running = System.Threading.Tasks.Task.Run(() => process.Run(Watched(spin, runs), ModuleScan.Read(spin), Test), Test);
        Assert.True(runs.Wait(Patience, Test));
        Process.GetProcessById(process.Id).Kill();
        Assert.Equal(GuestFailure.Process, Why(await running));
        Assert.False(process.IsUsable);
    }

    [Fact]
    public async Task A_guest_stands_still_while_somebody_has_more_right_and_goes_on_afterwards()
    {
        using GuestProcess process = GuestProcess.Start(new SandboxOptions(), TimeProvider.System, NullLogger.Instance);
        byte[] spin = Wat.Module(Spin);
        using var asked = new ManualResetEventSlim();
        using var released = new ManualResetEventSlim();
        using var runs = new ManualResetEventSlim();
        bool waits = false;
        GuestTask task = Task(spin, 2_000_000_000) with
        {
            ShouldYield = () =>
            {
                runs.Set();
                return Volatile.Read(ref waits);
            },
            Yield = () =>
            {
                asked.Set();
                released.Wait(Test);
                Volatile.Write(ref waits, false);
            },
        };
        Task<GuestOutcome> running = System.Threading.Tasks.Task.Run(() => process.Run(task, ModuleScan.Read(spin), Test), Test);
        Assert.True(runs.Wait(Patience, Test));
        Volatile.Write(ref waits, true);
        Assert.True(asked.Wait(250, Test), "The guest was not stopped within 250 ms.");
        // A signal is sent before it is felt: on another core the guest may run on for a moment.
        for (int tried = 0; tried < 50 && await StateAsync(process.Id) != 'T'; tried++)
        {
            await System.Threading.Tasks.Task.Delay(5, Test);
        }

        Assert.Equal('T', await StateAsync(process.Id));
        released.Set();
        Assert.Equal(GuestFailure.OutOfFuel, Why(await running));
        Assert.True(process.IsUsable);
    }

    [Fact]
    public async Task Cancelling_ends_the_guest_at_once()
    {
        using var stop = new CancellationTokenSource();
        using var runs = new ManualResetEventSlim();
        Task<GuestOutcome> running = System.Threading.Tasks.Task.Run(
            () => guests.Processes.Run(Watched(Wat.Module(Spin), runs), stop.Token), Test);
        Assert.True(runs.Wait(Patience, Test));
        long from = Stopwatch.GetTimestamp();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.InRange(Stopwatch.GetElapsedTime(from).TotalSeconds, 0, 2);
    }

    [Fact]
    public void A_program_that_is_not_there_is_named()
    {
        using var lost = new GuestProcesses(new SandboxOptions { Program = "/nowhere/edgedepin-guest" }, TimeProvider.System, NullLogger.Instance);
        Assert.Contains("/nowhere/edgedepin-guest does not start", Assert.Throws<SandboxException>(() => lost.Run(Task(Wat.Module("")), Test)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_has_at_most_60_MB_after_all_examples()
    {
        using GuestProcess process = GuestProcess.Start(new SandboxOptions(), TimeProvider.System, NullLogger.Instance);
        foreach ((_, byte[] module, byte[] input) in Examples.Calls)
        {
            Assert.IsType<GuestOutcome.Completed>(process.Run(new GuestTask(module, new GuestCall(Guests.Plenty, 64, input, [])), ModuleScan.Read(module), Test));
        }

        Assert.InRange(process.ResidentBytes / 1e6, 1, 60);
    }

    private static GuestTask Task(byte[] module, long fuel = 1_000_000) => new(module, new GuestCall(fuel, 16, [], []));

    // A task without end that says when its host waits for it.
    private static GuestTask Watched(byte[] module, ManualResetEventSlim runs) => Task(module, GuestCall.MaxFuel) with
    {
        ShouldYield = () =>
        {
            runs.Set();
            return false;
        },
    };

    private static GuestFailure Why(GuestOutcome outcome) => Assert.IsType<GuestOutcome.Failed>(outcome).Why;

    // Between its closing parenthesis and its parent: R runs, T is stopped (proc(5)).
    private static async Task<char> StateAsync(int process)
    {
        string stat = await File.ReadAllTextAsync($"/proc/{process}/stat", Test);
        return stat[stat.LastIndexOf(')') + 2];
    }
}
