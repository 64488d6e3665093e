using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Sampling;

namespace EdgeDePin.Cli.SensorCommands;

/// <summary><c>edgedepin sensors read</c>: asks the sensors of a configuration and prints what they say, with its quality.</summary>
internal static class SensorsReadCommand
{
    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "A node's configuration.", HelpName = "FILE", Required = true };
        var once = new Option<bool>("--once") { Description = "Ask each sensor once, and end." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object in each line." };
        var command = new ExplainedCommand("read",
            "Asks the sensors of a configuration and prints values as they would be stored (calibrated), their quality, and faults with their remedy.",
            """
            Examples:
              edgedepin sensors read --config node.json --once
              edgedepin sensors read --config node.json --json

            Exit codes: 0 every sensor answered (or stopped by Ctrl-C), 1 one of them did not, 2 the configuration is wrong,
            3 a bus does not exist.
            """)
        { config, once, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(config)!, parsed.GetValue(once), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, bool once, bool json, CancellationToken cancellationToken)
    {
        using ConfiguredSensors sensors = ConfiguredSensors.Open(file, TimeProvider.System);
        var path = new ReadingPath();
        var turn = new Lock();
        int[] faults = await Task.WhenAll(sensors.All.Select(one => Task.Run(
            () => ReadAsync(one.Sensor, one.Options, one.Treatment, once, Print, cancellationToken), CancellationToken.None)));
        return once && faults.Any(count => count > 0) ? ExitCode.No : ExitCode.Done;

        void Print(ISensor sensor, Treatment treatment, SampleBuffer sample, SensorFault? fault, DateTimeOffset at)
        {
            lock (turn)
            {
                if (fault is not null)
                {
                    Console.WriteLine(json ? Json(sensor, fault, at) : $"{at:O} {sensor.Id,-16} FAULT {fault.Kind}: {fault.Detail}. {fault.Remedy}");
                }

                path.Pass(sensor.Id, treatment, sample.Measurements, at, one => Console.WriteLine(json ? Json(one) : string.Create(
                    CultureInfo.InvariantCulture, $"{at:O} {sensor.Id,-16} {one.Quantity,-18} {one.Value,14:0.####} {one.Quantity.Unit,-6} {one.Quality}")));
            }
        }
    }

    private static async Task<int> ReadAsync(
        ISensor sensor, SensorOptions options, Treatment treatment, bool once, Action<ISensor, Treatment, SampleBuffer, SensorFault?, DateTimeOffset> print, CancellationToken cancellationToken)
    {
        var buffer = new SampleBuffer();
        int faults = 0;
        try
        {
            await foreach (DateTimeOffset at in SamplingSchedule.Every(options.Period, TimeProvider.System, cancellationToken))
            {
                SensorFault? fault = await sensor.SampleAsync(buffer, cancellationToken);
                faults += fault is null ? 0 : 1;
                print(sensor, treatment, buffer, fault, at);
                if (once)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !once)
        {
            // Ctrl-C is the ordinary end.
        }

        return faults;
    }

    private static string Json(Reading one) => new JsonObject
    {
        ["at"] = one.ObservedAt.ToString("O", CultureInfo.InvariantCulture),
        ["sensor"] = one.Sensor.Value,
        ["quantity"] = one.Quantity.Name,
        ["value"] = one.Value,
        ["unit"] = one.Quantity.Unit,
        ["quality"] = one.Quality.ToString(),
    }.ToJsonString();

    private static string Json(ISensor sensor, SensorFault fault, DateTimeOffset at) => new JsonObject
    {
        ["at"] = at.ToString("O", CultureInfo.InvariantCulture),
        ["sensor"] = sensor.Id.Value,
        ["fault"] = fault.Kind.ToString(),
        ["detail"] = fault.Detail,
        ["remedy"] = fault.Remedy,
    }.ToJsonString();
}
