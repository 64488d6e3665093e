using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Weather.Veml7700;

/// <summary>
/// Vishay VEML7700 over I2C: illuminance from 0.01 lx to some 140,000 lx, in the range of gain and time that fits. See README.md
/// beside this file.
/// </summary>
public sealed class Veml7700Sensor(SensorId id, I2cDevice device, TimeProvider time) : I2cSensor(id, device, time, Measures)
{
    public const byte DefaultI2cAddress = 0x10;
    public const byte ChipId = 0x81;

    private const ushort ShutDown = 1;

    // The chip needs 2.5 ms after being switched on, and its oscillator may be slow by a tenth.
    private const double WakeMilliseconds = 2.5;

    // Ranges differ by 8 at most, so that from the darkest to the brightest five measurements are enough.
    private const int MostRanges = 5;

    // Where the last sample was: light changes slowly, so the next one begins there. A setting, not a value.
    private int _range = 2;

    public static ImmutableArray<Quantity> Measures { get; } = [Quantity.Illuminance];

    public static ISensor Open(SensorPlace place) =>
        new Veml7700Sensor(place.Id, place.I2c(DefaultI2cAddress, DefaultI2cAddress, DefaultI2cAddress), place.Time);

    protected override ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken)
    {
        byte chip = (byte)Device.ReadLittleEndian((byte)Veml7700Register.Id);
        Device.WriteLittleEndian((byte)Veml7700Register.PowerSaving, 0);
        return ValueTask.FromResult(chip == ChipId ? null : WrongChip("chip id", chip, "0x81"));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        for (int tried = 1; ; tried++)
        {
            Veml7700Range range = Veml7700Range.All[_range];
            // Settings are changed while it is shut down; switching on begins a fresh integration.
            Device.WriteLittleEndian((byte)Veml7700Register.Configuration, (ushort)(range.Configuration | ShutDown));
            await WaitAsync(WakeMilliseconds, cancellationToken);
            Device.WriteLittleEndian((byte)Veml7700Register.Configuration, range.Configuration);
            await WaitAsync(WakeMilliseconds + (1.1 * range.Milliseconds), cancellationToken);
            if (Device.ReadLittleEndian((byte)Veml7700Register.Configuration) != range.Configuration)
            {
                return new SensorFault(FaultKind.NotReady, "the settings are not those that were set", "Check the supply voltage: the chip has restarted.");
            }

            ushort counts = Device.ReadLittleEndian((byte)Veml7700Register.Ambient);
            int better = counts > Veml7700Range.TooBright ? Math.Max(0, _range - 1)
                : counts < Veml7700Range.TooDark ? Math.Min(Veml7700Range.All.Length - 1, _range + 1)
                : _range;
            if (better == _range || tried == MostRanges)
            {
                into.Add(Quantity.Illuminance, Veml7700Conversion.Lux(counts, range.Gain, range.Milliseconds));
                return null;
            }

            _range = better;
        }
    }
}
