using System.CommandLine;

namespace EdgeDePin.Cli.TaskCommands;

/// <summary><c>edgedepin task</c>: WebAssembly tasks of your own.</summary>
internal static class TaskCommand
{
    public static Command Create() => new("task", "WebAssembly tasks of your own; docs/tasks.md says how one is made.")
    {
        RunTaskCommand.Create(),
        SubmitTaskCommand.Create(),
    };
}
