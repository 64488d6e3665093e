using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Sensirion;

namespace EdgeDePin.Sensors.AirQuality.Scd4x;

/// <summary>
/// Sensirion SCD40, SCD41 over I2C: carbon dioxide, temperature and humidity, a new measurement every five seconds. See
/// README.md beside this file.
/// </summary>
public sealed class Scd4xSensor(SensorId id, I2cDevice device, TimeProvider time)
    : SensirionSensor(id, device, time, Measures)
{
    public const byte DefaultI2cAddress = 0x62;

    private const double StopMilliseconds = 500;
    private const double CommandMilliseconds = 1;
    private const double PollMilliseconds = 250;

    // One measurement takes five seconds; the clock of the chip may be slow by a tenth.
    private const int MostPolls = 24;

    private ushort? _hectopascals;

    public static ImmutableArray<Quantity> Measures { get; } =
        [Quantity.CarbonDioxide, Quantity.Temperature, Quantity.RelativeHumidity];

    public static ISensor Open(SensorPlace place) =>
        new Scd4xSensor(place.Id, place.I2c(DefaultI2cAddress, DefaultI2cAddress, DefaultI2cAddress), place.Time);

    /// <summary>
    /// Tells the chip the air pressure around it, which it needs above sea level: without it 100 hPa are about 10 % of its
    /// reading. It is told again whenever the chip is set up.
    /// </summary>
    /// <param name="pascals">70,000 to 120,000.</param>
    public void SetAmbientPressure(double pascals)
    {
        ushort hectopascals = Scd4xConversion.AmbientPressure(pascals);
        _hectopascals = hectopascals;
        Send((ushort)Scd4xCommand.SetAmbientPressure, hectopascals);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken)
    {
        // A chip that measures since an earlier process answers to nothing but this.
        Send((ushort)Scd4xCommand.StopPeriodicMeasurement);
        await WaitAsync(StopMilliseconds, cancellationToken);
        Send((ushort)Scd4xCommand.GetSerialNumber);
        await WaitAsync(CommandMilliseconds, cancellationToken);
        if (Receive(stackalloc ushort[3]) is { } fault)
        {
            return fault;
        }

        if (_hectopascals is { } hectopascals)
        {
            Send((ushort)Scd4xCommand.SetAmbientPressure, hectopascals);
            await WaitAsync(CommandMilliseconds, cancellationToken);
        }

        Send((ushort)Scd4xCommand.StartPeriodicMeasurement);
        return null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        // What waits in the chip may be as old as our own period: it is thrown away, and the next one is waited for.
        (SensorFault? fault, bool ready) = await BecomesReadyAsync(0, cancellationToken);
        if (fault is not null)
        {
            return fault;
        }

        if (ready)
        {
            Send((ushort)Scd4xCommand.ReadMeasurement);
            await WaitAsync(CommandMilliseconds, cancellationToken);
            if (Receive(stackalloc ushort[3]) is { } old)
            {
                return old;
            }
        }

        (fault, ready) = await BecomesReadyAsync(MostPolls, cancellationToken);
        if (fault is not null || !ready)
        {
            return fault ?? NotReady("no measurement within six seconds");
        }

        Send((ushort)Scd4xCommand.ReadMeasurement);
        await WaitAsync(CommandMilliseconds, cancellationToken);
        Span<ushort> words = stackalloc ushort[3];
        fault = Receive(words);
        if (fault is null)
        {
            into.Add(Quantity.CarbonDioxide, words[0]);
            into.Add(Quantity.Temperature, Scd4xConversion.Celsius(words[1]));
            into.Add(Quantity.RelativeHumidity, Scd4xConversion.RelativeHumidity(words[2]));
        }

        return fault;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(SensorFault? Fault, bool Ready)> BecomesReadyAsync(int polls, CancellationToken cancellationToken)
    {
        for (int poll = 0; ; poll++)
        {
            Send((ushort)Scd4xCommand.GetDataReady);
            await WaitAsync(CommandMilliseconds, cancellationToken);
            SensorFault? fault = Ready(out bool ready);
            if (fault is not null || ready || poll >= polls)
            {
                return (fault, ready);
            }

            await WaitAsync(PollMilliseconds, cancellationToken);
        }
    }

    private SensorFault? Ready(out bool ready)
    {
        Span<ushort> word = stackalloc ushort[1];
        SensorFault? fault = Receive(word);
        ready = Scd4xConversion.IsReady(word[0]);
        return fault;
    }
}
