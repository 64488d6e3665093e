using Wasmtime;

namespace EdgeDePin.Sandbox.Guests;

/// <summary>The ten imports of a guest, bound once for each engine. One guest at a time: they speak for the run that is going on.</summary>
internal sealed class GuestLinker : IDisposable
{
    // An import costs the host some hundred nanoseconds, and an instruction less than one; so nobody gets imports cheaper.
    private const ulong FuelOfCall = 100;

    private readonly Linker _linker;
    private GuestRun? _run;

    public GuestLinker(Engine engine)
    {
        _linker = new Linker(engine);
        string module = GuestAbi.Module;
        _linker.DefineFunction(module, "input_length", (Caller caller) =>
        {
            Charge(caller, 0);
            return Current.Call.Input.Length;
        });
        _linker.DefineFunction(module, "input_read", (Caller caller, int to, int from, int length) =>
            Copy(caller, Current.Call.Input, to, from, length));
        _linker.DefineFunction(module, "output_write", (Caller caller, int from, int length) => Current.Write(Memory(caller, from, length)));
        _linker.DefineFunction(module, "progress", (Caller caller, int done, int of) =>
        {
            Charge(caller, 0);
            Current.Progress(done, of);
        });
        _linker.DefineFunction(module, "checkpoint", (Caller caller, int from, int length) =>
        {
            Span<byte> state = Memory(caller, from, length);
            Current.Save(state, Used(caller));
        });
        _linker.DefineFunction(module, "checkpoint_length", (Caller caller) =>
        {
            Charge(caller, 0);
            return Current.Saved.Length;
        });
        _linker.DefineFunction(module, "checkpoint_read", (Caller caller, int to, int from, int length) => Copy(caller, Current.Saved, to, from, length));
        _linker.DefineFunction(module, "random", (Caller caller) =>
        {
            Charge(caller, 0);
            return (long)Current.Random();
        });
        _linker.DefineFunction(module, "clock", (Caller caller) =>
        {
            Charge(caller, 0);
            return (long)Current.Clock(Used(caller));
        });
        _linker.DefineFunction(module, "fail", (Caller caller, int from, int length) => Current.Fail(Memory(caller, from, length)));
    }

    private GuestRun Current => _run!;

    /// <exception cref="TrapException">The guest trapped.</exception>
    public void Start(Module module, Store store, GuestRun run)
    {
        _run = run;
        try
        {
            Instance instance = _linker.Instantiate(store, module);
            Action work = instance.GetAction(GuestAbi.Run)
                ?? throw new InvalidOperationException($"it exports no function '{GuestAbi.Run}' without parameters and results");
            work();
        }
        finally
        {
            _run = null;
        }
    }

    public void Dispose() => _linker.Dispose();

    private ulong Used(Caller caller) => (ulong)Current.Call.Fuel - caller.Fuel;

    private void Charge(Caller caller, int bytes)
    {
        ulong price = FuelOfCall + ((ulong)bytes / 8), left = caller.Fuel;
        if (left < price)
        {
            caller.Fuel = 0;
            Current.Stop(GuestFailure.OutOfFuel, $"its fuel of {Current.Call.Fuel} is used up");
        }

        caller.Fuel = left - price;
    }

    private void Copy(Caller caller, ReadOnlySpan<byte> source, int to, int from, int length)
    {
        Span<byte> target = Memory(caller, to, length);
        if (from < 0 || (uint)length > (uint)source.Length || from > source.Length - length)
        {
            Current.Stop(GuestFailure.Trap, $"it reads {length} bytes from {(uint)from} of {source.Length}");
        }

        source.Slice(from, length).CopyTo(target);
    }

    // Addresses and lengths are unsigned in the guest.
    private Span<byte> Memory(Caller caller, int from, int length)
    {
        Wasmtime.Memory memory = caller.GetMemory(GuestAbi.Memory)!;
        long size = memory.GetLength(), start = (uint)from, count = (uint)length;
        if (start + count > size)
        {
            Current.Stop(GuestFailure.Trap, $"it names {count} bytes from {start} of its {size} bytes of memory");
        }

        Charge(caller, (int)count);
        return memory.GetSpan(start, (int)count);
    }
}
