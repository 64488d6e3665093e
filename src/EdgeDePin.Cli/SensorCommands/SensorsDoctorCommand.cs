using System.CommandLine;
using System.Diagnostics;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Quality;

namespace EdgeDePin.Cli.SensorCommands;

/// <summary><c>edgedepin sensors doctor</c>: asks every configured sensor several times and says what is wrong with it.</summary>
internal static class SensorsDoctorCommand
{
    private const int Questions = 5;

    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "A node's configuration.", HelpName = "FILE", Required = true };
        var command = new ExplainedCommand("doctor",
            "Asks every sensor of a configuration five times: how many answers, how fast, what is wrong and what to do.",
            """
            Examples:
              edgedepin sensors doctor --config node.json

            Exit codes: 0 all sensors are well, 1 one is not, 2 the configuration is wrong, 3 a bus does not exist.
            """)
        { config };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using ConfiguredSensors sensors = ConfiguredSensors.Open(parsed.GetValue(config)!, TimeProvider.System);
            Task<(string Text, bool IsWell)>[] examined =
                [.. sensors.All.Select(one => Task.Run(() => ExamineAsync(one.Sensor, one.Options, cancellationToken), cancellationToken))];
            bool allWell = true;
            foreach (Task<(string Text, bool IsWell)> one in examined)
            {
                (string text, bool isWell) = await one;
                Console.WriteLine(text);
                allWell &= isWell;
            }

            return allWell ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }

    private static async Task<(string Text, bool IsWell)> ExamineAsync(ISensor sensor, SensorOptions options, CancellationToken cancellationToken)
    {
        var buffer = new SampleBuffer();
        var gate = new QualityGate();
        int answers = 0;
        string complaint = "";
        long started = Stopwatch.GetTimestamp();
        for (int asked = 0; asked < Questions; asked++)
        {
            SensorFault? fault = await sensor.SampleAsync(buffer, cancellationToken);
            answers += fault is null ? 1 : 0;
            complaint = fault is not null ? $"{fault.Kind}: {fault.Detail}. {fault.Remedy}" : Complain(gate, sensor, buffer) ?? complaint;
        }

        double milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds / Questions;
        bool isWell = answers == Questions && complaint.Length == 0;
        return ($"{(isWell ? "well" : "ILL "),-5} {sensor.Id,-16} {options.Chip,-14} {options.Bus,-24} {answers} of {Questions} answers, {milliseconds:0} ms each. {complaint}".TrimEnd(), isWell);
    }

    private static string? Complain(QualityGate gate, ISensor sensor, SampleBuffer buffer)
    {
        foreach (Measurement one in buffer.Measurements)
        {
            ReadingQuality quality = gate.Judge(sensor.Id, one.Quantity, one.Value, TimeProvider.System.GetUtcNow());
            if (!quality.IsGood)
            {
                return $"{one.Quantity} = {one.Value:0.###} {one.Quantity.Unit} is {quality}";
            }
        }

        return null;
    }
}
