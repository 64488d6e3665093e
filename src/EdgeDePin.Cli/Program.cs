using System.CommandLine;
using EdgeDePin.Cli;
using EdgeDePin.Cli.Demo;
using EdgeDePin.Cli.EvaluateCommands;
using EdgeDePin.Cli.FlashCommands;
using EdgeDePin.Cli.GraphCommands;
using EdgeDePin.Cli.HubCommands;
using EdgeDePin.Cli.ImageCommands;
using EdgeDePin.Cli.LedgerCommands;
using EdgeDePin.Cli.ManifestCommands;
using EdgeDePin.Cli.RecordCommands;
using EdgeDePin.Cli.SensorCommands;
using EdgeDePin.Cli.SiteCommands;
using EdgeDePin.Cli.StoreCommands;
using EdgeDePin.Cli.TaskCommands;
using EdgeDePin.Node;

var root = new RootCommand("EdgeDePin: a neighbourhood of small devices that sense together and lend each other their spare cycles.")
{
    DemoCommand.Create(),
    QueryCommand.Create(),
    ForwardCommand.Create(),
    StoreCommand.Create(),
    EvaluateCommand.Create(),
    GraphCommand.Create(),
    TaskCommand.Create(),
    RecordsCommand.Create(),
    HubCommand.Create(),
    SensorsCommand.Create(),
    LedgerCommand.Create(),
    SiteCommand.Create(),
    EdgeDePin.Cli.SimulateCommand.Create(),
    BenchCommand.Create(),
    ManifestCommand.Create(),
    FlashCommand.Create(),
    DoctorCommand.Create(),
    ImagesCommand.Create(),
};

ExplainedCommand.Explain(root);
ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    string command = string.Join(' ', parsed.CommandResult.Command.Parents.OfType<Command>()
        .Append(parsed.CommandResult.Command).Select(part => part is RootCommand ? "edgedepin" : part.Name));
    return Failure.Say(ExitCode.WrongUse, $"{parsed.Errors[0].Message} See '{command} --help'.");
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (CommandFailure failure)
{
    return Failure.Say(failure.ExitCode, failure.Message);
}
catch (OperationCanceledException)
{
    return ExitCode.Interrupted;
}
catch (Exception error) when (NodeFailure.Explains(error))
{
    // A disk that fills up while a demo runs, for instance: the message names the thing and the remedy.
    return Failure.Say(NodeFailure.IsWrongUse(error) ? ExitCode.WrongUse : ExitCode.Environment, error.Message);
}
