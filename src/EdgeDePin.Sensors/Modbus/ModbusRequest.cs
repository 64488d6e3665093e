using System.Collections.Immutable;

namespace EdgeDePin.Sensors.Modbus;

/// <summary>What can be done with registers (Modbus Application Protocol V1.1b3, sections 6.3, 6.4, 6.6 and 6.12).</summary>
public enum ModbusFunction : byte
{
    HoldingRegisters = 3,
    InputRegisters = 4,
    WriteSingleRegister = 6,
    WriteMultipleRegisters = 16,
}

/// <summary>A question for consecutive 16-bit registers, or new values for them.</summary>
/// <param name="Unit">1 to 247.</param>
/// <param name="First">Address on the wire, from 0 (not the 30001 of a manual).</param>
/// <param name="Count">1 to 125; to be written 1 to 123.</param>
public readonly record struct ModbusRequest(byte Unit, ModbusFunction Function, ushort First, ushort Count)
{
    /// <summary>As much as one answer can hold.</summary>
    public const int MostRegisters = 125;

    /// <summary>As much as one question can hold.</summary>
    public const int MostWritten = 123;

    /// <summary>What is to be written; empty for a question.</summary>
    public ImmutableArray<ushort> Values { get; private init; } = [];

    public bool IsWrite => Function is ModbusFunction.WriteSingleRegister or ModbusFunction.WriteMultipleRegisters;

    /// <summary>One register by function 6.</summary>
    public static ModbusRequest WriteSingle(byte unit, ushort register, ushort value) =>
        new(unit, ModbusFunction.WriteSingleRegister, register, 1) { Values = [value] };

    /// <summary>Several at once by function 16; also one, for the many meters that know no function 6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">None, or more than <see cref="MostWritten"/>.</exception>
    public static ModbusRequest Write(byte unit, ushort first, params ImmutableArray<ushort> values)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Length, nameof(values));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(values.Length, MostWritten, nameof(values));
        return new(unit, ModbusFunction.WriteMultipleRegisters, first, (ushort)values.Length) { Values = values };
    }

    /// <summary>The part that RTU and TCP share: function, first register, and count or values.</summary>
    public byte[] ToPdu() => Function switch
    {
        ModbusFunction.WriteSingleRegister => [(byte)Function, (byte)(First >> 8), (byte)First, (byte)(Values[0] >> 8), (byte)Values[0]],
        ModbusFunction.WriteMultipleRegisters =>
            [.. Head(), (byte)(2 * Count), .. Values.SelectMany(value => new[] { (byte)(value >> 8), (byte)value })],
        _ => Head(),
    };

    /// <summary>How the answer to something written begins and ends: what was asked, without the values of function 16.</summary>
    internal byte[] Echo() => Function == ModbusFunction.WriteSingleRegister ? ToPdu() : Head();

    public override string ToString() => $"unit {Unit}, function {(byte)Function}, {Count} registers from 0x{First:X4}";

    private byte[] Head() => [(byte)Function, (byte)(First >> 8), (byte)First, (byte)(Count >> 8), (byte)Count];
}
