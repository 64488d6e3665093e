using EdgeDePin.Sandbox.Guests;

namespace EdgeDePin.Benchmarks.Sharing;

/// <summary>A module that answers with the length of its input.</summary>
internal static class SmallGuest
{
    public static byte[] Module { get; } = Wasmtime.Module.ConvertText("""
        (module
          (import "edgedepin" "input_length" (func $length (result i32)))
          (import "edgedepin" "output_write" (func $write (param i32 i32)))
          (memory (export "memory") 1)
          (func (export "run") (i32.store (i32.const 0) (call $length)) (call $write (i32.const 0) (i32.const 4))))
        """);

    public static GuestCall Call { get; } = new(1_000_000, GuestCall.DefaultPages, new byte[64], []);
}
