using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Sensors.Weather.Ads1115;

namespace EdgeDePin.Sensors.Weather.WindVane;

/// <summary>A resistive wind vane at one input of an ADS1115. See README.md beside this file.</summary>
public sealed class WindVaneSensor : I2cSensor
{
    private readonly ReusableDelay _delay;
    private readonly Ads1115Converter _converter;
    private readonly int _channel;

    /// <param name="channel">Input of the converter, 0 to 3.</param>
    public WindVaneSensor(SensorId id, I2cDevice device, TimeProvider time, int channel = 0)
        : base(id, device, time, Measures)
    {
        _delay = new ReusableDelay(time);
        _converter = new Ads1115Converter(device, _delay);
        _channel = channel;
    }

    public static ImmutableArray<Quantity> Measures { get; } = [Quantity.WindDirection];

    public static ISensor Open(SensorPlace place) => new WindVaneSensor(
        place.Id,
        place.I2c(Ads1115Sensor.DefaultI2cAddress, Ads1115Sensor.DefaultI2cAddress, Ads1115Sensor.HighestI2cAddress),
        place.Time,
        place.Options.Channel);

    protected override ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<SensorFault?>(null);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        if (await _converter.ConvertAsync(_channel, cancellationToken) is { } fault)
        {
            return fault;
        }

        if (WindVaneConversion.Degrees(_converter.Code) is not { } degrees)
        {
            return new SensorFault(
                FaultKind.Corrupted, $"{Ads1115Conversion.Volts(_converter.Code):0.000} V is no position of the vane",
                "Check the wires to the vane and the resistor of 10 kΩ to 3.3 V; a broken wire reads 3.3 V, a short 0 V.");
        }

        into.Add(Quantity.WindDirection, degrees);
        return null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _delay.Dispose();
        }

        base.Dispose(disposing);
    }
}
