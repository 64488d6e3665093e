using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Sensirion;

namespace EdgeDePin.Sensors.AirQuality.Sgp40;

/// <summary>
/// Sensirion SGP40 over I2C: the raw signal of volatile organic compounds, and the VOC index once a second has been sampled
/// for a minute. See README.md beside this file.
/// </summary>
public sealed class Sgp40Sensor(SensorId id, I2cDevice device, TimeProvider time)
    : SensirionSensor(id, device, time, Measures)
{
    public const byte DefaultI2cAddress = 0x59;

    private const double MeasureMilliseconds = 30;
    private const double SelfTestMilliseconds = 320;
    private const ushort AllTestsPassed = 0xD400;

    // Ticks of 50 %RH and 25 °C: what the datasheet says to send when nobody measures them.
    private const ushort HumidityTicks = 0x8000;
    private const ushort TemperatureTicks = 0x6666;

    private readonly VocIndex _index = new();
    private long _sampled = long.MinValue;

    public static ImmutableArray<Quantity> Measures { get; } = [Quantity.VocRaw, Quantity.VocIndex];

    public static ISensor Open(SensorPlace place) =>
        new Sgp40Sensor(place.Id, place.I2c(DefaultI2cAddress, DefaultI2cAddress, DefaultI2cAddress), place.Time);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken)
    {
        Send((ushort)Sgp40Command.ExecuteSelfTest);
        await WaitAsync(SelfTestMilliseconds, cancellationToken);
        SensorFault? fault = Word(out ushort result);
        return fault ?? (result == AllTestsPassed ? null : WrongChip("self-test", result, "0xD400"));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        Send((ushort)Sgp40Command.MeasureRawSignal, HumidityTicks, TemperatureTicks);
        await WaitAsync(MeasureMilliseconds, cancellationToken);
        SensorFault? fault = Word(out ushort raw);
        if (fault is null)
        {
            into.Add(Quantity.VocRaw, raw);
            into.Add(Quantity.VocIndex, Index(raw));
        }

        return fault;
    }

    // The algorithm counts samples as seconds, so after a gap it is given the time that has passed.
    private double Index(ushort raw)
    {
        long now = Time.GetTimestamp();
        TimeSpan passed = _sampled == long.MinValue ? VocIndex.Interval : Time.GetElapsedTime(_sampled, now);
        if (passed > VocIndex.LongestGap)
        {
            _index.Reset();
        }

        int steps = Math.Max(1, (int)Math.Round(passed / VocIndex.Interval));
        double index = 0;
        for (int step = 0; step < Math.Min(steps, VocIndex.LongestGap.TotalSeconds); step++)
        {
            index = _index.Next(raw);
        }

        _sampled = now;
        return index;
    }

    private SensorFault? Word(out ushort word)
    {
        Span<ushort> words = stackalloc ushort[1];
        SensorFault? fault = Receive(words);
        word = words[0];
        return fault;
    }
}
