using System.CommandLine;
using EdgeDePin.Cli;
using EdgeDePin.Cli.HubCommands;

// The hub of a device as a program of its own: small, native where a compiler is, with the commands of 'edgedepin' that it needs.
var root = new RootCommand("EdgeDePin: the local hub of one device.")
{
    HubCommand.Create(),
    DoctorCommand.Create(),
};

ExplainedCommand.Explain(root);
ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    return Failure.Say(ExitCode.WrongUse, $"{parsed.Errors[0].Message} See --help.");
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
