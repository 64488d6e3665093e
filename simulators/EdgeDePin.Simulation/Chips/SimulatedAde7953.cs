using System.Buffers.Binary;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Grid.Ade7953;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An ADE7953: addresses of two bytes, the register that must be unlocked, and a sine as instant voltage.</summary>
public sealed class SimulatedAde7953(EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null, int address = Ade7953Sensor.DefaultI2cAddress)
    : SimulatedI2cChip(address, time, faults, hasChecksum: false)
{
    private Ade7953Register _pointer;
    private bool _isUnlocked;
    private ushort _required;

    public override void PowerOn() => (_pointer, _isUnlocked, _required) = (Ade7953Register.Version, false, 0);

    protected override void Receive(ReadOnlySpan<byte> bytes)
    {
        _pointer = (Ade7953Register)BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (bytes.Length == 3 && _pointer == Ade7953Register.Unlock)
        {
            _isUnlocked = bytes[2] == 0xAD;
        }
        else if (bytes.Length == 4 && _pointer == Ade7953Register.Required && _isUnlocked)
        {
            (_required, _isUnlocked) = (BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), false);   // only the next write is let through
        }
    }

    protected override void Send(Span<byte> bytes)
    {
        long value = _pointer switch
        {
            Ade7953Register.Required => _required,
            Ade7953Register.Voltage => Steps(Quantity.Voltage, 26_000),
            Ade7953Register.CurrentA => Steps(Quantity.Current, 100_000),
            Ade7953Register.ActivePowerA => Steps(Quantity.Power, 154),
            Ade7953Register.PowerFactorA => Steps(Quantity.PowerFactor, 32_767),
            Ade7953Register.Period => (long)Math.Round((223_750 / Math.Max(1, environment(Quantity.Frequency, Now) ?? 50)) - 1),
            Ade7953Register.InstantVoltage => Sine(),
            _ => 0,
        };
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(value >> (8 * (bytes.Length - 1 - i)));
        }
    }

    private long Steps(Quantity quantity, double perUnit) => (long)Math.Round((environment(quantity, Now) ?? 0) * perUnit);

    private long Sine()
    {
        double turns = (environment(Quantity.Frequency, Now) ?? 50) * (Now.UtcTicks % (60L * TimeSpan.TicksPerSecond)) / TimeSpan.TicksPerSecond;
        return (long)((environment(Quantity.Voltage, Now) ?? 0) * Math.Sqrt(2) * 20_000 * Math.Sin(2 * Math.PI * turns));
    }
}
