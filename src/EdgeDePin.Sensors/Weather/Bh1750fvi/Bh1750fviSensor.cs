using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Weather.Bh1750fvi;

/// <summary>Rohm BH1750FVI over I2C: illuminance up to 54,612 lx. See README.md beside this file.</summary>
public sealed class Bh1750fviSensor(SensorId id, I2cDevice device, TimeProvider time) : I2cSensor(id, device, time, Measures)
{
    /// <summary>ADDR to ground.</summary>
    public const byte DefaultI2cAddress = 0x23;

    /// <summary>ADDR to supply.</summary>
    public const byte SecondaryI2cAddress = 0x5C;

    private const byte PowerOn = 0x01;
    private const byte Reset = 0x07;
    private const byte OneTimeHighResolution = 0x20;

    // "Measurement time of H-resolution mode": at most 180 ms.
    private const double MeasureMilliseconds = 180;

    public static ImmutableArray<Quantity> Measures { get; } = [Quantity.Illuminance];

    public static ISensor Open(SensorPlace place)
    {
        int address = place.Options.Address ?? DefaultI2cAddress;
        return address is DefaultI2cAddress or SecondaryI2cAddress
            ? new Bh1750fviSensor(place.Id, place.I2c(DefaultI2cAddress, DefaultI2cAddress, SecondaryI2cAddress), place.Time)
            : throw new FormatException($"bh1750fvi on {place.Bus}: it has no address 0x{address:X2}; set Address to 0x23 or 0x5C.");
    }

    // It has no identity and no register that can be read back: that it acknowledges is all there is to know.
    protected override ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken)
    {
        Device.Write([PowerOn]);
        Device.Write([Reset]);
        return ValueTask.FromResult<SensorFault?>(null);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        // One-time modes power down afterwards, so each sample switches on again: a chip that restarted meanwhile is no matter.
        Device.Write([PowerOn]);
        Device.Write([OneTimeHighResolution]);
        await WaitAsync(MeasureMilliseconds, cancellationToken);
        Span<byte> bytes = stackalloc byte[2];
        Device.Read(bytes);
        into.Add(Quantity.Illuminance, Bh1750fviConversion.Lux(BinaryPrimitives.ReadUInt16BigEndian(bytes)));
        return null;
    }
}
