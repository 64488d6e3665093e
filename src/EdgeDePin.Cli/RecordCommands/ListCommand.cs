using System.CommandLine;
using System.Globalization;
using EdgeDePin.Execution;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Cli.RecordCommands;

/// <summary><c>edgedepin records list</c>: which runs there are.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        Option<string> records = RecordFolder.Option();
        var command = new ExplainedCommand("list", "Names the runs in a folder of records.",
            """
            Example:
              edgedepin records list --records records

            Exit codes: 0 done, 3 the folder cannot be read.
            """)
        { records };
        command.SetAction(parsed =>
        {
            var runs = new Dictionary<string, (string Graph, long Executions, long Failed, long Superseded, long From, long Until)>(StringComparer.Ordinal);
            RecordFolder.Read(parsed.GetValue(records)!, folder =>
            {
                foreach (JournalEntry entry in JournalReader.Segments(folder).SelectMany(segment => segment.Entries))
                {
                    bool known = runs.TryGetValue(entry.Run, out var run);
                    (int executions, int failed, int superseded) = entry.Outcome switch
                    {
                        ExecutionOutcome.Succeeded or ExecutionOutcome.FellBack => (1, 0, 0),
                        ExecutionOutcome.Superseded => (0, 0, 1),
                        _ => (1, 1, 0),
                    };
                    runs[entry.Run] = (
                        entry.Graph, run.Executions + executions, run.Failed + failed, run.Superseded + superseded, known ? Math.Min(run.From, entry.Ready) : entry.Ready,
                        Math.Max(run.Until, entry.End));
                }

                return runs;
            });
            foreach ((string run, (string graph, long executions, long failed, long superseded, long from, long until)) in runs)
            {
                string back = superseded == 0 ? "" : $", {superseded} taken back";
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run}  {graph}  {executions} executions, {failed} not good{back}, {(until - from) / 1e9:0.######} s"));
            }

            return ExitCode.Done;
        });
        return command;
    }
}
