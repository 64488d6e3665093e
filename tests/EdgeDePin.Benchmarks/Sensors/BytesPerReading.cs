using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Weather.Bme280;

namespace EdgeDePin.Benchmarks.Sensors;

/// <summary>How much does a reading of an I2C driver allocate once it is warm, with real timers?</summary>
internal sealed class BytesPerReading : Figure
{
    private const int WarmUp = 50;
    private const int Samples = 200;

    public override string Name => "allocation";

    public override string What => "bytes allocated for each reading of a BME280 driver after 50 samples, waits on the real clock";

    public override string Unit => "B";

    public override Goal? Goal => Goal.AtMost(0.5);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        using var sensor = new Bme280Sensor(new SensorId("bme280"), new RecordedBme280(), TimeProvider.System);
        var buffer = new SampleBuffer();
        await SampleAsync(sensor, buffer, WarmUp, cancellationToken);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await SampleAsync(sensor, buffer, Samples, cancellationToken);
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (3.0 * Samples);
    }

    private static async Task SampleAsync(Bme280Sensor sensor, SampleBuffer buffer, int samples, CancellationToken cancellationToken)
    {
        for (int sample = 0; sample < samples; sample++)
        {
            if (await sensor.SampleAsync(buffer, cancellationToken) is { } fault)
            {
                throw new InvalidOperationException(fault.Detail);
            }
        }
    }
}
