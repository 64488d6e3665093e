using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Quality;
using EdgeDePin.Sensors.Weather.Bme280;
using EdgeDePin.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Sensors;

/// <summary>How many readings pass from a chip's registers through driver and quality gate into the store, on one core?</summary>
internal sealed class ReadingsToStore : Figure
{
    private const int Sensors = 50;
    private const int Samples = 2_000;
    private const int BatchPoints = 1_000;

    public override string Name => "readings";

    public override string What => "BME280 registers → driver → quality → `Store.Append` (batches of 1,000, durable), process held to one core";

    public override string Unit => "readings/s";

    public override Goal? Goal => Goal.AtLeast(12_000);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Holding a process to one core is measured on Linux.");
        }

        using var process = Process.GetCurrentProcess();
        nint cores = process.ProcessorAffinity;
        process.ProcessorAffinity = 1;
        try
        {
            return await OnOneCoreAsync(bench.FreshPath("store"), cancellationToken);
        }
        finally
        {
            process.ProcessorAffinity = cores;
        }
    }

    private static async Task<double> OnOneCoreAsync(string folder, CancellationToken cancellationToken)
    {
        var time = new NoWaitTime();
        Bme280Sensor[] sensors = [.. Enumerable.Range(0, Sensors).Select(number => new Bme280Sensor(new SensorId($"bme280-{number}"), new RecordedBme280(), time))];
        Tag[][] tags = [.. sensors.Select(sensor => (Tag[])[new Tag("node", "bench"), new Tag("sensor", sensor.Id.Value), new Tag("site", "bench")])];
        var gate = new QualityGate();
        var buffer = new SampleBuffer();
        var batch = new List<Point>(BatchPoints);
        using Store store = Store.Open(new StoreOptions { Folder = folder, MemoryLimitMegabytes = 128 }, TimeProvider.System, NullLogger.Instance);
        long readings = 0, start = Stopwatch.GetTimestamp();
        for (int sample = 0; sample < Samples; sample++)
        {
            DateTimeOffset at = DateTimeOffset.UnixEpoch.AddSeconds(sample);
            for (int number = 0; number < Sensors; number++)
            {
                _ = await sensors[number].SampleAsync(buffer, cancellationToken) is { } fault
                    ? throw new InvalidOperationException(fault.Detail) : 0;
                foreach (Model.Measurement one in buffer.Measurements)
                {
                    gate.Judge(sensors[number].Id, one.Quantity, one.Value, at);
                }

                batch.Add(new Point("weather", tags[number], Fields(buffer), Point.InstantOf(at)));
                readings += buffer.Count;
                if (batch.Count == BatchPoints)
                {
                    store.Append(batch);
                    batch.Clear();
                }
            }
        }

        return readings / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Field[] Fields(SampleBuffer buffer)
    {
        var fields = new Field[buffer.Count];
        for (int i = 0; i < fields.Length; i++)
        {
            fields[i] = new Field(buffer.Measurements[i].Quantity.Field, buffer.Measurements[i].Value);
        }

        return fields;
    }
}
