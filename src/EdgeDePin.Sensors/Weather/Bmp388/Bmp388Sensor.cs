using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Weather.Bmp388;

/// <summary>Bosch BMP388 or BMP390 over I2C: temperature and pressure in forced mode. See README.md beside this file.</summary>
public sealed class Bmp388Sensor : I2cSensor
{
    /// <summary>SDO to ground.</summary>
    public const byte DefaultI2cAddress = 0x76;

    /// <summary>SDO to supply.</summary>
    public const byte SecondaryI2cAddress = 0x77;

    public const byte ChipId = 0x50;
    public const byte Bmp390ChipId = 0x60;

    private const byte SoftReset = 0xB6;
    private const byte ForcedBothChannels = 0b01_0011;
    private const byte EightTimesAndOnce = 0b000_011;
    private const byte BothReady = 0b0110_0000;
    private const byte PowerOnSeen = 0b1;

    // Section 3.9.2: 234 + (392 + 8 × 2020) + (163 + 1 × 2020) µs.
    private const double ConversionMilliseconds = 19;
    private const int MostPolls = 5;

    private readonly byte _chipId;
    private readonly byte[] _data = new byte[6];
    private Bmp388Calibration? _trim;

    public Bmp388Sensor(SensorId id, I2cDevice device, TimeProvider time, byte chipId = ChipId)
        : base(id, device, time, Measures) => _chipId = chipId;

    public static ImmutableArray<Quantity> Measures { get; } = [Quantity.Temperature, Quantity.Pressure];

    public static ISensor Open(SensorPlace place) => Open(place, ChipId);

    public static ISensor OpenBmp390(SensorPlace place) => Open(place, Bmp390ChipId);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken)
    {
        byte id = Read(Bmp388Register.Id);
        if (id != _chipId)
        {
            return WrongChip("chip id", id, $"0x{_chipId:X2} (0x50 is a BMP388, 0x60 a BMP390)");
        }

        Device.Write([(byte)Bmp388Register.Command, SoftReset]);
        await WaitAsync(3, cancellationToken);
        byte[] trim = new byte[Bmp388Calibration.Length];
        Device.WriteRead([(byte)Bmp388Register.Calibration], trim);
        if (Bmp388Calibration.IsBlank(trim))
        {
            return new SensorFault(FaultKind.Corrupted, "the calibration reads blank", "Check the supply voltage; a chip without calibration must be replaced.");
        }

        _trim = Bmp388Calibration.Decode(trim);
        Device.Write([(byte)Bmp388Register.Oversampling, EightTimesAndOnce]);
        Read(Bmp388Register.Event);   // clears the sign of our own reset: another one is a brown-out
        return null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        Device.Write([(byte)Bmp388Register.PowerControl, ForcedBothChannels]);
        for (int poll = 0; poll < MostPolls; poll++)
        {
            await WaitAsync(ConversionMilliseconds, cancellationToken);
            if ((Read(Bmp388Register.Status) & BothReady) == BothReady)
            {
                return Take(into);
            }
        }

        return new SensorFault(FaultKind.NotReady, "no conversion within 95 ms", "Check the supply voltage (1.65 to 3.6 V) and its decoupling.");
    }

    private SensorFault? Take(SampleBuffer into)
    {
        if ((Read(Bmp388Register.Event) & PowerOnSeen) != 0)
        {
            return new SensorFault(FaultKind.NotReady, "the chip has restarted", "Check the supply voltage: it dropped.");
        }

        Device.WriteRead([(byte)Bmp388Register.Data], _data);
        double celsius = Bmp388Compensation.Celsius(_data[3] | (_data[4] << 8) | (_data[5] << 16), _trim!);
        double pascals = Bmp388Compensation.Pascals(_data[0] | (_data[1] << 8) | (_data[2] << 16), celsius, _trim!);
        if (celsius is not (>= -40 and <= 85) || pascals is not (>= 30_000 and <= 125_000))
        {
            return new SensorFault(
                FaultKind.Corrupted, $"{celsius:0.##} °C, {pascals:0} Pa: outside -40..85 °C, 30000..125000 Pa",
                "Shorten the wires, check the pull-up resistors, or lower the I2C clock.");
        }

        into.Add(Quantity.Temperature, celsius);
        into.Add(Quantity.Pressure, pascals);
        return null;
    }

    private static Bmp388Sensor Open(SensorPlace place, byte chipId) => new(
        place.Id, place.I2c(DefaultI2cAddress, DefaultI2cAddress, SecondaryI2cAddress), place.Time, chipId);

    private byte Read(Bmp388Register register)
    {
        Span<byte> value = stackalloc byte[1];
        Device.WriteRead([(byte)register], value);
        return value[0];
    }
}
