using System.Buffers.Binary;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Grid.Ade7953;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An ADE7953: addresses of two bytes, the register that must be unlocked, and instant voltage and current with harmonics.</summary>
public sealed class SimulatedAde7953(EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null, int address = Ade7953Sensor.DefaultI2cAddress)
    : SimulatedI2cChip(address, time, faults, hasChecksum: false)
{
    // As long as a question for 32 bits takes at 400 kHz.
    private static readonly TimeSpan Transfer = TimeSpan.FromMicroseconds(180);

    // On a clock that stands still a question takes no time.
    private const int MostLooks = 2_000;
    private const int MostLooksInVain = 100;

    private Ade7953Register _pointer;
    private DateTimeOffset _turnedAt;
    private double _turns;
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
        if (_pointer is Ade7953Register.InstantVoltage or Ade7953Register.InstantCurrentA)
        {
            long begin = Time.GetTimestamp();
            for (int looked = 0; looked < MostLooks && Time.GetElapsedTime(begin) < Transfer; looked++)
            {
                if (looked == MostLooksInVain && Time.GetTimestamp() == begin)
                {
                    break;
                }

                Thread.SpinWait(20);
            }
        }

        long value = _pointer switch
        {
            Ade7953Register.Required => _required,
            Ade7953Register.Voltage => Steps(Quantity.Voltage, 26_000),
            Ade7953Register.CurrentA => Steps(Quantity.Current, 100_000),
            Ade7953Register.ActivePowerA => Steps(Quantity.Power, 154),
            Ade7953Register.PowerFactorA => Steps(Quantity.PowerFactor, 32_767),
            Ade7953Register.Period => (long)Math.Round((223_750 / Math.Max(1, environment(Quantity.Frequency, Now) ?? 50)) - 1),
            Ade7953Register.InstantVoltage => Code(Volts(Now), Ade7953Conversion.InstantVolts(1)),
            Ade7953Register.InstantCurrentA => Code(Amperes(Now), Ade7953Conversion.InstantAmperes(1)),
            _ => 0,
        };
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(value >> (8 * (bytes.Length - 1 - i)));
        }
    }

    private long Steps(Quantity quantity, double perUnit) => (long)Math.Round((environment(quantity, Now) ?? 0) * perUnit);

    private static long Code(double value, double perCode) => (long)Math.Round(value / perCode);

    private double Volts(DateTimeOffset now)
    {
        double distortion = (environment(Quantity.VoltageThd, now) ?? 0) / 100, effective = environment(Quantity.Voltage, now) ?? 0;
        double turns = Turn(now), scale = effective * Math.Sqrt(2 / (1 + (distortion * distortion)));

        // The fifth and the seventh, as rectifiers make them: together the distortion.
        return scale * (Wave(turns, 1) + (0.8 * distortion * Wave(turns, 5)) + (0.6 * distortion * Wave(turns, 7)));
    }

    private double Amperes(DateTimeOffset now)
    {
        double distortion = (environment(Quantity.CurrentThd, now) ?? 0) / 100, effective = environment(Quantity.Current, now) ?? 0;
        double volts = environment(Quantity.Voltage, now) ?? 0, apparent = volts * effective;
        double lag = apparent > 0 ? Math.Acos(Math.Clamp((environment(Quantity.Power, now) ?? apparent) / apparent, -1, 1)) / (2 * Math.PI) : 0;
        return effective * Math.Sqrt(2 / (1 + (distortion * distortion))) * (Wave(Turn(now) - lag, 1) + (distortion * Wave(Turn(now), 3)));
    }

    private static double Wave(double turns, int harmonic) => Math.Sin(2 * Math.PI * harmonic * turns);

    // The phase goes on from where it is when the frequency changes. Each question takes its time on the wire.
    private double Turn(DateTimeOffset now)
    {
        double seconds = _turnedAt == default ? 0 : (now - _turnedAt).TotalSeconds;
        (_turns, _turnedAt) = ((_turns + (seconds * (environment(Quantity.Frequency, now) ?? 50))) % 1, now);
        return _turns;
    }
}
