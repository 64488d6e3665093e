using EdgeDePin.Sensors.Sensirion;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>
/// What simulated chips of Sensirion share: a command makes words ready after a while, reading before that is not acknowledged,
/// and what was read once is gone.
/// </summary>
public abstract class SimulatedSensirion(int address, TimeProvider time, FaultPlan? faults)
    : SimulatedI2cChip(address, time, faults, hasChecksum: true)
{
    private ushort[]? _ready;
    private DateTimeOffset _readyAt;

    public override void PowerOn() => _ready = null;

    protected override void Receive(ReadOnlySpan<byte> bytes)
    {
        if (CommandLength == 1)
        {
            Command(bytes[0], []);
            return;
        }

        if (bytes.Length < 2)
        {
            throw NotAcknowledged();   // half a command
        }

        ushort[] arguments = new ushort[(bytes.Length - 2) / SensirionFrame.WordLength];
        if (SensirionFrame.TryDecode(bytes[2..], arguments, out _))
        {
            Command((bytes[0] << 8) | bytes[1], arguments);
        }
    }

    protected override void Send(Span<byte> bytes)
    {
        if (_ready is null || Now < _readyAt)
        {
            throw NotAcknowledged();
        }

        Span<byte> all = stackalloc byte[SensirionFrame.WordLength * _ready.Length];
        SensirionFrame.Encode(_ready, all);
        bytes.Fill(0xFF);
        all[..Math.Min(all.Length, bytes.Length)].CopyTo(bytes);
        _ready = null;
    }

    /// <summary>1 for the SHT4x, 2 for all others.</summary>
    protected virtual int CommandLength => 2;

    /// <summary>What the chip does; arguments with a wrong check never come here.</summary>
    protected abstract void Command(int command, ReadOnlySpan<ushort> arguments);

    protected void Answer(double milliseconds, params ushort[] words) =>
        (_ready, _readyAt) = (words, Now + TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>A value on a scale of 65,535 steps.</summary>
    protected static ushort Ticks(double? value, double lowest, double span) =>
        (ushort)Math.Clamp(Math.Round(((value ?? lowest) - lowest) / span * 65_535), 0, 65_535);

    protected static ushort High(float value) => (ushort)(BitConverter.SingleToInt32Bits(value) >> 16);

    protected static ushort Low(float value) => (ushort)BitConverter.SingleToInt32Bits(value);
}
