using System.CommandLine;
using EdgeDePin.Sensors;

namespace EdgeDePin.Cli.SensorCommands;

/// <summary><c>edgedepin sensors sample</c>: a configuration to begin with.</summary>
internal static class SensorsSampleCommand
{
    public static Command Create()
    {
        var chip = new Argument<string>("chip") { Description = "As 'edgedepin sensors list' names it." };
        var command = new ExplainedCommand("sample",
            "Prints a configuration of a chip with every option that it has explained.",
            """
            Examples:
              edgedepin sensors sample bme280
              edgedepin sensors sample dsmr > node.json

            Exit codes: 0 done, 2 no such chip.
            """)
        { chip };
        command.SetAction(parsed =>
        {
            Console.Write(SensorCatalog.Entry(parsed.GetValue(chip)!).Sample());
            return ExitCode.Done;
        });
        return command;
    }
}
