using System.CommandLine;

namespace EdgeDePin.Cli.SensorCommands;

/// <summary><c>edgedepin sensors</c>: what can be read, what is there, and what it says.</summary>
internal static class SensorsCommand
{
    public static Command Create() => new("sensors", "Chips that can be read, those of this machine, and what they say.")
    {
        SensorsListCommand.Create(),
        SensorsSampleCommand.Create(),
        SensorsScanCommand.Create(),
        SensorsReadCommand.Create(),
        SensorsDoctorCommand.Create(),
        SensorsRegistersCommand.Create(),
        SensorsCalibrateCommand.Create(),
    };
}
