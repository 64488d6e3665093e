using System.CommandLine;
using EdgeDePin.Execution;
using EdgeDePin.Execution.Export;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Cli.RecordCommands;

/// <summary><c>edgedepin records export</c>: a run in a format that other tools read.</summary>
internal static class ExportRecordsCommand
{
    public static Command Create()
    {
        Argument<string> run = RecordFolder.Run();
        Option<string> records = RecordFolder.Option();
        var format = new Option<string>("--format") { Description = "perfetto, chrome, otlp, wfformat, rocrate, openlineage or csv.", Required = true };
        var target = new Option<string>("--out") { Description = "The file; it is replaced.", HelpName = "FILE", Required = true };
        var command = new ExplainedCommand("export", "Writes a run in a format that other tools read.",
            """
            Examples:
              edgedepin records export last --records records --format perfetto --out run.pftrace
              edgedepin records export last --records records --format rocrate --out ro-crate-metadata.json

            Exit codes: 0 done, 2 no such run or format, 3 a file cannot be read or written.
            """)
        { run, records, format, target };
        command.SetAction(parsed =>
        {
            if (!Enum.TryParse(parsed.GetValue(format), ignoreCase: true, out RecordFormat chosen) || !Enum.IsDefined(chosen))
            {
                throw new CommandFailure(ExitCode.WrongUse, $"--format '{parsed.GetValue(format)}': one of perfetto, chrome, otlp, wfformat, rocrate, openlineage, csv.");
            }

            JournalEntry[] entries = RecordFolder.EntriesOf(parsed.GetValue(records)!, parsed.GetValue(run)!);
            string path = parsed.GetValue(target)!;
            try
            {
                using FileStream file = File.Create(path);
                RecordExport.Write(chosen, entries, file);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new CommandFailure(ExitCode.Environment, $"{path} cannot be written: {error.Message}", error);
            }

            Console.WriteLine($"{entries.Count(entry => entry.Outcome != ExecutionOutcome.Superseded)} executions written to {path}.");
            return ExitCode.Done;
        });
        return command;
    }
}
