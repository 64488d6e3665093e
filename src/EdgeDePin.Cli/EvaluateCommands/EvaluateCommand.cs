using System.CommandLine;

namespace EdgeDePin.Cli.EvaluateCommands;

/// <summary><c>edgedepin evaluate</c>: what the analytics are worth on a series of your own, beside rules that cost nothing.</summary>
internal static class EvaluateCommand
{
    public static Command Create() => new("evaluate", "Judges forecasts, detectors and plans on any series, beside naive and classical rules.")
    {
        EvaluateForecastCommand.Create(),
        AnomalyCommand.Create(),
        FaultsCommand.Create(),
        EvaluateDispatchCommand.Create(),
    };
}
