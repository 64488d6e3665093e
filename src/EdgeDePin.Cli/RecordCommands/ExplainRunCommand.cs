using System.CommandLine;
using System.Text.Json;
using EdgeDePin.Execution.Explaining;

namespace EdgeDePin.Cli.RecordCommands;

/// <summary><c>edgedepin records explain</c>: why did a run take as long as it did, and what would change it?</summary>
internal static class ExplainRunCommand
{
    public static Command Create()
    {
        Argument<string> run = RecordFolder.Run();
        Option<string> records = RecordFolder.Option();
        var html = new Option<string?>("--html") { Description = "Write a page with the timeline into this file as well.", HelpName = "FILE" };
        var task = new Option<string?>("--task") { Description = "What if this task took another time?", HelpName = "NAME" };
        var speed = new Option<double>("--speed") { Description = "With --task: so many times as fast.", HelpName = "N", DefaultValueFactory = _ => 2 };
        var json = new Option<bool>("--json") { Description = "Print one line of JSON." };
        var command = new ExplainedCommand("explain", "Says where the time of a run went, what held it up, and what would have helped.",
            """
            Examples:
              edgedepin records explain last --records records
              edgedepin records explain 20260101T120000.000Z --records records --html run.html
              edgedepin records explain last --records records --task mAdd_ID0000033 --speed 2

            The parts of the makespan sum to it exactly. What-if runs the recorded tasks again in virtual time, with the
            cores, memory, tokens, travel and node speeds that were recorded.
            Exit codes: 0 done, 2 no such run, 3 the records cannot be read or the page cannot be written.
            """)
        { run, records, html, task, speed, json };
        command.SetAction(parsed =>
        {
            double by = parsed.GetValue(speed);
            if (by is not (>= 0.001 and <= 1e6))
            {
                throw new CommandFailure(ExitCode.WrongUse, $"--speed {by}: 0.001 to 1e6.");
            }

            ExecutedRun executed = RecordFolder.Read(parsed.GetValue(records)!, folder => ExecutedRun.Of(RecordFolder.EntriesOf(folder, parsed.GetValue(run)!)));
            string? name = parsed.GetValue(task);
            if (name is not null && !executed.Entries.Any(entry => entry.Task == name))
            {
                throw new CommandFailure(ExitCode.WrongUse, $"--task {name}: run {executed.Entries[0].Run} has no task of that name.");
            }

            Explanation explanation = Explanation.Of(executed, name is null ? null : (name, by));
            if (parsed.GetValue(html) is string page)
            {
                Write(page, GanttPage.Of(explanation, $"Run {explanation.Run.Entries[0].Run} of {explanation.Run.Entries[0].Graph}"));
            }

            Console.Write(parsed.GetValue(json) ? Json(explanation) + Environment.NewLine : explanation.ToText());
            return ExitCode.Done;
        });
        return command;
    }

    internal static void Write(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, $"{path} cannot be written: {error.Message}", error);
        }
    }

    private static string Json(Explanation explanation) => JsonSerializer.Serialize(new
    {
        tasks = explanation.Run.Tasks,
        lanes = explanation.Run.Lanes.Length,
        makespanNs = explanation.Run.Makespan,
        graphLengthNs = explanation.Path.GraphLength,
        laneNs = explanation.Named().ToDictionary(part => part.Name, part => (long)part.Part),
        takenBack = explanation.Run.TakenBack.Select(wrong => new { task = wrong.Task, worker = wrong.Worker, cause = wrong.Cause }),
        path = explanation.Path.Executed.Select(step => new
        {
            task = explanation.Run.NameOf(step.Task),
            enabler = step.Enabler.ToString().ToLowerInvariant(),
            why = explanation.Run.WhyThere(step.Task),
            waitedNs = step.Waited,
            ranNs = step.Ran,
            slackNs = explanation.Path.Slack[step.Task],
            dragNs = explanation.Path.Drag[step.Task],
        }),
        bottlenecks = explanation.Bottlenecks.Select(kind => new { kind = kind.Kind, onPathNs = kind.OnPath, steps = kind.Steps }),
        whatIf = explanation.Prospects.Select(prospect => new { change = prospect.Change, makespanS = prospect.MakespanSeconds, gainS = prospect.Gain }),
    });
}
