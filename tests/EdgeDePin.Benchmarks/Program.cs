using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using EdgeDePin.Benchmarks;
using EdgeDePin.Benchmarks.Figures;

var area = new Argument<string>("area") { Description = $"One of {string.Join(", ", Areas.Names)}; or 'questions' for the BenchmarkDotNet classes." };
var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
var only = new Option<string[]>("--only") { Description = "Only the rows of these names.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
var repetitions = new Option<int>("--repetitions") { Description = "Runs of each contender; the median counts.", DefaultValueFactory = _ => 3 };
var ours = new Option<bool>("--ours") { Description = "Leave the other servers out." };
var effort = new Option<Effort>("--effort") { Description = "How much each row does; 'edge' alone knows short (seconds) and long (ten million messages through TLS).", DefaultValueFactory = _ => Effort.Usual };
var target = new Option<string?>("--out") { Description = "Write the table, as Markdown, into this file as well.", HelpName = "FILE" };
var root = new RootCommand("Measures the figures of one area, beside other servers where they are installed. Exit code 0: measured, whether or not a goal is met; 3: a row could not be.")
{
    area, json, only, repetitions, ours, effort, target,
};

if (args is ["questions", .. string[] rest])
{
    // In this process: a project that BenchmarkDotNet writes would not find this repository's central versions and output folders.
    BenchmarkSwitcher.FromAssembly(typeof(Areas).Assembly).Run(
        rest, DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)));
    return 0;
}

root.SetAction((parsed, cancellationToken) => Measurement.RunAsync(
    parsed.GetValue(area)!, parsed.GetValue(only) ?? [], parsed.GetValue(repetitions), parsed.GetValue(ours), parsed.GetValue(effort), parsed.GetValue(json), parsed.GetValue(target), cancellationToken));
ParseResult command = root.Parse(args);
if (command.Errors.Count > 0)
{
    Console.Error.WriteLine($"bench: {command.Errors[0].Message} See --help.");
    return Measurement.WrongUse;
}

try
{
    return await command.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (OperationCanceledException)
{
    return Measurement.Interrupted;
}
catch (Exception error) when (error is IOException or HttpRequestException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"bench: {error.Message.ReplaceLineEndings(" ")}");
    return Measurement.EnvironmentFailed;
}
