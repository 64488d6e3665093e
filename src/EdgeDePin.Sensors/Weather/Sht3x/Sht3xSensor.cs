using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Sensirion;

namespace EdgeDePin.Sensors.Weather.Sht3x;

/// <summary>Sensirion SHT30, SHT31, SHT35 over I2C: temperature and relative humidity. See README.md beside this file.</summary>
public sealed class Sht3xSensor(SensorId id, I2cDevice device, TimeProvider time)
    : SensirionSensor(id, device, time, Measures)
{
    /// <summary>ADDR to ground.</summary>
    public const byte DefaultI2cAddress = 0x44;

    /// <summary>ADDR to supply.</summary>
    public const byte SecondaryI2cAddress = 0x45;

    // Table 4: 15.5 ms at most at high repeatability; 1.5 ms after a reset.
    private const double MeasureMilliseconds = 15.5;
    private const double ResetMilliseconds = 1.5;

    /// <summary>Bit 4 of the status: a reset was seen since it was cleared. After our own we clear it, so a set bit is a brown-out.</summary>
    private const ushort ResetDetected = 0x0010;

    public static ImmutableArray<Quantity> Measures { get; } = [Quantity.Temperature, Quantity.RelativeHumidity];

    public static ISensor Open(SensorPlace place) =>
        new Sht3xSensor(place.Id, place.I2c(DefaultI2cAddress, DefaultI2cAddress, SecondaryI2cAddress), place.Time);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken)
    {
        Send((ushort)Sht3xCommand.SoftReset);
        await WaitAsync(ResetMilliseconds, cancellationToken);
        Send((ushort)Sht3xCommand.ClearStatus);
        await WaitAsync(1, cancellationToken);
        SensorFault? fault = Status(out ushort status);
        return fault ?? ((status & ResetDetected) == 0 ? null : WrongChip("status", status, "bit 4 cleared"));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        Send((ushort)Sht3xCommand.MeasureHighNoStretch);
        await WaitAsync(MeasureMilliseconds, cancellationToken);
        Span<ushort> words = stackalloc ushort[2];
        SensorFault? fault = Receive(words);
        if (fault is not null)
        {
            return fault;
        }

        into.Add(Quantity.Temperature, Sht3xConversion.Celsius(words[0]));
        into.Add(Quantity.RelativeHumidity, Sht3xConversion.RelativeHumidity(words[1]));
        return null;
    }

    private SensorFault? Status(out ushort status)
    {
        Span<ushort> word = stackalloc ushort[1];
        Send((ushort)Sht3xCommand.ReadStatus);
        SensorFault? fault = Receive(word);
        status = word[0];
        return fault;
    }
}
