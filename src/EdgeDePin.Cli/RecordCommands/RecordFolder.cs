using System.CommandLine;
using EdgeDePin.Execution;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Cli.RecordCommands;

/// <summary>The journal that a command reads.</summary>
internal static class RecordFolder
{
    /// <summary>Stands for the newest run.</summary>
    public const string Newest = "last";

    public static Option<string> Option() => new("--records") { Description = "The folder of the records, or the data folder of a node.", HelpName = "DIR", Required = true };

    public static Argument<string> Run() => new("run") { Description = $"The run, as 'records list' names it, or '{Newest}'.", DefaultValueFactory = _ => Newest };

    /// <exception cref="CommandFailure">There is no such folder, or what it holds cannot be read.</exception>
    public static T Read<T>(string folder, Func<string, T> read)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommandFailure(ExitCode.Environment, $"There is no folder {folder}: check the path after --records.");
        }

        try
        {
            // A node keeps them below its data folder; people know that one.
            string below = Path.Combine(folder, "records");
            return read(JournalReader.FilesOf(folder).Length == 0 && Directory.Exists(below) ? below : folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new CommandFailure(ExitCode.Environment, $"{error.Message} ('edgedepin records verify --records {folder}' says more.)", error);
        }
    }

    /// <summary>All entries of one run; the newest is the one that executed last, whatever was taken back since.</summary>
    /// <exception cref="CommandFailure">There is no such run.</exception>
    public static JournalEntry[] EntriesOf(string folder, string run) => Read(folder, path =>
    {
        // Two passes, so that a journal of millions does not have to fit into memory.
        string? wanted = run == Newest ? JournalReader.Segments(path).SelectMany(segment => segment.Entries).LastOrDefault(IsExecution).Run : run;
        JournalEntry[] entries = [.. JournalReader.Segments(path).SelectMany(segment => segment.Entries).Where(entry => entry.Run == wanted)];
        return entries.Any(IsExecution) ? entries
            : throw new CommandFailure(ExitCode.WrongUse, $"There is no run '{run}' in {folder}; 'edgedepin records list --records {folder}' names those there are.");
    });

    private static bool IsExecution(JournalEntry entry) => entry.Outcome != ExecutionOutcome.Superseded;
}
