using System.CommandLine;

namespace EdgeDePin.Cli.RecordCommands;

/// <summary><c>edgedepin records</c>: execution records that were kept, proved, explained and written for other tools.</summary>
internal static class RecordsCommand
{
    public static Command Create() => new("records", "Execution records: proved, explained, written for other tools.")
    {
        ListCommand.Create(),
        VerifyCommand.Create(),
        ExplainRunCommand.Create(),
        ExportRecordsCommand.Create(),
    };
}
