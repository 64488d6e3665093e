using System.CommandLine;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary><c>edgedepin store</c>: a node's store, looked at from outside.</summary>
internal static class StoreCommand
{
    public static Command Create() => new("store", "A node's store, looked at from outside.")
    {
        CheckCommand.Create(),
        StatsCommand.Create(),
        ExportCommand.Create(),
        SnapshotCommand.Create(),
        RestoreCommand.Create(),
        QuarantineCommand.Create(),
        TortureCommand.Create(),
        TortureWriter.Create(),
    };
}
