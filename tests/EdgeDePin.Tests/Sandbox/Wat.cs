using EdgeDePin.Sandbox.Guests;
using Wasmtime;

namespace EdgeDePin.Tests.Sandbox;

/// <summary>Modules from WebAssembly's text, with every import of the agreement, one page of memory and a function <c>run</c>.</summary>
internal static class Wat
{
    private static readonly string Imports = string.Concat(GuestAbi.Imports.OrderBy(import => import.Key, StringComparer.Ordinal).Select(import =>
    {
        string[] sides = import.Value.Split("->");
        return $"""(import "edgedepin" "{import.Key}" (func ${import.Key} {Part("param", sides[0])} {Part("result", sides[1])}))""";
    }));

    /// <param name="run">Instructions of <c>run</c>.</param>
    /// <param name="more">Further parts of the module.</param>
    public static byte[] Module(string run, string more = "", int pages = 1) => Raw(
        $"""({"module"} {Imports} (memory (export "memory") {pages}) {more} (func $run (export "run") {run}))""");

    public static byte[] Raw(string text) => Wasmtime.Module.ConvertText(text);

    /// <summary>Nested blocks, each closed by a table of branches: what compilers are slow at.</summary>
    public static string Ladder(int levels, int width) =>
        string.Concat(Enumerable.Repeat("(block ", levels))
        + string.Concat(Enumerable.Range(0, levels).Select(level =>
            $"(br_table {string.Join(' ', Enumerable.Range(0, Math.Clamp(levels - level, 1, width)))} (call $input_length)) )"));

    /// <summary>Loops within each other, and in the innermost a change of every variable: what compilers need memory for.</summary>
    public static string Braid(int variables, int loops) =>
        $"(local {string.Concat(Enumerable.Repeat("i32 ", variables))}) {string.Concat(Enumerable.Repeat("(loop ", loops))}"
        + string.Concat(Enumerable.Range(0, variables).Select(i => $"(local.set {i} (i32.add (local.get {i}) (i32.const 1)))"))
        + string.Concat(Enumerable.Repeat("(br_if 0 (call $input_length)))", loops));

    private static string Part(string word, string types) => types.Length > 0 ? $"({word} {types.Replace(',', ' ')})" : "";
}
