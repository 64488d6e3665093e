using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Grid.Ina219;

/// <summary>
/// TI INA219 over I2C: voltage, current and power of a battery, a panel or a node, up to 26 V. See README.md beside this file.
/// </summary>
public sealed class Ina219Sensor : I2cSensor
{
    /// <summary>A0 and A1 to ground; other wirings give 0x41 to 0x4F.</summary>
    public const byte DefaultI2cAddress = 0x40;

    public const byte HighestI2cAddress = 0x4F;

    /// <summary>The resistor on the usual boards.</summary>
    public const double DefaultShuntOhms = 0.1;

    private const double MostShuntVolts = 0.32;
    private const int SamplesLog2 = 4;
    private const ushort Ready = 0b10;
    private const ushort Overflow = 0b01;

    // 16 samples of 532 µs in each channel: 8.51 ms each at most 586 µs × 16.
    private const double ConversionMilliseconds = 18.8;
    private const int MostPolls = 4;

    private readonly ushort _configuration = Ina219Conversion.Configuration(
        Ina219Conversion.Averaged(SamplesLog2), Ina219Conversion.Averaged(SamplesLog2));
    private readonly double _lsb;
    private readonly ushort _calibration;

    /// <param name="maxAmperes">The largest current; default what 320 mV across the shunt allow.</param>
    public Ina219Sensor(SensorId id, I2cDevice device, TimeProvider time, double shuntOhms = DefaultShuntOhms, double? maxAmperes = null)
        : base(id, device, time, Measures)
    {
        _lsb = (maxAmperes ?? (MostShuntVolts / shuntOhms)) / 32_768;
        _calibration = Ina219Conversion.Calibration(_lsb, shuntOhms);
    }

    public static ImmutableArray<Quantity> Measures { get; } = [Quantity.Voltage, Quantity.Current, Quantity.Power];

    public static ISensor Open(SensorPlace place) => new Ina219Sensor(
        place.Id, place.I2c(DefaultI2cAddress, DefaultI2cAddress, HighestI2cAddress), place.Time,
        place.Options.ShuntOhms ?? DefaultShuntOhms, place.Options.MaxAmperes);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken)
    {
        Device.WriteBigEndian((byte)Ina219Register.Configuration, 0x8000);
        await WaitAsync(1, cancellationToken);
        ushort seen = Device.ReadBigEndian((byte)Ina219Register.Configuration);
        return seen == Ina219Conversion.PowerOn ? null : WrongChip("configuration after a reset", seen, "0x399F");
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        // Reading the power clears "ready"; the calibration is written each time, because without it the current reads 0.
        Device.ReadBigEndian((byte)Ina219Register.Power);
        Device.WriteBigEndian((byte)Ina219Register.Calibration, _calibration);
        Device.WriteBigEndian((byte)Ina219Register.Configuration, _configuration);
        ushort bus = 0;
        for (int poll = 0; poll < MostPolls && (bus & Ready) == 0; poll++)
        {
            await WaitAsync(ConversionMilliseconds, cancellationToken);
            bus = Device.ReadBigEndian((byte)Ina219Register.BusVoltage);
        }

        if ((bus & (Ready | Overflow)) != Ready || Device.ReadBigEndian((byte)Ina219Register.Calibration) != (_calibration & 0xFFFE))
        {
            return (bus & Overflow) != 0
                ? new SensorFault(FaultKind.NotReady, "the current is beyond what was calibrated", "Raise MaxAmperes or use a smaller shunt.")
                : new SensorFault(FaultKind.NotReady, "no conversion, or its calibration is gone", "Check the supply voltage: the chip has restarted.");
        }

        double amperes = Ina219Conversion.Amperes(Device.ReadBigEndian((byte)Ina219Register.Current), _lsb);
        double watts = Ina219Conversion.Watts(Device.ReadBigEndian((byte)Ina219Register.Power), _lsb);
        into.Add(Quantity.Voltage, Ina219Conversion.BusVolts(bus));
        into.Add(Quantity.Current, amperes);
        into.Add(Quantity.Power, Math.CopySign(watts, amperes));
        return null;
    }
}
