using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Replay;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Cli.Demo;

/// <summary>What the nodes of a demo sense: node-1 the series to replay, if there are any, and everyone else the scenario.</summary>
internal sealed class DemoSensors
{
    /// <summary>Of each question on a simulated bus: a fault every few minutes, as on a windy pole.</summary>
    private const double FaultProbability = 0.001;

    // Fast enough that a forecaster has something to be judged by within seconds; a real station asks more seldom.
    private static readonly SensorOptions[] Station =
    [
        new() { Chip = "bme280", Bus = SimulatedSite.Bus, PeriodMilliseconds = 100 },
        new() { Chip = "sds011", Bus = SimulatedSite.Bus, PeriodMilliseconds = 1_000 },
        new() { Chip = "sdm630", Bus = SimulatedSite.Bus, PeriodMilliseconds = 500 },
    ];

    private readonly DemoOptions _options;
    private readonly IReadOnlyList<ReplaySeries> _series;

    private DemoSensors(DemoOptions options, IReadOnlyList<ReplaySeries> series) => (_options, _series) = (options, series);

    public bool Replays => _series.Count > 0;

    /// <summary>Reads and checks every series before anything starts.</summary>
    /// <exception cref="CommandFailure">A file is missing, or a line of it malformed; the message names file, line and value.</exception>
    public static DemoSensors Open(DemoOptions options)
    {
        try
        {
            ReplaySeries[] series = [.. options.Replay.Select(file => ReplaySeries.Open(file, options.ReplaySpan?.From, options.ReplaySpan?.Until))];
            Array.ForEach(series, Complain);
            return new DemoSensors(options, series);
        }
        catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"--replay: {error.Message}", error);
        }
    }

    private static void Complain(ReplaySeries series)
    {
        if (series.BadLines + series.BadValues > 0)
        {
            Console.Error.WriteLine($"--replay: {series.Path}: {series.BadLines} lines and {series.BadValues} values beside them are left out:");
            foreach (string complaint in series.Complaints)
            {
                Console.Error.WriteLine($"  {complaint}");
            }
        }
    }

    /// <param name="number">Of the node, from 1.</param>
    public IReadOnlyList<ScheduledSensor> Of(int number, string node, TimeProvider time)
    {
        if (number == 1 && Replays)
        {
            var accelerated = new AcceleratedTime(time, _series.Min(series => series.First), _options.Speed);
            return ReplayedSensors.Of(_series, accelerated, _options.Seed);
        }

        return [.. Station.Select(options => ScheduledSensor.Every(
            options.Period, SimulatedSite.Open(options, _options.Seed, node, time, FaultProbability), time))];
    }
}
