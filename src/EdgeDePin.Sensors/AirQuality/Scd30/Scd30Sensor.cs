using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Sensirion;

namespace EdgeDePin.Sensors.AirQuality.Scd30;

/// <summary>Sensirion SCD30 over I2C: carbon dioxide, temperature and humidity every two seconds. See README.md beside this file.</summary>
public sealed class Scd30Sensor(SensorId id, I2cDevice device, TimeProvider time)
    : SensirionSensor(id, device, time, Measures)
{
    public const byte DefaultI2cAddress = 0x61;

    private const ushort IntervalSeconds = 2;
    private const ushort NoPressure = 0;

    // The interface description asks for 3 ms between a command and its answer.
    private const double CommandMilliseconds = 4;
    private const double PollMilliseconds = 100;
    private const int MostPolls = 30;

    public static ImmutableArray<Quantity> Measures { get; } =
        [Quantity.CarbonDioxide, Quantity.Temperature, Quantity.RelativeHumidity];

    public static ISensor Open(SensorPlace place) =>
        new Scd30Sensor(place.Id, place.I2c(DefaultI2cAddress, DefaultI2cAddress, DefaultI2cAddress), place.Time);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken)
    {
        Send((ushort)Scd30Command.ReadFirmwareVersion);
        await WaitAsync(CommandMilliseconds, cancellationToken);
        if (Receive(stackalloc ushort[1]) is { } fault)
        {
            return fault;
        }

        Send((ushort)Scd30Command.SetInterval, IntervalSeconds);
        await WaitAsync(CommandMilliseconds, cancellationToken);
        Send((ushort)Scd30Command.StartContinuousMeasurement, NoPressure);
        await WaitAsync(CommandMilliseconds, cancellationToken);
        return null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        // As with the SCD4x: what waits in the chip may be old, so the one after it is taken.
        (SensorFault? fault, bool ready) = await BecomesReadyAsync(0, cancellationToken);
        if (fault is not null)
        {
            return fault;
        }

        if (ready)
        {
            Send((ushort)Scd30Command.ReadMeasurement);
            await WaitAsync(CommandMilliseconds, cancellationToken);
            if (Receive(stackalloc ushort[6]) is { } old)
            {
                return old;
            }
        }

        (fault, ready) = await BecomesReadyAsync(MostPolls, cancellationToken);
        if (fault is not null || !ready)
        {
            return fault ?? NotReady("no measurement within three seconds");
        }

        Send((ushort)Scd30Command.ReadMeasurement);
        await WaitAsync(CommandMilliseconds, cancellationToken);
        Span<ushort> words = stackalloc ushort[6];
        fault = Receive(words);
        if (fault is null)
        {
            Scd30Conversion.Convert(words, into);
        }

        return fault;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(SensorFault? Fault, bool Ready)> BecomesReadyAsync(int polls, CancellationToken cancellationToken)
    {
        for (int poll = 0; ; poll++)
        {
            Send((ushort)Scd30Command.GetDataReady);
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
        ready = word[0] == 1;
        return fault;
    }
}
