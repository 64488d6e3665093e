using EdgeDePin.Model;
using EdgeDePin.Sandbox.Modules;

namespace EdgeDePin.Sandbox.Guests;

/// <summary>
/// Runs everything once that a guest's process will ever need, because afterwards no file can be opened: libraries, both engines, every way
/// that a guest can end, every frame.
/// </summary>
internal static class WarmUp
{
    private static readonly string[] Ways =
    [
        // It reads, writes, tells, saves, draws and looks at the clock, in this order, then ends well.
        """
        (call $input_read (i32.const 0) (i32.const 0) (call $input_length)) (call $output_write (i32.const 0) (i32.const 8))
        (call $progress (i32.const 1) (i32.const 2)) (call $checkpoint (i32.const 0) (i32.const 8))
        (call $checkpoint_read (i32.const 0) (i32.const 0) (call $checkpoint_length))
        (drop (call $random)) (drop (call $clock)) (drop (f64.sqrt (f64.const 2)))
        """,
        "unreachable",
        "(loop $again (br $again))",
        "(call $run)",
        "(call $fail (i32.const 0) (i32.const 8))",
        "(call $input_read (i32.const 0) (i32.const 9999999) (i32.const 8))",
        "(call $output_write (i32.const -1) (i32.const 8))",
        "(i32.store (i32.const -4) (i32.const 1))",
        "(drop (i32.div_u (i32.const 1) (i32.const 0)))",
    ];

    public static void Run(GuestEngine engine)
    {
        using var listener = new GuestService(engine, Stream.Null);
        foreach (string way in Ways)
        {
            byte[] bytes = Wasmtime.Module.ConvertText(Text(way));
            bool floats = way == Ways[0];
            var facts = new ModuleFacts(default, bytes.Length, 1, floats, 1);
            using Wasmtime.Module module = engine.Compile(bytes, floats);
            var call = new GuestCall(100_000, 1, new byte[8], []);
            GuestOutcome outcome = engine.Run(module, facts, call, 1, TimeSpan.FromSeconds(60), TimeProvider.System, listener);
            _ = OutcomeFrame.Decode(OutcomeFrame.Encode(outcome), call);
        }

        // Endless, but for the clock.
        byte[] spin = Wasmtime.Module.ConvertText(Text(Ways[2]));
        var spinning = new ModuleFacts(default, spin.Length, 1, UsesFloats: false, 1);
        using Wasmtime.Module endless = engine.Compile(spin, floats: false);
        _ = engine.Run(endless, spinning, new GuestCall(GuestCall.MaxFuel, 1, [], []), 1, TimeSpan.FromMilliseconds(1), TimeProvider.System, listener);
        Serve(engine, spinning, spin);
    }

    // Through the frames as well: a module, a broken one, one that is not there, and the end of the stream.
    private static void Serve(GuestEngine engine, ModuleFacts facts, byte[] module)
    {
        using var pipe = new MemoryStream();
        using (FileStream nothing = File.OpenRead("/dev/null"))
        {
            _ = Frame.Read(nothing);
        }

        var call = new GuestCall(1_000, 1, [1, 2, 3], []);
        Frame.Write(pipe, FrameKind.Module, ModuleFrame.Pack(facts), module);
        Frame.Write(pipe, FrameKind.Module, ModuleFrame.Pack(facts), [1, 2, 3]);
        Frame.Write(pipe, FrameKind.Module, ModuleFrame.Pack(facts), [.. module.AsSpan(0, module.Length - 1), 0x0C]);
        Frame.Write(pipe, FrameKind.Run, CallFrame.Pack(facts.Digest, 5, 1, call), call.Input, call.Checkpoint);
        Frame.Write(pipe, FrameKind.Run, CallFrame.Pack(new Digest(Enumerable.Repeat((byte)1, Digest.Length).ToArray()), 5, 1, call), call.Input, call.Checkpoint);
        pipe.Position = 0;
        using var service = new GuestService(engine, Stream.Null);
        var guests = new Thread(service.Run);
        guests.Start();
        while (Frame.Read(pipe) is { } frame)
        {
            service.Take(frame);
        }

        service.End();
        guests.Join();
    }

    private static string Text(string body)
    {
        IEnumerable<string> imports = GuestAbi.Imports.Select(import =>
        {
            string[] sides = import.Value.Split("->");
            string parameters = sides[0].Length > 0 ? $"(param {sides[0].Replace(',', ' ')})" : "", results = sides[1].Length > 0 ? $"(result {sides[1]})" : "";
            return $"(import \"{GuestAbi.Module}\" \"{import.Key}\" (func ${import.Key} {parameters} {results}))";
        });
        return $"(module {string.Concat(imports)} (memory (export \"{GuestAbi.Memory}\") 1) (func $run (export \"{GuestAbi.Run}\") {body}))";
    }
}
