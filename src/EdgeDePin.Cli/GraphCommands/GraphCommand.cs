using System.CommandLine;

namespace EdgeDePin.Cli.GraphCommands;

/// <summary><c>edgedepin graph</c>: recorded workflows, run or simulated.</summary>
internal static class GraphCommand
{
    public static Command Create() => new("graph", "Recorded workflows (WfFormat 1.5), run or simulated.")
    {
        RunGraphCommand.Create(),
        SimulateCommand.Create(),
    };
}
