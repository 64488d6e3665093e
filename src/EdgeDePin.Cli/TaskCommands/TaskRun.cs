using EdgeDePin.Cli.RecordCommands;
using EdgeDePin.Execution;
using EdgeDePin.Execution.Records;
using EdgeDePin.Model;
using EdgeDePin.Sandbox;
using EdgeDePin.Sandbox.Guests;
using EdgeDePin.Sandbox.Modules;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Cli.TaskCommands;

/// <summary>One job from its files to its summary.</summary>
internal sealed class TaskRun(TaskOptions options)
{
    // A checkpoint begins with the digests of what it belongs to, so that it is not given to another module or input.
    private const int CheckpointHead = 2 * Digest.Length;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        (byte[] module, ModuleFacts facts) = ModuleFile.Read(options.File);
        GuestCall[] calls = options.Inputs.Count == 0
            ? [Call(facts, [])]
            : [.. options.Inputs.Select(input => Call(facts, ModuleFile.Read(input, GuestCall.MaxInputBytes, "an input")))];
        using KeptRecords? kept = options.Records is null ? null : KeptRecords.Open(options.Records);
        using var guests = new GuestProcesses(
            new SandboxOptions { Program = options.Guest ?? "", RunSeconds = (int)Math.Ceiling(options.Timeout.TotalSeconds) }, TimeProvider.System, NullLogger.Instance);
        var log = new RecordLog(calls.Length + 16);
        var progress = new TaskProgress(calls, quiet: options.Json || Console.IsErrorRedirected);
        var catalog = new TaskCatalog(WasmTask.Definitions(guests, new GuestNews(progress.Tell, (input, state) => KeepCheckpoint(facts, input, state))));
        await using var executor = new Executor(
            new ExecutorOptions { Lanes = options.Lanes }, catalog, new Estimates(), log, TimeProvider.System, Environment.MachineName);
        long from = TimeProvider.System.GetTimestamp();
        RunResult run = await executor.RunAsync(WasmTask.Graph(module, calls), cancellationToken);
        TimeSpan elapsed = TimeProvider.System.GetElapsedTime(from);
        progress.End();
        List<ExecutionRecord> records = [];
        log.Drain(records);
        foreach (ExecutionRecord record in records)
        {
            kept?.Journal.Append(NodeEntries.From(record));
        }

        return Conclude(new TaskSummary(facts, run, records, elapsed, options, guests.Held));
    }

    private int Conclude(TaskSummary summary)
    {
        // A machine that cannot run guests is no answer to what was asked.
        if (summary.Tasks.FirstOrDefault(task => task.Cause?.StartsWith(nameof(SandboxException), StringComparison.Ordinal) == true) is { Cause: { } cause })
        {
            throw new CommandFailure(ExitCode.Environment, cause[(nameof(SandboxException).Length + 2)..]);
        }

        if (options.Out is not null)
        {
            Directory.CreateDirectory(options.Out);
            foreach (TaskLine task in summary.Tasks.Where(task => task.Result is not null))
            {
                File.WriteAllBytes(Path.Combine(options.Out, $"{Path.GetFileName(task.Input ?? "empty")}.out"), task.Result!.Output);
            }
        }

        summary.Print();
        bool all = summary.Tasks.All(task => task.Result is not null);
        if (all && options.Checkpoint is not null)
        {
            File.Delete(options.Checkpoint);
        }

        return all ? ExitCode.Done : ExitCode.No;
    }

    private GuestCall Call(ModuleFacts facts, byte[] input)
    {
        byte[] checkpoint = [];
        if (options.Checkpoint is not null && File.Exists(options.Checkpoint))
        {
            byte[] saved = ModuleFile.Read(options.Checkpoint, CheckpointHead + GuestCall.MaxCheckpointBytes, "a checkpoint");
            checkpoint = saved.AsSpan().StartsWith(Head(facts, Digest.Of(input)))
                ? saved[CheckpointHead..]
                : throw new CommandFailure(ExitCode.WrongUse, $"{options.Checkpoint} belongs to another module or another input: name another file, or delete it to begin at the beginning.");
        }

        return new GuestCall(options.Fuel, options.Pages, input, checkpoint);
    }

    private void KeepCheckpoint(ModuleFacts facts, Digest input, byte[] state)
    {
        if (options.Checkpoint is not null)
        {
            // Whoever interrupts us finds the old one or the new one.
            string next = options.Checkpoint + ".next";
            File.WriteAllBytes(next, [.. Head(facts, input), .. state]);
            File.Move(next, options.Checkpoint, overwrite: true);
        }
    }

    private static byte[] Head(ModuleFacts facts, Digest input) => [.. facts.Digest.ToBytes(), .. input.ToBytes()];
}
