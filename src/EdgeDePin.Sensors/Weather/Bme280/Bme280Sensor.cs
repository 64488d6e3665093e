using System.Collections.Immutable;
using System.Device.I2c;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Weather.Bme280;

/// <summary>
/// Bosch BME280 over I2C: temperature, relative humidity and pressure of one conversion in forced mode (the chip sleeps in
/// between, so it does not warm itself). See README.md beside this file.
/// </summary>
public sealed class Bme280Sensor : ISensor
{
    /// <summary>SDO to ground.</summary>
    public const byte DefaultI2cAddress = 0x76;

    /// <summary>SDO to supply.</summary>
    public const byte SecondaryI2cAddress = 0x77;

    /// <summary>What register 0xD0 of a BME280 reads; a BMP280 reads 0x58.</summary>
    public const byte ChipId = 0x60;

    private const byte ResetCommand = 0xB6;
    private const byte Updating = 0b0001;
    private const byte Measuring = 0b1000;
    private const byte HumidityOnce = 0b001;
    private const byte TemperatureAndPressureOnceForced = 0b001_001_01;
    private const int MostPolls = 5;

    // Section 9.1: at most 1.25 + 2.3 + (2.3 + 0.575) + (2.3 + 0.575) ms with every channel converted once.
    private static readonly TimeSpan Conversion = TimeSpan.FromMilliseconds(9.3);
    private static readonly TimeSpan StartUp = TimeSpan.FromMilliseconds(2);

    private readonly I2cDevice _device;
    private readonly TimeProvider _time;
    private Bme280Calibration? _trim;

    public Bme280Sensor(SensorId id, I2cDevice device, TimeProvider time) => (Id, _device, _time) = (id, device, time);

    public static ImmutableArray<Quantity> Measures { get; } =
        [Quantity.Temperature, Quantity.RelativeHumidity, Quantity.Pressure];

    public SensorId Id { get; }

    public IReadOnlyList<Quantity> Quantities => Measures;

    public static ISensor Open(SensorPlace place)
    {
        int address = place.Address(DefaultI2cAddress, DefaultI2cAddress, SecondaryI2cAddress);
        return new Bme280Sensor(place.Id, place.Buses.OpenI2c(((BusName.I2c)place.Bus).Bus, address), place.Time);
    }

    public async ValueTask<Sample> SampleAsync(CancellationToken cancellationToken)
    {
        Sample sample;
        try
        {
            sample = await SetUpAsync(cancellationToken) is { } fault
                ? new Sample.Faulted(fault)
                : await MeasureAsync(_trim!, cancellationToken);
        }
        catch (IOException error)
        {
            sample = new Sample.Faulted(new SensorFault(
                FaultKind.NoAnswer, error.Message, "Check power, SDA, SCL and the address (i2cdetect -y 1)."));
        }

        // It may have been unplugged, and another chip plugged in: begin again.
        _trim = sample is Sample.Faulted ? null : _trim;
        return sample;
    }

    public void Dispose() => _device.Dispose();

    private async ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken)
    {
        if (_trim is not null)
        {
            return null;
        }

        byte id = Read(Bme280Register.Id);
        if (id != ChipId)
        {
            return Bme280Fault.WrongChip(id);
        }

        Write(Bme280Register.Reset, ResetCommand);
        // Until the calibration is copied from the chip's memory it may read as anything (section 5.4.4).
        if (!await BecomesIdleAsync(Updating, StartUp, cancellationToken))
        {
            return Bme280Fault.StillBusy("after the reset");
        }

        byte[] low = Read(Bme280Register.CalibrationLow, Bme280Calibration.LowLength);
        byte[] high = Read(Bme280Register.CalibrationHigh, Bme280Calibration.HighLength);
        _trim = Bme280Calibration.Decode(low, high);
        return _trim.IsBlank ? Bme280Fault.BlankCalibration : null;
    }

    private async ValueTask<Sample> MeasureAsync(Bme280Calibration trim, CancellationToken cancellationToken)
    {
        Write(Bme280Register.ControlHumidity, HumidityOnce);
        Write(Bme280Register.ControlMeasurement, TemperatureAndPressureOnceForced);
        if (!await BecomesIdleAsync(Measuring, Conversion, cancellationToken))
        {
            return new Sample.Faulted(Bme280Fault.StillBusy("measuring"));
        }

        // One burst: registers are shadowed during it, so all three channels are of one conversion (section 4).
        return Bme280Conversion.Sample(Bme280Data.Decode(Read(Bme280Register.Data, Bme280Data.Length)), trim);
    }

    private async ValueTask<bool> BecomesIdleAsync(byte bit, TimeSpan wait, CancellationToken cancellationToken)
    {
        for (int poll = 0; poll < MostPolls; poll++)
        {
            await Task.Delay(wait, _time, cancellationToken);
            if ((Read(Bme280Register.Status) & bit) == 0)
            {
                return true;
            }
        }

        return false;
    }

    private void Write(Bme280Register register, byte value) => _device.Write([(byte)register, value]);

    private byte Read(Bme280Register register) => Read(register, 1)[0];

    private byte[] Read(Bme280Register register, int length)
    {
        byte[] bytes = new byte[length];
        _device.WriteRead([(byte)register], bytes);
        return bytes;
    }
}
