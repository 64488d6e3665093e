using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Sensirion;

namespace EdgeDePin.Sensors.AirQuality.Scd30;

/// <summary>Sensirion SCD30 over I2C: carbon dioxide, temperature and humidity every two seconds. See README.md beside this file.</summary>
public sealed class Scd30Sensor(SensorId id, I2cDevice device, TimeProvider time)
    : ScdSensor(id, device, time, Measures, Protocol)
{
    public const byte DefaultI2cAddress = 0x61;

    private const ushort IntervalSeconds = 2;
    private const ushort NoPressure = 0;

    // The interface description asks for 3 ms between a command and its answer.
    private static readonly ScdProtocol Protocol = new(
        (ushort)Scd30Command.GetDataReady, (ushort)Scd30Command.ReadMeasurement, Words: 6, CommandMilliseconds: 4, PollMilliseconds: 100, MostPolls: 30);

    public static ImmutableArray<Quantity> Measures { get; } =
        [Quantity.CarbonDioxide, Quantity.Temperature, Quantity.RelativeHumidity];

    public static ISensor Open(SensorPlace place) =>
        new Scd30Sensor(place.Id, place.I2c(DefaultI2cAddress, DefaultI2cAddress, DefaultI2cAddress), place.Time);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken)
    {
        Send((ushort)Scd30Command.ReadFirmwareVersion);
        await WaitForAnswerAsync(cancellationToken);
        if (Receive(stackalloc ushort[1]) is { } fault)
        {
            return fault;
        }

        Send((ushort)Scd30Command.SetInterval, IntervalSeconds);
        await WaitForAnswerAsync(cancellationToken);
        Send((ushort)Scd30Command.StartContinuousMeasurement, NoPressure);
        await WaitForAnswerAsync(cancellationToken);
        return null;
    }

    protected override bool IsReady(ushort answer) => answer == 1;

    protected override void Convert(ReadOnlySpan<ushort> words, SampleBuffer into) => Scd30Conversion.Convert(words, into);
}
