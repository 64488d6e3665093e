using EdgeDePin.Model;
using EdgeDePin.Sandbox.Modules;
using Wasmtime;

namespace EdgeDePin.Sandbox.Guests;

/// <summary>
/// Compiles and runs guests in this process. Whoever does so with foreign modules is a process that may be killed: fuel, epochs and limits
/// bound what a guest does, and nothing bounds what compiling it takes.
/// </summary>
internal sealed class GuestEngine : IDisposable
{
    /// <summary>Of the guest's calls. Fixed, since how deep it reaches depends on the processor: who overflows it has failed.</summary>
    public const int StackBytes = 512 * 1024;

    private static readonly TimeSpan LongestTick = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<bool, (Engine Engine, GuestLinker Linker)> _engines = [];

    /// <param name="floats">Whether the module uses floating point.</param>
    /// <exception cref="WasmtimeException">No valid module; the message says where.</exception>
    public Module Compile(ReadOnlySpan<byte> module, bool floats) => Module.FromBytes(For(floats).Engine, "guest", module);

    /// <summary>Runs a guest to its end, or to the end of what it may use.</summary>
    /// <param name="seed">As <see cref="GuestCall.Seed"/> says.</param>
    /// <param name="within">Of the wall clock, without what the process was stopped for.</param>
    /// <param name="time">For <paramref name="within"/> alone; the guest never sees it.</param>
    public GuestOutcome Run(
        Module module, ModuleFacts facts, GuestCall call, ulong seed, TimeSpan within, TimeProvider time, IGuestListener? listener)
    {
        if (facts.MinPages > call.Pages)
        {
            return new GuestOutcome.Failed(GuestFailure.Memory, $"it begins with {facts.MinPages} pages of memory; the call allows {call.Pages}");
        }

        (Engine engine, GuestLinker linker) = For(facts.UsesFloats);
        var run = new GuestRun(call, seed, listener);
        using var store = new Store(engine);
        store.SetLimits(call.Pages * 65_536L, ModuleLimits.MaxTableEntries, instances: 1, tables: 1, memories: 1);
        store.Fuel = (ulong)call.Fuel;
        store.SetEpochDeadline(1);
        GuestOutcome outcome;
        using (Watch(engine, within, time))
        {
            outcome = Run(module, store, linker, run);
        }

        return outcome with { Fuel = outcome is GuestOutcome.Failed { Why: GuestFailure.OutOfFuel } ? call.Fuel : call.Fuel - (long)store.Fuel };
    }

    public void Dispose()
    {
        foreach ((Engine engine, GuestLinker linker) in _engines.Values)
        {
            linker.Dispose();
            engine.Dispose();
        }
    }

    // Counted in ticks: a process that is made to stand still has none, and what it was made to wait is not the guest's fault.
    private static ITimer Watch(Engine engine, TimeSpan within, TimeProvider time)
    {
        TimeSpan tick = within < LongestTick ? within : LongestTick;
        double left = Math.Ceiling(within / tick);
        return time.CreateTimer(
            _ =>
            {
                if (--left <= 0)
                {
                    engine.IncrementEpoch();
                }
            },
            null, tick, tick);
    }

    private static GuestOutcome Run(Module module, Store store, GuestLinker linker, GuestRun run)
    {
        try
        {
            linker.Start(module, store, run);
            return new GuestOutcome.Completed(run.Output);
        }
        catch (TrapException trap) when (run.Stopped is null)
        {
            return trap.Type switch
            {
                TrapCode.OutOfFuel => new GuestOutcome.Failed(GuestFailure.OutOfFuel, $"its fuel of {run.Call.Fuel} is used up"),
                TrapCode.Interrupt => new GuestOutcome.Failed(GuestFailure.OutOfTime, "it ran longer than this host allows"),
                TrapCode.StackOverflow => new GuestOutcome.Failed(GuestFailure.StackOverflow, $"its calls need more than {StackBytes} bytes of stack"),
                _ => new GuestOutcome.Failed(GuestFailure.Trap, Sentence(trap.Type)),
            };
        }
        catch (Exception error)
        {
            // What an import threw comes back through native frames, wrapped; the run knows what it was.
            return run.Stopped is (GuestFailure why, string message)
                ? new GuestOutcome.Failed(why, message)
                : new GuestOutcome.Failed(GuestFailure.Refused, GuestText.Printable(error.Message));
        }
    }

    private static string Sentence(TrapCode code) => code switch
    {
        TrapCode.MemoryOutOfBounds => "it reached outside its memory",
        TrapCode.TableOutOfBounds => "it called a function outside its table",
        TrapCode.IndirectCallToNull or TrapCode.BadSignature => "it called a function that is not there, or is another",
        TrapCode.IntegerDivisionByZero => "it divided by zero",
        TrapCode.IntegerOverflow or TrapCode.BadConversionToInteger => "a number does not fit its integer",
        TrapCode.Unreachable => "it reached what it holds for unreachable (abort, or a failed assertion)",
        _ => $"it trapped: {code}",
    };

    private (Engine Engine, GuestLinker Linker) For(bool floats)
    {
        if (!_engines.TryGetValue(floats, out (Engine, GuestLinker) made))
        {
            var engine = new Engine(Configure(floats));
            made = (engine, new GuestLinker(engine));
            _engines.Add(floats, made);
        }

        return made;
    }

    /// <summary>How modules are compiled: what has one meaning on every processor, and nothing else.</summary>
    public static Config Configure(bool floats) => new Config()
        .WithCompilerStrategy(CompilerStrategy.Cranelift)
        .WithOptimizationLevel(OptimizationLevel.Speed)
        .WithParallelCompilation(false)
        .WithDebugInfo(false)
        .WithFuelConsumption(true)
        .WithEpochInterruption(true)
        .WithMaximumStackSize(StackBytes)
        .WithCraneliftNaNCanonicalization(floats)
        .WithBulkMemory(true)
        .WithMultiValue(true)
        .WithReferenceTypes(false)
        .WithFunctionReferences(false)
        .WithGc(false)
        .WithExceptions(false)
        .WithTailCalls(false)
        .WithRelaxedSIMD(false, false)
        .WithSIMD(false)
        .WithWasmThreads(false)
        .WithMultiMemory(false)
        .WithMemory64(false)
        .WithWideArithmetic(false)
        .WithBranchHinting(false)
        .WithComponentModel(false)
        .WithMemoryInitCopyOnWrite(false);
}
