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
    : ScdSensor(id, device, time, Measures, Protocol)
{
    public const byte DefaultI2cAddress = 0x62;

    private const double StopMilliseconds = 500;

    // One measurement takes five seconds; the clock of the chip may be slow by a tenth.
    private static readonly ScdProtocol Protocol = new(
        (ushort)Scd4xCommand.GetDataReady, (ushort)Scd4xCommand.ReadMeasurement, Words: 3, CommandMilliseconds: 1, PollMilliseconds: 250, MostPolls: 24);

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
        await WaitForAnswerAsync(cancellationToken);
        if (Receive(stackalloc ushort[3]) is { } fault)
        {
            return fault;
        }

        if (_hectopascals is { } hectopascals)
        {
            Send((ushort)Scd4xCommand.SetAmbientPressure, hectopascals);
            await WaitForAnswerAsync(cancellationToken);
        }

        Send((ushort)Scd4xCommand.StartPeriodicMeasurement);
        return null;
    }

    protected override bool IsReady(ushort answer) => Scd4xConversion.IsReady(answer);

    protected override void Convert(ReadOnlySpan<ushort> words, SampleBuffer into)
    {
        into.Add(Quantity.CarbonDioxide, words[0]);
        into.Add(Quantity.Temperature, Scd4xConversion.Celsius(words[1]));
        into.Add(Quantity.RelativeHumidity, Scd4xConversion.RelativeHumidity(words[2]));
    }
}
