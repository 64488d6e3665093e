using EdgeDePin.Model;
using EdgeDePin.Sensors.Weather.Bme280;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>
/// A BME280 as its 256 registers: identity, reset, calibration that takes time to copy, forced mode, a conversion that takes
/// time and leaves the old codes in place until it ends.
/// </summary>
public sealed class SimulatedBme280 : SimulatedI2cChip
{
    private static readonly TimeSpan Copy = TimeSpan.FromMilliseconds(1.9);
    private static readonly TimeSpan Conversion = TimeSpan.FromMilliseconds(9.2);

    private readonly byte[] _registers = new byte[256];
    private readonly EnvironmentSource _environment;
    private readonly byte[] _memory;
    private readonly Bme280Calibration _trim;
    private DateTimeOffset? _copiedAt;
    private DateTimeOffset? _convertedAt;
    private byte _pointer;

    /// <param name="calibration">The bytes of 0x88..0xA1 and 0xE1..0xE7. Default: a published real part.</param>
    public SimulatedBme280(
        EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null, byte[]? calibration = null, int address = Bme280Sensor.DefaultI2cAddress)
        : base(address, time, faults, hasChecksum: false)
    {
        (_environment, _memory) = (environment, calibration ?? Bme280Memory.Published);
        _trim = Bme280Calibration.Decode(_memory.AsSpan(0, Bme280Calibration.LowLength), _memory.AsSpan(Bme280Calibration.LowLength));
        PowerOn();
    }

    /// <summary>A register of the chip, whatever state it is in; for tests that need another chip or stuck lines.</summary>
    public byte this[Bme280Register register]
    {
        get => _registers[(byte)register];
        set => _registers[(byte)register] = value;
    }

    /// <summary>As after supply came on, or after a reset: nothing configured, nothing converted.</summary>
    public override void PowerOn()
    {
        byte id = _registers[(byte)Bme280Register.Id];
        Array.Clear(_registers);
        _registers[(byte)Bme280Register.Id] = id == 0 ? Bme280Sensor.ChipId : id;
        Latch(new Bme280Data(Bme280Data.Skipped20, Bme280Data.Skipped20, Bme280Data.Skipped16));
        (_copiedAt, _convertedAt) = (Now + Copy, null);
    }

    protected override void Receive(ReadOnlySpan<byte> bytes)
    {
        PassTime();
        Set(bytes);
    }

    protected override void Send(Span<byte> bytes)
    {
        PassTime();
        Get(bytes);
    }

    // A write is a register, then pairs of value and next register (section 6.2.1: no auto-increment on write).
    private void Set(ReadOnlySpan<byte> bytes)
    {
        _pointer = bytes[0];
        for (int at = 1; at < bytes.Length; at += 2)
        {
            Set((Bme280Register)bytes[at - 1], bytes[at]);
        }
    }

    private void Set(Bme280Register register, byte value)
    {
        if (register == Bme280Register.Reset && value == 0xB6)
        {
            PowerOn();
        }
        else if (register is Bme280Register.ControlHumidity or Bme280Register.ControlMeasurement or Bme280Register.Configuration)
        {
            _registers[(byte)register] = value;
            if (register == Bme280Register.ControlMeasurement && (value & 0b11) is 1 or 2)
            {
                _convertedAt = Now + Conversion;
            }
        }
    }

    private void Get(Span<byte> bytes)
    {
        foreach (ref byte b in bytes)
        {
            b = _registers[_pointer++];
        }
    }

    private void PassTime()
    {
        DateTimeOffset now = Now;
        if (now >= _copiedAt)
        {
            _memory.AsSpan(0, Bme280Calibration.LowLength).CopyTo(_registers.AsSpan((byte)Bme280Register.CalibrationLow));
            _memory.AsSpan(Bme280Calibration.LowLength).CopyTo(_registers.AsSpan((byte)Bme280Register.CalibrationHigh));
            _copiedAt = null;
        }

        if (now >= _convertedAt)
        {
            Latch(Convert(now));
            _convertedAt = null;
            this[Bme280Register.ControlMeasurement] &= 0b1111_1100;   // forced mode falls back to sleep
        }

        this[Bme280Register.Status] = (byte)((_convertedAt is null ? 0 : 0b1000) | (_copiedAt is null ? 0 : 0b0001));
    }

    private Bme280Data Convert(DateTimeOffset now)
    {
        byte control = this[Bme280Register.ControlMeasurement];
        return Bme280Inverse.Codes(
            (control & 0b1110_0000) == 0 ? null : _environment(Quantity.Temperature, now),
            (this[Bme280Register.ControlHumidity] & 0b111) == 0 ? null : _environment(Quantity.RelativeHumidity, now),
            (control & 0b0001_1100) == 0 ? null : _environment(Quantity.Pressure, now),
            _trim);
    }

    private void Latch(Bme280Data data) => Bme280Memory.Burst(data).CopyTo(_registers, (byte)Bme280Register.Data);
}
