using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Sensirion;

namespace EdgeDePin.Sensors.Weather.Sht4x;

/// <summary>Sensirion SHT40, SHT41, SHT45 over I2C: temperature and relative humidity. See README.md beside this file.</summary>
public sealed class Sht4xSensor(SensorId id, I2cDevice device, TimeProvider time)
    : SensirionSensor(id, device, time, Measures)
{
    /// <summary>SHT4x-A; -B is 0x45, -C is 0x46.</summary>
    public const byte DefaultI2cAddress = 0x44;

    public const byte HighestI2cAddress = 0x46;

    // Table 5: 8.3 ms at most for a measurement, 1 ms after a reset.
    private const double MeasureMilliseconds = 8.4;
    private const double ResetMilliseconds = 1.1;

    public static ImmutableArray<Quantity> Measures { get; } = [Quantity.Temperature, Quantity.RelativeHumidity];

    public static ISensor Open(SensorPlace place) =>
        new Sht4xSensor(place.Id, place.I2c(DefaultI2cAddress, DefaultI2cAddress, HighestI2cAddress), place.Time);

    // The chip has no identity register; a serial number with right checksums is as near as it comes.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken)
    {
        Device.Write([(byte)Sht4xCommand.SoftReset]);
        await WaitAsync(ResetMilliseconds, cancellationToken);
        Device.Write([(byte)Sht4xCommand.ReadSerialNumber]);
        await WaitAsync(ResetMilliseconds, cancellationToken);
        return Receive(stackalloc ushort[2]);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        Device.Write([(byte)Sht4xCommand.MeasureHighPrecision]);
        await WaitAsync(MeasureMilliseconds, cancellationToken);
        Span<ushort> words = stackalloc ushort[2];
        SensorFault? fault = Receive(words);
        if (fault is null)
        {
            into.Add(Quantity.Temperature, Sht4xConversion.Celsius(words[0]));
            into.Add(Quantity.RelativeHumidity, Sht4xConversion.RelativeHumidity(words[1]));
        }

        return fault;
    }
}
