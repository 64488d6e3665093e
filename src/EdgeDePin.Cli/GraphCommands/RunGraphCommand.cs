using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using EdgeDePin.Cli.RecordCommands;
using EdgeDePin.Execution;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;
using EdgeDePin.Execution.Scheduling;
using EdgeDePin.Execution.Workflows;

namespace EdgeDePin.Cli.GraphCommands;

/// <summary><c>edgedepin graph run</c>: a recorded workflow as a real graph on real lanes.</summary>
internal static class RunGraphCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A workflow in WfFormat 1.5." };
        var scale = new Option<double>("--scale") { Description = "Each task takes its recorded time divided by this.", HelpName = "N", DefaultValueFactory = _ => 1000 };
        var cores = new Option<int?>("--cores") { Description = "Lanes. Default: one per processor.", HelpName = "N" };
        var policy = new Option<string>("--policy") { Description = "fifo, or rank: the longest path first.", DefaultValueFactory = _ => "rank" };
        var body = new Option<string>("--body") { Description = "What a task does: spin (uses its core) or sleep (holds it).", DefaultValueFactory = _ => "spin" };
        var demands = new Option<bool>("--demands") { Description = "Heed the recorded priorities, core counts and memory." };
        var memory = new Option<long>("--memory") { Description = "With --demands: bytes there are to share.", HelpName = "BYTES", DefaultValueFactory = _ => long.MaxValue };
        var attempts = new Option<int>("--attempts") { Description = "Attempts of each task.", DefaultValueFactory = _ => 1 };
        var timeout = new Option<string?>("--timeout") { Description = "What an attempt may take, e.g. 500ms.", HelpName = "TIME" };
        var failure = new Option<string>("--on-failure") { Description = "finish (what does not depend on it), stop, or fallback (go on without).", DefaultValueFactory = _ => "finish" };
        var failing = new Option<string[]>("--fail") { Description = "Tasks whose every attempt fails, by id: to try the above.", HelpName = "ID", AllowMultipleArgumentsPerToken = true };
        var records = new Option<string?>("--records") { Description = "Keep the execution records in this folder.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print one line of JSON." };
        var command = new ExplainedCommand("run",
            "Runs a recorded workflow as a real graph: each task spins or sleeps its recorded time, scaled.",
            """
            Examples:
              edgedepin graph run montage.json --scale 1000 --cores 4
              edgedepin graph run blast.json --body sleep --cores 16 --records records --json

            It prints tasks, edges, makespanS, boundS (what no schedule can beat), ratio, executions and recordsLost.
            Exit codes: 0 every task succeeded, 1 some did not, 2 wrong use or no workflow, 3 a file cannot be read or written, 130 interrupted.
            """)
        { file, scale, cores, policy, body, demands, memory, attempts, timeout, failure, failing, records, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            double by = parsed.GetValue(scale);
            Require(by is >= 1e-9 and <= 1e12, $"--scale {by}: 1e-9 to 1e12.");
            int lanes = parsed.GetValue(cores) ?? Math.Min(Environment.ProcessorCount, LaneOptions.MaxLanes);
            Require(lanes is >= 1 and <= LaneOptions.MaxLanes, $"--cores {lanes}: 1 to {LaneOptions.MaxLanes}.");
            Workflow workflow = WorkflowFile.Read(parsed.GetValue(file)!);
            double[] seconds = [.. workflow.Tasks.Select(task => task.Seconds / by)];
            Workload workload = new(workflow.Shape, [.. seconds.Select(time => Math.Max(time, 1e-9))], null, Platform.Equal(lanes));
            bool sleeps = Choice("--body", parsed.GetValue(body)!, "spin", "sleep") == 1;
            string[] kinds = [.. workflow.Tasks.Select(task => task.Kind).Distinct(StringComparer.Ordinal)];
            HashSet<string> doomed = [.. parsed.GetValue(failing) ?? []];
            string? unknown = doomed.FirstOrDefault(id => workflow.Tasks.All(task => task.Id != id));
            Require(unknown is null, $"--fail {unknown}: the workflow has no such task.");
            var plan = new RunPlan
            {
                Shape = workflow.Shape,
                Body = scope => Work(scope, seconds, scope.Task < workflow.Tasks.Length && doomed.Contains(workflow.Tasks[scope.Task].Id), sleeps),
                Resources = new Resources { Cores = lanes, MemoryBytes = parsed.GetValue(memory) },
                Needs = parsed.GetValue(demands) ? Demands(workflow, lanes) : null,
                Ranks = Choice("--policy", parsed.GetValue(policy)!, "fifo", "rank") == 1 ? workload.UpwardRanks(workload.Seconds, 1, withTransfer: false) : null,
                Attempts = parsed.GetValue(attempts),
                Timeout = OptionText.Read("--timeout", parsed.GetValue(timeout), Duration.Parse),
                OnFailure = (FailurePolicy)Choice("--on-failure", parsed.GetValue(failure)!, "finish", "stop", "fallback"),
                Fallback = _ => { },
                Kinds = [.. workflow.Tasks.Select(task => Array.IndexOf(kinds, task.Kind))],
            };
            return RunAsync(workflow, workload, plan, kinds, parsed.GetValue(policy)!, parsed.GetValue(records), parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        Workflow workflow, Workload workload, RunPlan plan, string[] kinds, string policy, string? records, bool json, CancellationToken cancellationToken)
    {
        int needed = workflow.Tasks.Length * plan.Attempts;
        await using var crew = new LaneCrew(new LaneOptions { Lanes = workload.Cores, RingCapacity = Math.Clamp(needed, 2, 1 << 20) }, TimeProvider.System);
        using KeptRecords? kept = records is null ? null : KeptRecords.Open(records);
        var recorder = kept is null ? null : new CrewRecorder(crew, kept.Journal, TimeProvider.System);
        string run = string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmss.fff'Z'}");
        RunReport report;
        try
        {
            report = await crew.RunAsync(plan, cancellationToken);
        }
        catch (ArgumentException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, error.Message, error);
        }

        recorder?.Drain(
            new RunNames(run, workflow.Name, workflow.Shape, [.. workflow.Tasks.Select(task => task.Id)], kinds, Environment.MachineName) { Needs = plan.Needs, Resources = plan.Resources },
            report.Causes);
        double bound = LowerBound.Of(workload);
        double makespan = report.Elapsed.TotalSeconds;
        string outcomes = string.Join(", ", report.Outcomes.GroupBy(outcome => outcome).OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}"));
        new GraphSummary(
            workflow.Name, policy, workflow.Tasks.Length, workflow.Shape.Arrows, workload.Cores, makespan, bound, GraphSummary.Over(makespan, bound), report.Executions, report.RecordsLost)
        { Outcome = outcomes, RunId = kept is null ? null : run }.Print(json);
        cancellationToken.ThrowIfCancellationRequested();
        return report.Succeeded ? ExitCode.Done : ExitCode.No;
    }

    private static void Work(TaskScope scope, double[] seconds, bool fails, bool sleeps)
    {
        if (fails)
        {
            throw new InvalidOperationException("told to fail by --fail");
        }

        double time = scope.Task < seconds.Length ? seconds[scope.Task] : 0;
        if (sleeps)
        {
            scope.Until(Task.Delay(TimeSpan.FromSeconds(time), scope.Token));
            return;
        }

        long until = Stopwatch.GetTimestamp() + (long)(time * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < until)
        {
            scope.Token.ThrowIfCancellationRequested();
            Thread.SpinWait(20);
        }
    }

    private static TaskNeeds[] Demands(Workflow workflow, int cores) =>
        [.. workflow.Tasks.Select(task => new TaskNeeds(
            (short)Math.Clamp(task.Priority, short.MinValue, short.MaxValue), (ushort)Math.Clamp(Math.Ceiling(task.Cores), 1, cores), task.MemoryBytes))];

    private static int Choice(string option, string value, params string[] known)
    {
        int choice = Array.IndexOf(known, value);
        return choice >= 0 ? choice : throw new CommandFailure(ExitCode.WrongUse, $"{option} '{value}': one of {string.Join(", ", known)}.");
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new CommandFailure(ExitCode.WrongUse, otherwise);
        }
    }
}
