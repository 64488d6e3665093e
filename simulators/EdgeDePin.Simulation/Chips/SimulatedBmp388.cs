using EdgeDePin.Model;
using EdgeDePin.Sensors.Weather.Bmp388;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>A BMP388 (or BMP390, by its id): forced mode, data-ready bits, an event register that tells of a restart.</summary>
public sealed class SimulatedBmp388 : SimulatedI2cChip
{
    private const byte BothReady = 0b0110_0000;
    private const byte CommandReady = 0b0001_0000;
    private static readonly TimeSpan Conversion = TimeSpan.FromMilliseconds(18.5);

    /// <summary>Trim of the kind that parts have: some 250 °C·LSB of temperature, 1 Pa in 60 codes of pressure.</summary>
    private static readonly byte[] Trim =
    [
        0x59, 0x6C, 0xFC, 0x4A, 0xF6, 0x3D, 0xF6, 0x2B, 0xF4, 0x0A, 0x01, 0xBE, 0x5F, 0x3A, 0x75, 0x03, 0xFA, 0x7D, 0x3E, 0x1A, 0xC4,
    ];

    private readonly byte[] _registers = new byte[128];
    private readonly EnvironmentSource _environment;
    private readonly Bmp388Calibration _trim = Bmp388Calibration.Decode(Trim);
    private readonly byte _chipId;
    private DateTimeOffset? _convertedAt;
    private byte _pointer;

    public SimulatedBmp388(
        EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null, byte chipId = Bmp388Sensor.ChipId,
        int address = Bmp388Sensor.DefaultI2cAddress)
        : base(address, time, faults, hasChecksum: false)
    {
        (_environment, _chipId) = (environment, chipId);
        PowerOn();
    }

    public byte this[Bmp388Register register]
    {
        get => _registers[(byte)register];
        set => _registers[(byte)register] = value;
    }

    public override void PowerOn()
    {
        Array.Clear(_registers);
        this[Bmp388Register.Id] = _chipId;
        this[Bmp388Register.Status] = CommandReady;
        this[Bmp388Register.Event] = 1;
        Trim.CopyTo(_registers, (byte)Bmp388Register.Calibration);
        _convertedAt = null;
    }

    protected override void Receive(ReadOnlySpan<byte> bytes)
    {
        PassTime();
        _pointer = bytes[0];
        for (int at = 1; at < bytes.Length; at += 2)
        {
            var register = (Bmp388Register)bytes[at - 1];
            if (register == Bmp388Register.Command && bytes[at] == 0xB6)
            {
                PowerOn();
            }
            else if (register is Bmp388Register.PowerControl or Bmp388Register.Oversampling)
            {
                this[register] = bytes[at];
                _convertedAt = register == Bmp388Register.PowerControl && (bytes[at] & 0b11_0000) is 0b01_0000 or 0b10_0000
                    ? Now + Conversion : _convertedAt;
            }
        }
    }

    protected override void Send(Span<byte> bytes)
    {
        PassTime();
        foreach (ref byte b in bytes)
        {
            b = _registers[_pointer & 0x7F];
            Read((Bmp388Register)(_pointer++ & 0x7F));
        }
    }

    private void Read(Bmp388Register register)
    {
        if (register == Bmp388Register.Event)
        {
            this[register] = 0;
        }
        else if (register >= Bmp388Register.Data && (byte)register < (byte)Bmp388Register.Data + 6)
        {
            this[Bmp388Register.Status] &= unchecked((byte)~BothReady);
        }
    }

    private void PassTime()
    {
        if (_convertedAt is not { } at || at > Now)
        {
            return;
        }

        double celsius = _environment(Quantity.Temperature, at) ?? 20;
        int temperature = Inverse.Nearest(celsius, 0xFFFFFF, code => Bmp388Compensation.Celsius(code, _trim));
        double shown = Bmp388Compensation.Celsius(temperature, _trim);
        int pressure = Inverse.Nearest(
            -(_environment(Quantity.Pressure, at) ?? 100_000), 0xFFFFFF, code => -Bmp388Compensation.Pascals(code, shown, _trim));
        Put(0, pressure);
        Put(3, temperature);
        this[Bmp388Register.Status] |= BothReady;
        this[Bmp388Register.PowerControl] &= 0b1100_1111;
        _convertedAt = null;
    }

    private void Put(int offset, int code)
    {
        for (int i = 0; i < 3; i++)
        {
            _registers[(byte)Bmp388Register.Data + offset + i] = (byte)(code >> (8 * i));
        }
    }
}
