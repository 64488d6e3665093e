using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Grid.Ina226;

/// <summary>
/// TI INA226 over I2C: voltage, current and power of a battery, a panel or a node, up to 36 V. See README.md beside this file.
/// </summary>
public sealed class Ina226Sensor : I2cSensor
{
    /// <summary>A0 and A1 to ground; other wirings give 0x41 to 0x4F.</summary>
    public const byte DefaultI2cAddress = 0x40;

    public const byte HighestI2cAddress = 0x4F;

    /// <summary>The resistor on the usual boards.</summary>
    public const double DefaultShuntOhms = 0.1;

    private const double MostShuntVolts = 0.08192;
    private const ushort Manufacturer = 0x5449;
    private const ushort Die = 0x2260;
    private const ushort Ready = 1 << 3;
    private const ushort Overflow = 1 << 2;

    // 16 averages of 1.1 ms (at most 1.21 ms) in each of two channels.
    private const double ConversionMilliseconds = 38.8;
    private const int MostPolls = 4;

    private readonly double _lsb;
    private readonly ushort _calibration;

    /// <param name="maxAmperes">The largest current; default what 81.92 mV across the shunt allow.</param>
    public Ina226Sensor(SensorId id, I2cDevice device, TimeProvider time, double shuntOhms = DefaultShuntOhms, double? maxAmperes = null)
        : base(id, device, time, Measures)
    {
        _lsb = (maxAmperes ?? (MostShuntVolts / shuntOhms)) / 32_768;
        _calibration = Ina226Conversion.Calibration(_lsb, shuntOhms);
    }

    public static ImmutableArray<Quantity> Measures { get; } = [Quantity.Voltage, Quantity.Current, Quantity.Power];

    public static ISensor Open(SensorPlace place) => new Ina226Sensor(
        place.Id, place.I2c(DefaultI2cAddress, DefaultI2cAddress, HighestI2cAddress), place.Time,
        place.Options.ShuntOhms ?? DefaultShuntOhms, place.Options.MaxAmperes);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken)
    {
        ushort maker = Device.ReadBigEndian((byte)Ina226Register.ManufacturerId);
        ushort die = Device.ReadBigEndian((byte)Ina226Register.DieId);
        if (maker != Manufacturer || die != Die)
        {
            return WrongChip("maker and die", (maker << 16) | die, "0x54492260");
        }

        Device.WriteBigEndian((byte)Ina226Register.Configuration, 0x8000);
        await WaitAsync(1, cancellationToken);
        return null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        // Calibration and mode are written each time: after a brown-out the chip would measure with neither.
        Device.WriteBigEndian((byte)Ina226Register.Calibration, _calibration);
        Device.WriteBigEndian((byte)Ina226Register.Configuration, Ina226Conversion.Configuration);
        ushort flags = 0;
        for (int poll = 0; poll < MostPolls && (flags & Ready) == 0; poll++)
        {
            await WaitAsync(ConversionMilliseconds, cancellationToken);
            flags = Device.ReadBigEndian((byte)Ina226Register.MaskEnable);
        }

        if ((flags & (Ready | Overflow)) != Ready || Device.ReadBigEndian((byte)Ina226Register.Calibration) != _calibration)
        {
            return (flags & Overflow) != 0
                ? new SensorFault(FaultKind.NotReady, "the current is beyond what was calibrated", "Raise MaxAmperes or use a smaller shunt.")
                : new SensorFault(FaultKind.NotReady, "no conversion, or its calibration is gone", "Check the supply voltage: the chip has restarted.");
        }

        double amperes = Ina226Conversion.Amperes(Device.ReadBigEndian((byte)Ina226Register.Current), _lsb);
        into.Add(Quantity.Voltage, Ina226Conversion.BusVolts(Device.ReadBigEndian((byte)Ina226Register.BusVoltage)));
        into.Add(Quantity.Current, amperes);
        into.Add(Quantity.Power, Math.CopySign(Ina226Conversion.Watts(Device.ReadBigEndian((byte)Ina226Register.Power), _lsb), amperes));
        return null;
    }
}
