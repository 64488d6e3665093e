using System.CommandLine;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Sandbox.Guests;

namespace EdgeDePin.Cli.TaskCommands;

/// <summary><c>edgedepin task run</c>: a module on one or many inputs, here.</summary>
internal static class RunTaskCommand
{
    // Some seconds of a small device.
    private const long DefaultFuel = 10_000_000_000;

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A WebAssembly module of the agreement in docs/tasks.md." };
        var inputs = new Option<string[]>("--input") { Description = "Files that it gets as input, one task each. Default: one empty input.", HelpName = "F", AllowMultipleArgumentsPerToken = true };
        var fuel = new Option<long>("--fuel") { Description = "What each task may use; about one for each instruction.", HelpName = "N", DefaultValueFactory = _ => DefaultFuel };
        var memory = new Option<int>("--memory") { Description = "The most memory of each task, in MiB.", HelpName = "MIB", DefaultValueFactory = _ => GuestCall.DefaultPages / 16 };
        var lanes = new Option<int?>("--lanes") { Description = "Tasks at the same time. Default: one per processor.", HelpName = "N" };
        var timeout = new Option<string>("--timeout") { Description = "What each task may take, whatever its fuel, e.g. 90s.", HelpName = "TIME", DefaultValueFactory = _ => "10m" };
        var folder = new Option<string?>("--out") { Description = "Write each output into this folder, as NAME-OF-INPUT.out.", HelpName = "DIR" };
        var shown = new Option<string?>("--as") { Description = "Print the outputs: f64 (one number a line), text, or hex.", HelpName = "FORM" };
        var checkpoint = new Option<string?>("--checkpoint") { Description = "Keep the newest checkpoint of the one input in this file, and go on from it when it is there.", HelpName = "FILE" };
        var records = new Option<string?>("--records") { Description = "Keep the execution records in this folder.", HelpName = "DIR" };
        var guest = new Option<string?>("--guest") { Description = "The program that runs guests. Default: edgedepin-guest beside this one.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "Print one line of JSON." };
        var command = new ExplainedCommand("run",
            "Runs a WebAssembly module on each input, in processes that can do nothing but compute.",
            """
            Examples:
              edgedepin task run examples/tasks/power-quality.wasm --input mains.f64 --as f64
              edgedepin task run examples/tasks/monte-carlo.wasm --input a.f64 b.f64 c.f64 --fuel 2000000000 --json
              edgedepin task run long.wasm --input year.f64 --checkpoint year.state --timeout 2h

            Each output is named by its digest: the same module and the same input give the same digest and the same fuel on every processor.
            Exit codes: 0 every task has a result, 1 some have none (out of fuel, trapped, ...), 2 wrong use or no module, 3 the guest's
            process cannot be started or confined, or a file cannot be written, 130 interrupted.
            """)
        { file, inputs, fuel, memory, lanes, timeout, folder, shown, checkpoint, records, guest, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            var options = new TaskOptions
            {
                File = parsed.GetValue(file)!,
                Inputs = parsed.GetValue(inputs) ?? [],
                Fuel = parsed.GetValue(fuel),
                Pages = parsed.GetValue(memory) is var mebibytes && mebibytes is >= 1 and <= GuestCall.MaxPages / 16
                    ? mebibytes * 16 : throw new CommandFailure(ExitCode.WrongUse, $"--memory {mebibytes}: 1 to {GuestCall.MaxPages / 16} MiB."),
                Lanes = parsed.GetValue(lanes) ?? Math.Min(Environment.ProcessorCount, LaneOptions.MaxLanes),
                Timeout = OptionText.Read("--timeout", parsed.GetValue(timeout), Duration.Parse) ?? TimeSpan.FromMinutes(10),
                Out = parsed.GetValue(folder),
                As = parsed.GetValue(shown),
                Checkpoint = parsed.GetValue(checkpoint),
                Records = parsed.GetValue(records),
                Guest = parsed.GetValue(guest),
                Json = parsed.GetValue(json),
            };
            Require(options.Fuel is >= 1 and <= GuestCall.MaxFuel, $"--fuel {options.Fuel}: 1 to {GuestCall.MaxFuel}.");
            Require(options.Lanes is >= 1 and <= LaneOptions.MaxLanes, $"--lanes {options.Lanes}: 1 to {LaneOptions.MaxLanes}.");
            Require(options.Timeout.TotalSeconds is >= 1 and <= 86_400, $"--timeout {options.Timeout}: 1 s to 24 h.");
            Require(options.As is null or "f64" or "text" or "hex", $"--as '{options.As}': one of f64, text, hex.");
            Require(options.Checkpoint is null || options.Inputs.Count <= 1, $"--checkpoint with {options.Inputs.Count} inputs: it is for one.");
            Require(options.Out is null || options.Inputs.Select(Path.GetFileName).Distinct(StringComparer.Ordinal).Count() == options.Inputs.Count,
                "--out with inputs of the same name in several folders: their outputs would overwrite each other.");
            return new TaskRun(options).RunAsync(cancellationToken);
        });
        return command;
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new CommandFailure(ExitCode.WrongUse, otherwise);
        }
    }
}
