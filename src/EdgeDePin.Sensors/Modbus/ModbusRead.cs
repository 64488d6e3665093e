namespace EdgeDePin.Sensors.Modbus;

/// <summary>The two functions that read registers.</summary>
public enum ModbusFunction : byte
{
    HoldingRegisters = 3,
    InputRegisters = 4,
}

/// <summary>A question for consecutive 16-bit registers.</summary>
/// <param name="Unit">1 to 247.</param>
/// <param name="First">Address on the wire, from 0 (not the 30001 of a manual).</param>
/// <param name="Count">1 to 125.</param>
public readonly record struct ModbusRead(byte Unit, ModbusFunction Function, ushort First, ushort Count)
{
    /// <summary>As much as one answer can hold.</summary>
    public const int MostRegisters = 125;

    /// <summary>Function, first register, count: the part that RTU and TCP share, 5 bytes.</summary>
    public byte[] ToPdu() =>
        [(byte)Function, (byte)(First >> 8), (byte)First, (byte)(Count >> 8), (byte)Count];

    public override string ToString() => $"unit {Unit}, function {(byte)Function}, {Count} registers from 0x{First:X4}";
}
