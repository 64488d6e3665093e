using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EdgeDePin.Tests;

namespace EdgeDePin.EndToEnd;

/// <summary>Published workflows through the command line: run, recorded, verified, explained, and exported for programs that are not ours.</summary>
public sealed class RecordTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-records-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_published_workflow_is_run_recorded_proved_and_explained_and_a_changed_byte_is_located()
    {
        string records = Path.Combine(_folder, "records");
        JsonElement run = await JsonAsync("graph", "run", Instance("montage-chameleon-2mass-01d-001"), "--scale", "2000", "--cores", "2", "--records", records, "--json");
        Assert.Equal(103, run.GetProperty("tasks").GetInt32());
        Assert.Equal(231, run.GetProperty("edges").GetInt32());
        Assert.Equal(103, run.GetProperty("executions").GetInt64() + run.GetProperty("recordsLost").GetInt64());
        Assert.InRange(run.GetProperty("ratio").GetDouble(), 1, 3);
        (int code, string text) = await RunAsync("records", "verify", "--records", records);
        Assert.Equal(0, code);
        Assert.Contains("103 records, 0 lost", text, StringComparison.Ordinal);
        string page = Path.Combine(_folder, "run.html");
        JsonElement why = await JsonAsync("records", "explain", "last", "--records", records, "--html", page, "--json");
        long parts = why.GetProperty("laneNs").EnumerateObject().Sum(part => part.Value.GetInt64());
        Assert.Equal(why.GetProperty("makespanNs").GetInt64() * why.GetProperty("lanes").GetInt32(), parts);
        Assert.Equal(why.GetProperty("makespanNs").GetInt64(), why.GetProperty("path").EnumerateArray().Sum(step => step.GetProperty("waitedNs").GetInt64() + step.GetProperty("ranNs").GetInt64()));
        Assert.True(File.Exists(page));
        JsonElement faster = await JsonAsync("records", "explain", "last", "--records", records, "--task", "mAdd_ID0000033", "--speed", "4", "--json");
        Assert.Contains(faster.GetProperty("whatIf").EnumerateArray(), prospect => prospect.GetProperty("change").GetString() == "task mAdd_ID0000033 4 times as fast");
        (code, text) = await RunAsync("records", "explain", "last", "--records", records, "--task", "ghost");
        Assert.Equal(2, code);
        Assert.Contains("has no task of that name", text, StringComparison.Ordinal);

        string file = Directory.GetFiles(records, "*.records").Single();
        byte[] bytes = await File.ReadAllBytesAsync(file, Token);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Token);
        (code, text) = await RunAsync("records", "verify", "--records", records);
        Assert.Equal(1, code);
        Assert.Contains($"{file} at byte 0, segment 0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_keeps_every_record_signed_and_what_it_learned_and_goes_on_after_a_crash_cut_a_segment()
    {
        string data = Path.Combine(_folder, "demo");
        string[] demo = ["demo", "--nodes", "1", "--duration", "6s", "--headless", "--json", "--data", data];
        ToolCall.Require("strace", "strace");
        string trace = Path.Combine(_folder, "trace");
        (int ended, string told) = await ProgramAsync(
            "strace", ["-f", "-qq", "-y", "--seccomp-bpf", "-o", trace, "-e", "trace=fsync,fdatasync,rename,renameat,renameat2", Cli, .. demo]);
        Assert.True(ended == 0, told);
        // What was learned is on the disk before it takes the place of what was known: a power cut leaves one of the two.
        string[] calls = [.. File.ReadLines(trace).Where(line => line.Contains("run-times.cbor.next", StringComparison.Ordinal))];
        Assert.NotEmpty(calls);
        Assert.All(calls.Index(), call => Assert.Contains(call.Index % 2 == 0 ? "sync(" : "rename", call.Item, StringComparison.Ordinal));
        string records = Path.Combine(data, "node-1", "records");
        (int code, string first) = await RunAsync("records", "verify", "--records", records);
        Assert.True(code == 0, first);
        Assert.True(File.Exists(Path.Combine(records, "run-times.cbor")));
        (code, string runs) = await RunAsync("records", "list", "--records", records);
        Assert.Contains("  window  ", runs, StringComparison.Ordinal);

        string newest = Directory.GetFiles(records, "*.records").Order(StringComparer.Ordinal).Last();
        await using (var file = new FileStream(newest, FileMode.Append))
        {
            file.Write("EDR1 unfinished"u8);
        }

        await JsonAsync(demo);
        (code, string second) = await RunAsync("records", "verify", "--records", records);
        Assert.True(code == 0, second);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task Every_published_workflow_can_be_simulated_with_every_policy()
    {
        string platform = Path.Combine(_folder, "platform.json");
        await File.WriteAllTextAsync(platform, """{"nodes": [{"name": "a", "cores": 4, "speed": 1}, {"name": "b", "cores": 4, "speed": 0.42}]}""", Token);
        string[] files = Directory.GetFiles(SharedData.Require("wfinstances"), "*.json");
        Assert.Equal(12, files.Length);
        string[] policies = ["fifo", "rank", "heft", "estimated"];
        await Parallel.ForEachAsync(files.SelectMany(file => policies.Select(policy => (file, policy))), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token }, async (run, _) =>
        {
            using JsonDocument published = JsonDocument.Parse(await File.ReadAllBytesAsync(run.file, Token));
            int tasks = published.RootElement.GetProperty("workflow").GetProperty("specification").GetProperty("tasks").GetArrayLength();
            JsonElement simulated = await JsonAsync("graph", "simulate", run.file, "--platform", platform, "--policy", run.policy, "--variations", "1", "--json");
            Assert.Equal((tasks, (long)tasks), (simulated.GetProperty("tasks").GetInt32(), simulated.GetProperty("executions").GetInt64()));
            Assert.True(simulated.GetProperty("ratio").GetDouble() >= 1, $"{run}: {simulated}");
        });
    }

    [Theory]
    [InlineData(1, "failed", "graph", "run", "{montage}", "--scale", "1e9", "--fail", "mProject_ID0000001")]
    [InlineData(2, "Circular dependency among the tasks 'a', 'b'", "graph", "run", "{cyclic}")]
    [InlineData(2, "--scale 0", "graph", "run", "{montage}", "--scale", "0")]
    [InlineData(2, "--policy 'luck'", "graph", "run", "{montage}", "--policy", "luck")]
    [InlineData(2, "no such task", "graph", "run", "{montage}", "--fail", "ghost")]
    [InlineData(3, "cannot be read", "graph", "run", "nowhere.json")]
    [InlineData(2, "Node 'a' has speed -1", "graph", "simulate", "{montage}", "--platform", "{slow}")]
    [InlineData(3, "There is no folder nowhere", "records", "verify", "--records", "nowhere")]
    [InlineData(2, "--format 'pdf'", "records", "export", "last", "--records", "nowhere", "--format", "pdf", "--out", "x")]
    public async Task What_is_wrong_is_said_with_the_exit_code_of_its_kind(int expected, string message, params string[] arguments)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "cyclic.json"), """
            {"name": "c", "schemaVersion": "1.5", "workflow": {"specification": {"tasks": [
              {"name": "a", "id": "a", "parents": ["b"], "children": []}, {"name": "b", "id": "b", "parents": ["a"], "children": []}]}}}
            """, Token);
        await File.WriteAllTextAsync(Path.Combine(_folder, "slow.json"), """{"nodes": [{"name": "a", "cores": 1, "speed": -1}]}""", Token);
        string[] real = [.. arguments.Select(argument => argument switch
        {
            "{montage}" => Instance("montage-chameleon-2mass-01d-001"),
            "{cyclic}" => Path.Combine(_folder, "cyclic.json"),
            "{slow}" => Path.Combine(_folder, "slow.json"),
            _ => argument,
        })];
        (int code, string text) = await RunAsync(real);
        Assert.Equal(expected, code);
        Assert.Contains(message, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exports_are_accepted_by_the_schemas_and_libraries_of_those_who_read_them()
    {
        string validator = Path.Combine(SharedData.Repository, "artifacts", "npm", "RecordValidator");
        Require(Directory.Exists(Path.Combine(validator, "node_modules")), $"{validator}/node_modules is missing: tests/run.sh installs it (npm).");
        string records = Path.Combine(_folder, "records");
        (int code, _) = await RunAsync("graph", "run", Instance("mag-dirt02-001"), "--scale", "1e6", "--records", records, "--attempts", "2",
            "--fail", "NFCORE_MAG.MAG.SPADES_11");
        Assert.InRange(code, 0, 1);
        foreach (string format in new[] { "wfformat", "openlineage", "otlp", "rocrate", "chrome", "perfetto", "csv" })
        {
            (code, string text) = await RunAsync("records", "export", "last", "--records", records, "--format", format, "--out", Path.Combine(_folder, $"run.{format}"));
            Assert.True(code == 0, text);
        }

        await TraceWithPerfettoAsync(Path.Combine(_folder, "chromium.pftrace"));
        (code, string verdict) = await ProgramAsync("node", Path.Combine(validator, "check.mjs"), SharedData.Require("schemas"), _folder);
        Assert.True(code == 0, verdict);
        Assert.Equal(6, verdict.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
    }

    // Chromium has Perfetto's own library in it, and writes its trace where it is told to: from its start to its end (0), however fast the machine is.
    private async Task TraceWithPerfettoAsync(string file)
    {
        const string Chromium = "/usr/bin/chromium";
        Require(File.Exists(Chromium), $"{Chromium} is not here: apt-get install chromium.");
        (int code, string text) = await ProgramAsync(Chromium,
            "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", $"--user-data-dir={Path.Combine(_folder, "chromium")}",
            "--trace-startup=*", "--trace-startup-format=proto", $"--trace-startup-file={file}", "--trace-startup-duration=0",
            "--dump-dom", "data:text/html,<p>traced");
        Assert.True(code == 0 && File.Exists(file), $"{code}: {text}");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Instance(string name) => SharedData.Require("wfinstances", name + ".json");

    private static void Require(bool condition, string otherwise)
    {
        if (!condition && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(otherwise);
        }

        Assert.SkipUnless(condition, otherwise);
    }

    private static async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        (int code, string text) = await RunAsync(arguments);
        Assert.True(code == 0, string.Create(CultureInfo.InvariantCulture, $"exit code {code}: {text}"));
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private static Task<(int Code, string Text)> RunAsync(params string[] arguments) => ProgramAsync(Cli, arguments);

    private static string Cli => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "EdgeDePin.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "edgedepin"));

    private static async Task<(int Code, string Text)> ProgramAsync(string program, params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false },
        };
        process.Start();
        Task<string> output = process.StandardOutput.ReadToEndAsync(Token);
        Task<string> error = process.StandardError.ReadToEndAsync(Token);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output + await error);
    }
}
