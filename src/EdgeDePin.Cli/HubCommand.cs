using System.CommandLine;

namespace EdgeDePin.Cli;

/// <summary><c>edgedepin hub run</c>: the local hub of one device, for modules that run as processes of their own.</summary>
internal static class HubCommand
{
    public static Command Create() => new("hub", "The local hub that connects the modules of one device.") { Run() };

    private static Command Run()
    {
        var port = new Option<int>("--port") { Description = "Loopback port to listen on.", DefaultValueFactory = _ => 1883 };
        var device = new Option<string>("--device") { Description = "Device id that the modules use.", DefaultValueFactory = _ => "edgedepin" };
        var command = new Command("run",
            """
            Runs the local hub until Ctrl-C.

            Examples:
              edgedepin hub run
              edgedepin hub run --port 18830 --device pi-01
            """)
        { port, device };
        return command;
    }
}
