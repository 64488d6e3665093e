using System.Device.I2c;
using EdgeDePin.Sensors.Weather.Bme280;
using EdgeDePin.Simulation.Chips;

namespace EdgeDePin.Benchmarks.Sensors;

/// <summary>The registers of a BME280 with one finished conversion in them: it answers at once and allocates nothing.</summary>
internal sealed class RecordedBme280 : I2cDevice
{
    private readonly byte[] _registers = new byte[256];
    private byte _pointer;

    public RecordedBme280()
    {
        _registers[(byte)Bme280Register.Id] = Bme280Sensor.ChipId;
        Bme280Memory.Published.AsSpan(0, Bme280Calibration.LowLength).CopyTo(_registers.AsSpan((byte)Bme280Register.CalibrationLow));
        Bme280Memory.Published.AsSpan(Bme280Calibration.LowLength).CopyTo(_registers.AsSpan((byte)Bme280Register.CalibrationHigh));
        Bme280Memory.Burst(new Bme280Data(326_816, 529_191, 30_281)).CopyTo(_registers, (byte)Bme280Register.Data);
    }

    public override I2cConnectionSettings ConnectionSettings { get; } = new(1, Bme280Sensor.DefaultI2cAddress);

    public override void Read(Span<byte> buffer) => _registers.AsSpan(_pointer, buffer.Length).CopyTo(buffer);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _pointer = buffer[0];
        if (buffer.Length == 2 && (Bme280Register)buffer[0] is Bme280Register.ControlHumidity)
        {
            _registers[buffer[0]] = buffer[1];
        }
    }

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        Write(writeBuffer);
        Read(readBuffer);
        // The lowest bits of the temperature move, as noise does.
        _registers[(byte)Bme280Register.Data + 5] += 0x10;
    }
}
