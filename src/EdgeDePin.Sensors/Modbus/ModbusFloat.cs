namespace EdgeDePin.Sensors.Modbus;

/// <summary>Numbers of more than one register.</summary>
public static class ModbusFloat
{
    /// <summary>IEEE 754, high word first.</summary>
    public static float HighFirst(ReadOnlySpan<ushort> registers, int at) =>
        BitConverter.Int32BitsToSingle((registers[at] << 16) | registers[at + 1]);

    /// <summary>The two registers of an IEEE 754 number, high word first.</summary>
    public static ushort[] ToHighFirst(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return [(ushort)(bits >> 16), (ushort)bits];
    }
}
