using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Weather.Ads1115;

/// <summary>TI ADS1115 over I2C: the voltages at its four inputs against ground, -0.3 to 4.096 V. See README.md beside this file.</summary>
public sealed class Ads1115Sensor : I2cSensor
{
    /// <summary>ADDR to ground; to supply, SDA and SCL it is 0x49, 0x4A and 0x4B.</summary>
    public const byte DefaultI2cAddress = 0x48;

    public const byte HighestI2cAddress = 0x4B;

    private readonly ReusableDelay _delay;
    private readonly Ads1115Converter _converter;

    public Ads1115Sensor(SensorId id, I2cDevice device, TimeProvider time)
        : base(id, device, time, Measures)
    {
        _delay = new ReusableDelay(time);
        _converter = new Ads1115Converter(device, _delay);
    }

    public static ImmutableArray<Quantity> Measures { get; } =
        [Quantity.Analog0, Quantity.Analog1, Quantity.Analog2, Quantity.Analog3];

    public static ISensor Open(SensorPlace place) =>
        new Ads1115Sensor(place.Id, place.I2c(DefaultI2cAddress, DefaultI2cAddress, HighestI2cAddress), place.Time);

    // Each conversion sets everything and reads it back: there is nothing that a restart could lose unseen.
    protected override ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<SensorFault?>(null);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        for (int channel = 0; channel < Measures.Length; channel++)
        {
            if (await _converter.ConvertAsync(channel, cancellationToken) is { } fault)
            {
                return fault;
            }

            into.Add(Measures[channel], Ads1115Conversion.Volts(_converter.Code));
        }

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
