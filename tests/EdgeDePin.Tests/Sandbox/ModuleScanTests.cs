using EdgeDePin.Sandbox.Modules;

namespace EdgeDePin.Tests.Sandbox;

/// <summary>What is refused before any compiler sees it, and why.</summary>
public sealed class ModuleScanTests
{
    private const string Plain = """(module (memory (export "memory") 1) (func (export "run") {0}) {1})""";

    public static TheoryData<string, string> Refused => new()
    {
        { """(module (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32))))""", "the import wasi_snapshot_preview1.fd_write" },
        { """(module (import "edgedepin" "clock" (func (result i32))))""", "the import edgedepin.clock as ->i32; it is ->i64" },
        { """(module (import "edgedepin" "memory" (memory 1)))""", "which is not a function" },
        { """(module (func (export "run")))""", "no memory exported as 'memory'" },
        { """(module (memory (export "memory") 1) (func (export "run") (param i32)))""", "no function 'run' without parameters" },
        { """(module (memory (export "memory") 2000) (func (export "run")))""", "a memory of 2000 pages" },
        { """(module (memory (export "memory") 1 2 shared) (func (export "run")))""", "limits with flags 0x03" },
        { """(module (memory i64 1) (func (export "run")))""", "limits with flags 0x04" },
        { """(module (memory 1) (memory 1) (func (export "run")))""", "2 memories; at most 1" },
        { """(module (table 20000 funcref) (memory (export "memory") 1) (func (export "run")))""", "a table of 20000 entries" },
        { """(module (table 1 funcref) (table 1 funcref) (func (export "run")))""", "2 tables; at most 1" },
        { Body("(drop (v128.const i64x2 0 0))"), "(SIMD), which is not allowed" },
        { Body("(atomic.fence)"), "(threads), which is not allowed" },
        { Body("(drop (ref.null func))"), "(reference types), which is not allowed" },
        { Body("(return_call 0)"), "(tail calls), which is not allowed" },
        { Body("", "(func (param externref))"), "a value of type 0x6f" },
        { Body("", "(tag)"), "a section of kind 13" },
        { Body("", string.Concat(Enumerable.Repeat("(func)", ModuleLimits.MaxFunctions))), "2001 functions; at most 2000" },
        { Body($"(local {string.Concat(Enumerable.Repeat("i32 ", ModuleLimits.MaxLocals + 1))})"), "4097 locals" },
        { Body(string.Concat(Enumerable.Repeat("(block ", 257)) + new string(')', 257)), "blocks nested deeper than 256" },
        { Body($"(block (br_table {string.Concat(Enumerable.Repeat("0 ", 5000))} (i32.const 0)))"), "branches in a table; at most 4096" },
        { Body(string.Concat(Enumerable.Repeat("(drop (i64.const 81985529216486895))", 7000))), "a function of 77" },
        { Body("", string.Concat(Enumerable.Repeat("(global i32 (i32.const 0))", 1001))), "1001 global variables" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_breaks_a_limit_is_refused_with_the_reason(string text, string reason)
    {
        FormatException refusal = Assert.Throws<FormatException>(() => ModuleScan.Read(Wat.Raw(text)));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_module_are_refused()
    {
        Assert.Contains("does not begin with 00 61 73 6d", Assert.Throws<FormatException>(() => ModuleScan.Read([1, 2, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("at most 524288", Assert.Throws<FormatException>(() => ModuleScan.Read(new byte[600_000])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_cut_anywhere_but_before_its_names_is_refused()
    {
        byte[] whole = Wat.Module("(drop (f64.add (f64.const 1) (f64.const 2)))", "(table 3 funcref) (elem (i32.const 0) $run)");
        Assert.Equal(whole.Length, ModuleScan.Read(whole).Bytes);
        Assert.Single(Enumerable.Range(0, whole.Length), length => Passes(whole.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("(drop (i64.mul (i64.const 1) (i64.const 2)))", false)]
    [InlineData("(drop (f32.sqrt (f32.const 2)))", true)]
    [InlineData("(local f64)", true)]
    [InlineData("(drop (i32.trunc_sat_f64_s (f64.const 1)))", true)]
    [InlineData("(drop (i64.reinterpret_f64 (f64.const 1)))", true)]
    [InlineData("(memory.fill (i32.const 0) (i32.const 0) (i32.const 8))", false)]
    public void Floating_point_is_noticed(string body, bool floats) => Assert.Equal(floats, ModuleScan.Read(Wat.Module(body)).UsesFloats);

    [Fact]
    public void Every_example_passes_and_each_computes_with_floats() =>
        Assert.All(Examples.All, example =>
        {
            ModuleFacts facts = ModuleScan.Read(example);
            Assert.True(facts is { UsesFloats: true, Functions: > 1 }, $"{facts}");
        });

    private static bool Passes(ReadOnlySpan<byte> module)
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
    }

    private static string Body(string body, string more = "") => Plain.Replace("{0}", body, StringComparison.Ordinal).Replace("{1}", more, StringComparison.Ordinal);
}
