using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Weather.Bme280;

/// <summary>
/// Bosch BME280 over I2C: temperature, relative humidity and pressure of one conversion in forced mode (the chip sleeps in
/// between, so it does not warm itself). See README.md beside this file.
/// </summary>
public sealed class Bme280Sensor : I2cSensor
{
    /// <summary>SDO to ground.</summary>
    public const byte DefaultI2cAddress = 0x76;

    /// <summary>SDO to supply.</summary>
    public const byte SecondaryI2cAddress = 0x77;

    /// <summary>What register 0xD0 of a BME280 reads; a BMP280 reads 0x58.</summary>
    public const byte ChipId = 0x60;

    /// <summary>What it reads of a BMP280.</summary>
    public const byte Bmp280ChipId = 0x58;

    private const byte ResetCommand = 0xB6;
    private const byte Updating = 0b0001;
    private const byte Measuring = 0b1000;
    private const byte HumidityOnce = 0b001;
    private const byte TemperatureAndPressureOnceForced = 0b001_001_01;
    private const int MostPolls = 5;

    // Section 9.1: at most 1.25 + 2.3 + (2.3 + 0.575) + (2.3 + 0.575) ms with every channel converted once.
    private static readonly TimeSpan Conversion = TimeSpan.FromMilliseconds(9.3);
    private static readonly TimeSpan StartUp = TimeSpan.FromMilliseconds(2);

    private readonly byte _chipId;
    private readonly byte[] _burst = new byte[Bme280Data.Length];
    private Bme280Calibration? _trim;

    public Bme280Sensor(SensorId id, I2cDevice device, TimeProvider time)
        : this(id, device, time, ChipId, Measures)
    {
    }

    private Bme280Sensor(SensorId id, I2cDevice device, TimeProvider time, byte chipId, ImmutableArray<Quantity> quantities)
        : base(id, device, time, quantities) => _chipId = chipId;

    public static ImmutableArray<Quantity> Measures { get; } =
        [Quantity.Temperature, Quantity.RelativeHumidity, Quantity.Pressure];

    /// <summary>The same without the humidity element.</summary>
    public static ImmutableArray<Quantity> Bmp280Measures { get; } = [Quantity.Temperature, Quantity.Pressure];

    public static ISensor Open(SensorPlace place) => new Bme280Sensor(
        place.Id, place.Registers(DefaultI2cAddress, DefaultI2cAddress, SecondaryI2cAddress), place.Time);

    /// <summary>A BMP280: same registers and formulas, no humidity.</summary>
    public static ISensor OpenBmp280(SensorPlace place) => new Bme280Sensor(
        place.Id, place.Registers(DefaultI2cAddress, DefaultI2cAddress, SecondaryI2cAddress), place.Time, Bmp280ChipId, Bmp280Measures);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken)
    {
        byte id = Read(Bme280Register.Id);
        if (id != _chipId)
        {
            return Bme280Fault.WrongChip(id, _chipId);
        }

        Write(Bme280Register.Reset, ResetCommand);
        // Until the calibration is copied from the chip's memory it may read as anything (section 5.4.4).
        if (!await BecomesIdleAsync(Updating, StartUp, cancellationToken))
        {
            return Bme280Fault.StillBusy("after the reset");
        }

        byte[] low = Read(Bme280Register.CalibrationLow, Bme280Calibration.LowLength);
        byte[] high = HasHumidity ? Read(Bme280Register.CalibrationHigh, Bme280Calibration.HighLength) : new byte[Bme280Calibration.HighLength];
        _trim = Bme280Calibration.Decode(low, high);
        return _trim.IsBlank ? Bme280Fault.BlankCalibration : null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        if (HasHumidity)
        {
            Write(Bme280Register.ControlHumidity, HumidityOnce);
        }

        Write(Bme280Register.ControlMeasurement, TemperatureAndPressureOnceForced);
        if (!await BecomesIdleAsync(Measuring, Conversion, cancellationToken))
        {
            return Bme280Fault.StillBusy("measuring");
        }

        // A chip that lost its supply meanwhile is in its power-on state: nothing is converted, and the mode would be unset.
        if (HasHumidity && Read(Bme280Register.ControlHumidity) != HumidityOnce)
        {
            return Bme280Fault.Restarted;
        }

        // One burst: registers are shadowed during it, so all channels are of one conversion (section 4).
        Device.WriteRead([(byte)Bme280Register.Data], _burst);
        Bme280Data data = Bme280Data.Decode(_burst);
        return Bme280Conversion.Convert(HasHumidity ? data : data with { Humidity = Bme280Data.Skipped16 }, _trim!, into);
    }

    private bool HasHumidity => _chipId == ChipId;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> BecomesIdleAsync(byte bit, TimeSpan wait, CancellationToken cancellationToken)
    {
        for (int poll = 0; poll < MostPolls; poll++)
        {
            await WaitAsync(wait, cancellationToken);
            if ((Read(Bme280Register.Status) & bit) == 0)
            {
                return true;
            }
        }

        return false;
    }

    private void Write(Bme280Register register, byte value) => Device.Write([(byte)register, value]);

    private byte Read(Bme280Register register)
    {
        Span<byte> value = stackalloc byte[1];
        Device.WriteRead([(byte)register], value);
        return value[0];
    }

    private byte[] Read(Bme280Register register, int length)
    {
        byte[] bytes = new byte[length];
        Device.WriteRead([(byte)register], bytes);
        return bytes;
    }
}
