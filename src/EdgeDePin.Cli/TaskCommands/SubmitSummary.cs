using System.Globalization;
using System.Text.Json.Nodes;
using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sandbox.Modules;
using EdgeDePin.Sharing;

namespace EdgeDePin.Cli.TaskCommands;

/// <summary>A job's outcome at the neighbours, for people or for programs.</summary>
/// <param name="spent">Millicredits by which the requester's balance fell meanwhile: beside the results also checks at other neighbours, copies of
/// stragglers, and results of earlier jobs that became final.</param>
internal sealed class SubmitSummary(
    ModuleFacts facts, string run, IReadOnlyList<SubmittedTask> tasks, IReadOnlyList<ExecutionRecord> records, TimeSpan elapsed, SubmitOptions options,
    IReadOnlyList<NeighbourView> neighbours, SharingCounters counters, long spent)
{
    private long Cost => tasks.Sum(task => task.Accepted?.Cost ?? 0);

    // What waits for checks is paid when they have passed.
    private long Pending => tasks.Where(task => !task.Final).Sum(task => task.Accepted?.Cost ?? 0);

    private double Bound => tasks.Max(task => task.Accepted?.Bound ?? 0);

    public void Print()
    {
        if (options.Json)
        {
            Console.Out.WriteLine(Json().ToJsonString());
            return;
        }

        foreach ((SubmittedTask task, ExecutionRecord record) in tasks.Zip(records))
        {
            string name = task.Input ?? "(empty input)";
            if (task.Result is not { } result)
            {
                Console.Error.WriteLine($"{name}: {task.Cause}");
                continue;
            }

            string belief = task.Accepted!.Verified ? "checked" : task.Final ? "final" : "on trust";
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name}: {result.Output.Length} bytes, digest {Digest.Of(result.Output)}, fuel {result.Fuel:N0}, {task.Accepted.Cost / 1000.0:N3} credits, by {record.Worker}, {belief}, P(wrong) at most {task.Accepted.Bound:G3}"));
        }

        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{tasks.Count(task => task.Accepted is not null)} of {tasks.Count} tasks in {elapsed.TotalSeconds:N1} s: {(Cost - Pending) / 1000.0:N3} credits paid, {Pending / 1000.0:N3} when later checks have passed; the balance fell by {spent / 1000.0:N3}, checks and copies included; P(wrong) at most {Bound:G3}"));
    }

    private JsonObject Json() => new()
    {
        ["module"] = facts.Digest.ToString(),
        ["run"] = run,
        ["seconds"] = elapsed.TotalSeconds,
        ["epsilon"] = options.Epsilon,
        ["bound"] = Bound,
        ["fuel"] = tasks.Sum(task => task.Accepted?.Fuel ?? 0),
        ["costMillicredits"] = Cost,
        ["pendingMillicredits"] = Pending,
        ["spentMillicredits"] = spent,
        ["balanceMillicredits"] = counters.Balance,
        ["unbooked"] = counters.Unbooked,
        ["tasks"] = new JsonArray([.. tasks.Zip(records).Select(pair => (JsonNode)Json(pair.First, pair.Second))]),
        ["neighbours"] = new JsonArray([.. neighbours.Select(neighbour => (JsonNode)new JsonObject
        {
            ["node"] = neighbour.Id.Value,
            ["name"] = neighbour.Name,
            ["state"] = neighbour.State.ToString(),
            ["checksPassed"] = neighbour.ChecksPassed,
            ["paidMillicredits"] = neighbour.Paid,
            ["whyNot"] = neighbour.Excluded,
        })]),
    };

    private static JsonObject Json(SubmittedTask task, ExecutionRecord record)
    {
        var line = new JsonObject
        {
            ["input"] = task.Input,
            ["task"] = record.Task,
            ["inputDigest"] = task.InputDigest.ToString(),
            ["outcome"] = task.Accepted is null ? "none" : "completed",
            ["worker"] = record.WorkerId?.Value,
            ["workerName"] = record.WorkerId is null ? null : record.Worker,
            ["waitMs"] = record.Wait.TotalMilliseconds,
            ["runMs"] = record.RunTime.TotalMilliseconds,
            ["takenBack"] = task.TakenBack,
        };
        if (task.Result is { } result)
        {
            line["fuel"] = result.Fuel;
            line["outputBytes"] = result.Output.Length;
            line["outputDigest"] = Digest.Of(result.Output).ToString();
            line["costMillicredits"] = task.Accepted!.Cost;
            line["verified"] = task.Accepted.Verified;
            line["final"] = task.Final;
            line["bound"] = task.Accepted.Bound;
        }
        else
        {
            line["cause"] = task.Cause;
        }

        return line;
    }
}
