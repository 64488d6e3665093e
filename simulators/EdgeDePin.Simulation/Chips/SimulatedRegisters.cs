using System.Buffers.Binary;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>A chip whose registers hold 16 bits each, with a pointer that a write sets and a read begins at.</summary>
public abstract class SimulatedRegisters(int address, TimeProvider time, FaultPlan? faults, bool isLittleEndian = false)
    : SimulatedI2cChip(address, time, faults, hasChecksum: false)
{
    private readonly ushort[] _registers = new ushort[256];
    private byte _pointer;

    /// <summary>A register, whatever state the chip is in.</summary>
    public ushort this[byte register]
    {
        get => _registers[register];
        set => _registers[register] = value;
    }

    public override void PowerOn()
    {
        Array.Clear(_registers);
        _pointer = 0;
    }

    protected override void Receive(ReadOnlySpan<byte> bytes)
    {
        PassTime();
        _pointer = bytes[0];
        if (bytes.Length == 3)
        {
            Written(_pointer, isLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[1..]) : BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]));
        }
    }

    protected override void Send(Span<byte> bytes)
    {
        PassTime();
        ushort value = Shown(_pointer);
        Span<byte> word = stackalloc byte[2];
        if (isLittleEndian)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(word, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(word, value);
        }

        bytes.Fill(0xFF);   // who reads more than a register reads a line that nobody pulls down
        word[..Math.Min(word.Length, bytes.Length)].CopyTo(bytes);
    }

    /// <summary>Ends conversions whose time has come.</summary>
    protected abstract void PassTime();

    /// <summary>A register was written to.</summary>
    protected virtual void Written(byte register, ushort value) => _registers[register] = value;

    /// <summary>A register is read.</summary>
    protected virtual ushort Shown(byte register) => _registers[register];
}
