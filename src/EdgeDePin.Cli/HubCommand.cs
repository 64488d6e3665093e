using System.CommandLine;
using EdgeHubSimulator;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Cli;

/// <summary><c>edgedepin hub run</c>: the local hub of one device, for modules that run as processes of their own.</summary>
internal static class HubCommand
{
    public static Command Create() => new("hub", "The local hub that connects the modules of one device.") { Run() };

    private static Command Run()
    {
        var port = new Option<int>("--port") { Description = "Loopback port to listen on; 0 takes any free one.", DefaultValueFactory = _ => 1883 };
        var device = new Option<string>("--device") { Description = "Device id that the modules use.", DefaultValueFactory = _ => "edgedepin" };
        var command = new ExplainedCommand("run",
            "Runs the local hub until Ctrl-C. Messages that wait for a module are kept in memory.",
            """
            Examples:
              edgedepin hub run
              edgedepin hub run --port 18830 --device pi-01

            Exit codes: 0 stopped by Ctrl-C, 2 wrong use, 3 the port is in use.
            """)
        { port, device };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetValue(device)!, parsed.GetValue(port), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string device, int port, CancellationToken cancellationToken)
    {
        try
        {
            await using LocalHub hub = await NodeHub.StartAsync(device, port, NullLoggerFactory.Instance);
            Console.WriteLine($"hub of {device} listens on 127.0.0.1:{hub.Port}");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            LocalHubState state = hub.State;
            Console.WriteLine($"{state.Received} messages taken, {state.Delivered} delivered, {state.Waiting} waiting, {state.Dropped} dropped");
            return ExitCode.Done;
        }
        catch (PortInUseException error)
        {
            throw new CommandFailure(ExitCode.Environment, error.Message, error);
        }
        catch (FormatException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, error.Message, error);
        }
    }
}
