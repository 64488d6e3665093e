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
            "Asks the sensors of a configuration and prints values as a node would store them (after phase, oversampling, correction and calibration, suspect while they warm up), their quality, and faults with their remedy.",
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
        var counters = new SamplingCounters();
        var inbox = new ReadingInbox(counters);
        var path = new ReadingPath();
        SamplingLoop[] loops = [.. sensors.All.Select(one => Loop(one.Sensor, one.Options, one.Treatment))];
        Task printing = PrintAsync(inbox, json);
        bool[] measured = await Task.WhenAll(loops.Select(loop => Task.Run(() => ReadAsync(loop, once, cancellationToken), CancellationToken.None)));
        inbox.Complete();
        await printing;
        Array.ForEach(loops, loop => loop.Dispose());
        return once && (counters.Faults > 0 || measured.Contains(false)) ? ExitCode.No : ExitCode.Done;

        // The same way as in a node: phase, oversampling, warm-up, correction, calibration, quality.
        SamplingLoop Loop(ISensor sensor, SensorOptions options, Treatment treatment) => new(
            ScheduledSensor.Every(options.Period, sensor, TimeProvider.System, options.Phase, treatment), path, inbox, counters,
            fault => Console.WriteLine(json ? Json(fault) : $"{At(fault.ObservedAt)} {fault.Sensor,-16} FAULT {fault.Fault.Kind}: {fault.Fault.Detail}. {fault.Fault.Remedy}"));
    }

    private static async Task<bool> ReadAsync(SamplingLoop loop, bool once, CancellationToken cancellationToken)
    {
        if (once)
        {
            return await loop.SampleAsync(TimeProvider.System.GetUtcNow(), cancellationToken);
        }

        await loop.RunAsync(cancellationToken);   // until Ctrl-C, the ordinary end
        return true;
    }

    private static async Task PrintAsync(ReadingInbox inbox, bool json)
    {
        await foreach (StampedReading stamped in inbox.Reader.ReadAllAsync(CancellationToken.None))
        {
            Reading one = stamped.Reading;
            Console.WriteLine(json ? Json(one) : string.Create(
                CultureInfo.InvariantCulture, $"{At(one.ObservedAt)} {one.Sensor,-16} {one.Quantity,-18} {one.Value,14:0.####} {one.Quantity.Unit,-6} {one.Quality}"));
        }
    }

    // To the millisecond, as a node stores it.
    private static string At(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Json(Reading one) => new JsonObject
    {
        ["at"] = At(one.ObservedAt),
        ["sensor"] = one.Sensor.Value,
        ["quantity"] = one.Quantity.Name,
        ["value"] = one.Value,
        ["unit"] = one.Quantity.Unit,
        ["quality"] = one.Quality.ToString(),
    }.ToJsonString();

    private static string Json(SensorFaultEvent fault) => new JsonObject
    {
        ["at"] = At(fault.ObservedAt),
        ["sensor"] = fault.Sensor.Value,
        ["fault"] = fault.Fault.Kind.ToString(),
        ["detail"] = fault.Fault.Detail,
        ["remedy"] = fault.Fault.Remedy,
    }.ToJsonString();
}
