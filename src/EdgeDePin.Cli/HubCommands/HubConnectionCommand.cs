using System.CommandLine;
using EdgeDePin.EdgeHub;
using EdgeHubSimulator.Security;

namespace EdgeDePin.Cli.HubCommands;

/// <summary><c>edgedepin hub connection-string</c>: what a module is given that runs outside of the hub's machine, or in development.</summary>
internal static class HubConnectionCommand
{
    public static Command Create()
    {
        Option<DirectoryInfo> data = HubCommand.Data();
        Option<string> module = HubCommand.Module();
        var device = new Option<string>("--device") { Description = "Device id of the hub.", DefaultValueFactory = _ => "edgedepin" };
        var gateway = new Option<string>("--gateway") { Description = "Name of the hub, with its port.", DefaultValueFactory = _ => "localhost:8883" };
        var iotHub = new Option<string>("--iothub") { Description = "Name of the IoT Hub, as the hub was given it.", DefaultValueFactory = _ => "local" };
        var command = new ExplainedCommand("connection-string",
            "Prints the connection string of a module. It holds the module's key: keep it as you keep a password.",
            """
            Examples:
              edgedepin hub connection-string --data hub --module sensor
              EdgeHubConnectionString="$(edgedepin hub connection-string --data hub --module sensor)" \
                EdgeModuleCACertificateFile=hub/ca/trust-bundle.pem SensorModule --config node.json

            Exit codes: 0 printed, 2 wrong use, 3 the folder holds no hub.
            """)
        { data, module, device, gateway, iotHub };
        command.SetAction(parsed =>
        {
            string key = Path.Combine(parsed.GetValue(data)!.FullName, "site.key");
            if (!File.Exists(key))
            {
                throw new CommandFailure(ExitCode.Environment, $"{key} is not there: run 'edgedepin hub run --data {parsed.GetValue(data)}' first.");
            }

            try
            {
                Console.WriteLine(new ModuleKeys(key).ConnectionString(
                    new ModuleIdentity(parsed.GetValue(device)!, parsed.GetValue(module)!), parsed.GetValue(iotHub)!, parsed.GetValue(gateway)!));
                return ExitCode.Done;
            }
            catch (FormatException error)
            {
                throw new CommandFailure(ExitCode.WrongUse, error.Message, error);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                throw new CommandFailure(ExitCode.Environment, error.Message, error);
            }
        });
        return command;
    }
}
