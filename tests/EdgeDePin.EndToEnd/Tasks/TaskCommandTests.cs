using System.Text.Json.Nodes;
using EdgeDePin.Tests;
using EdgeDePin.Tests.Sandbox;

namespace EdgeDePin.EndToEnd.Tasks;

/// <summary><c>edgedepin task run</c> as a person or a script meets it.</summary>
public sealed class TaskCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-tasks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Many_inputs_run_side_by_side_and_leave_outputs_digests_fuel_and_signed_records()
    {
        string[] inputs = [.. Enumerable.Range(1, 4).Select(threshold => Save($"{threshold}.f64", Examples.Pack(5, 8, 0.1, 0.8, threshold, 12, 2_000)))];
        string records = Path.Combine(_folder, "records"), outputs = Path.Combine(_folder, "outputs");
        string[] arguments = ["task", "run", Example("monte-carlo"), "--input", .. inputs, "--json", "--records", records, "--out", outputs];
        JsonNode first = JsonNode.Parse(await CliCall.DoneAsync(arguments))!, second = JsonNode.Parse(await CliCall.DoneAsync(arguments))!;
        Assert.Equal(4, first["tasks"]!.AsArray().Count);
        Assert.All(first["tasks"]!.AsArray(), task => Assert.Equal(("completed", 37 * 8), ((string)task!["outcome"]!, (int)task["outputBytes"]!)));
        Assert.Equal(Told(first, "outputDigest"), Told(second, "outputDigest"));
        Assert.Equal(Told(first, "fuel"), Told(second, "fuel"));
        Assert.Equal(4, Told(first, "outputDigest").Distinct(StringComparer.Ordinal).Count());
        Assert.All(new[] { "files", "network", "processes", "signals", "user", "memory" }, held => Assert.Contains(held, first["held"]!.AsArray().Select(one => (string)one!)));
        Assert.Equal(inputs.Select(input => Path.GetFileName(input) + ".out"), Directory.EnumerateFiles(outputs).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        await CliCall.DoneAsync("records", "verify", "--records", records);
        Assert.Contains($"wasm:{first["module"]}", await CliCall.DoneAsync("records", "list", "--records", records), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_is_printed_as_numbers()
    {
        string mains = Save("mains.f64", Examples.Pack([10, .. Examples.Mains(2048, 10)]));
        string[] lines = (await CliCall.DoneAsync("task", "run", Example("power-quality"), "--input", mains, "--as", "f64")).Trim().Split('\n');
        Assert.Equal(42, lines.Length);
        Assert.InRange(double.Parse(lines[2], System.Globalization.CultureInfo.InvariantCulture), 229, 231);
    }

    [Fact]
    public async Task A_task_without_result_is_a_no_with_its_reason()
    {
        string input = Save("a.f64", Examples.Pack(5, 8, 0.1, 0.8, 1, 12, 2_000));
        await CliCall.RefusedAsync(1, "OutOfFuel: its fuel of 1000 is used up", "task", "run", Example("monte-carlo"), "--input", input, "--fuel", "1000");
    }

    [Fact]
    public async Task What_is_no_module_or_cannot_be_read_is_wrong_use_and_a_missing_program_is_the_environment()
    {
        await CliCall.RefusedAsync(2, "Not a WebAssembly module", "task", "run", Save("no.wasm", [1, 2, 3]));
        await CliCall.RefusedAsync(2, "nothing.wasm cannot be read", "task", "run", Path.Combine(_folder, "nothing.wasm"));
        await CliCall.RefusedAsync(2, "--fuel 0", "task", "run", Example("backtest"), "--fuel", "0");
        await CliCall.RefusedAsync(2, "--memory 100000", "task", "run", Example("backtest"), "--memory", "100000");
        await CliCall.RefusedAsync(2, "the import wasi_snapshot_preview1.fd_write",
            "task", "run", Save("wasi.wasm", Wat.Raw("""(module (import "wasi_snapshot_preview1" "fd_write" (func)) (memory (export "memory") 1) (func (export "run")))""")));
        await CliCall.RefusedAsync(3, "/nowhere/guest does not start", "task", "run", Example("backtest"), "--guest", "/nowhere/guest");
    }

    [Fact]
    public async Task An_interrupted_task_goes_on_from_its_checkpoint()
    {
        string input = Save("long.f64", Examples.Pack(5, 8, 0.1, 0.8, 1, 24, 400_000)), state = Path.Combine(_folder, "long.state");
        string[] arguments = ["task", "run", Example("monte-carlo"), "--input", input, "--json"];
        JsonNode whole = JsonNode.Parse(await CliCall.DoneAsync(arguments))!;
        await using BuiltProgram program = BuiltProgram.Cli([.. arguments, "--checkpoint", state]);
        await Eventually.HoldsAsync(() => File.Exists(state) || program.HasExited, TimeSpan.FromSeconds(20), () => program.Error);
        program.Interrupt();
        Assert.Equal(130, await program.ExitCodeAsync(TimeSpan.FromSeconds(20)));
        Assert.True(File.Exists(state), program.Error);
        string other = Save("other.f64", Examples.Pack(5, 8, 0.1, 0.8, 2, 24, 100));
        await CliCall.RefusedAsync(2, "another module or another input", "task", "run", Example("monte-carlo"), "--input", other, "--checkpoint", state);
        JsonNode rest = JsonNode.Parse(await CliCall.DoneAsync([.. arguments, "--checkpoint", state]))!;
        Assert.Equal(Told(whole, "outputDigest"), Told(rest, "outputDigest"));
        Assert.True((long)rest["fuel"]! < (long)whole["fuel"]!, $"{rest["fuel"]} of {whole["fuel"]}");
        Assert.False(File.Exists(state));
    }

    private static string Example(string name) => Path.Combine(SharedData.Repository, "examples", "tasks", $"{name}.wasm");

    private static IEnumerable<string> Told(JsonNode summary, string what) => summary["tasks"]!.AsArray().Select(task => task![what]!.ToString());

    private string Save(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
