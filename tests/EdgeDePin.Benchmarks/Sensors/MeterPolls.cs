using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Simulation.Chips;

namespace EdgeDePin.Benchmarks.Sensors;

/// <summary>How many polls of an SDM630 (74 registers) are asked, answered and decoded over TCP, server in the same process?</summary>
internal sealed class MeterPolls : Figure
{
    private const int Connections = 4;
    private const int Polls = 10_000;

    public override string Name => "meter-polls";

    public override string What => "SDM630 over Modbus TCP, 74 registers a poll, 4 connections, simulated meter in the same process";

    public override string Unit => "polls/s";

    public override Goal? Goal => Goal.AtLeast(10_000);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using var server = new SimulatedModbusServer(new SimulatedSdm630((_, _) => 230, TimeProvider.System));
        ISensor[] sensors = [.. Enumerable.Range(0, Connections).Select(number => SensorCatalog.Open(
            new SensorOptions { Id = $"m{number}", Chip = "sdm630", Bus = $"tcp:127.0.0.1:{server.Port}" }, SensorBuses.Linux, TimeProvider.System))];
        await Task.WhenAll(sensors.Select(sensor => PollAsync(sensor, 1_000, cancellationToken)));
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(sensors.Select(sensor => PollAsync(sensor, Polls, cancellationToken)));
        double rate = Connections * Polls / Stopwatch.GetElapsedTime(start).TotalSeconds;
        Array.ForEach(sensors, sensor => sensor.Dispose());
        return rate;
    }

    private static async Task PollAsync(ISensor sensor, int polls, CancellationToken cancellationToken)
    {
        var buffer = new SampleBuffer();
        for (int poll = 0; poll < polls; poll++)
        {
            if (await sensor.SampleAsync(buffer, cancellationToken) is { } fault)
            {
                throw new InvalidOperationException(fault.Detail);
            }
        }
    }
}
