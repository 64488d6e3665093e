using System.CommandLine;
using System.Globalization;
using EdgeDePin.Execution.Learning;
using EdgeDePin.Execution.Scheduling;
using EdgeDePin.Execution.Workflows;

namespace EdgeDePin.Cli.GraphCommands;

/// <summary><c>edgedepin graph simulate</c>: a recorded workflow on a platform that need not exist.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A workflow in WfFormat 1.5." };
        var platform = new Option<string>("--platform") { Description = "Nodes, cores, speeds and network, as JSON.", HelpName = "FILE", Required = true };
        var policy = new Option<string>("--policy") { Description = "fifo, rank, heft or estimated.", DefaultValueFactory = _ => "estimated" };
        var variations = new Option<int?>("--variations") { Description = "Plans that heft and estimated try. Default 2000 and 4.", HelpName = "N" };
        var runs = new Option<int>("--runs") { Description = "Simulate so often; estimated keeps what it has learned. The last counts.", DefaultValueFactory = _ => 1 };
        var seed = new Option<int>("--seed") { Description = "Of the variations.", DefaultValueFactory = _ => 1 };
        var why = new Option<bool>("--why") { Description = "Explain each placement (estimated)." };
        var json = new Option<bool>("--json") { Description = "Print one line of JSON." };
        var command = new ExplainedCommand("simulate",
            "Simulates a recorded workflow on a platform, with the scheduler that real graphs use.",
            """
            Examples:
              edgedepin graph simulate montage.json --platform platform.json --policy heft
              edgedepin graph simulate mag.json --platform platform.json --policy estimated --runs 2 --why

            A platform: {"nodes": [{"name": "pi5", "cores": 4, "speed": 1}, {"name": "pi4", "cores": 4, "speed": 0.42}], "bandwidthBytesPerSecond": 117e6}
            fifo: who is ready first takes any free core. rank: the longest path first, on the free core that ends it first. heft: a plan made
            with the true run times. estimated: a plan made again at every end, with run times learned from what has ended; the true ones stay unknown.

            Exit codes: 0 done, 2 wrong use, no workflow or no platform, 3 a file cannot be read.
            """)
        { file, platform, policy, variations, runs, seed, why, json };
        command.SetAction(parsed =>
        {
            if (!Enum.TryParse(parsed.GetValue(policy), ignoreCase: true, out SimulationPolicy chosen) || !Enum.IsDefined(chosen))
            {
                throw new CommandFailure(ExitCode.WrongUse, $"--policy '{parsed.GetValue(policy)}': one of fifo, rank, heft, estimated.");
            }

            int repeated = parsed.GetValue(runs);
            int tried = parsed.GetValue(variations) ?? (chosen == SimulationPolicy.Heft ? 2000 : 4);
            if (repeated is < 1 or > 1000 || tried is < 0 or > 1_000_000)
            {
                throw new CommandFailure(ExitCode.WrongUse, $"--runs {repeated} must be 1 to 1000, --variations {tried} 0 to 1,000,000.");
            }

            Workflow workflow = WorkflowFile.Read(parsed.GetValue(file)!);
            Workload workload = Workload.Of(workflow, WorkflowFile.ReadPlatform(parsed.GetValue(platform)!));
            var times = new RunTimeBook<(int, int)>(TimeSpan.FromSeconds(10), capacity: 65_536);
            var random = new Random(parsed.GetValue(seed));
            SimulatedRun run = WorkloadSimulation.Run(workload, chosen, random, times, tried);
            for (int again = 1; again < repeated; again++)
            {
                run = WorkloadSimulation.Run(workload, chosen, random, times, tried);
            }

            double bound = LowerBound.Of(workload);
            new GraphSummary(
                workflow.Name, chosen.ToString().ToLowerInvariant(), workflow.Tasks.Length, workflow.Shape.Arrows, workload.Cores,
                run.MakespanSeconds, bound, GraphSummary.Over(run.MakespanSeconds, bound), workflow.Tasks.Length, 0)
            { Why = parsed.GetValue(why) ? Reasons(workflow, workload, run) : null }.Print(parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static string[] Reasons(Workflow workflow, Workload workload, SimulatedRun run) =>
        [.. run.Decisions.Select(decision => string.Create(CultureInfo.InvariantCulture,
            $"{decision.DecidedAt:0.###} s: {workflow.Tasks[decision.Task].Id} on {decision.Explain(workload.Platform)}"))];
}
