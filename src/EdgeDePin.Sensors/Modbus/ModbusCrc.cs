namespace EdgeDePin.Sensors.Modbus;

/// <summary>The check of a Modbus RTU frame: CRC-16, polynomial 0xA001 (reflected), initially 0xFFFF; low byte first on the line.</summary>
public static class ModbusCrc
{
    public static ushort Of(ReadOnlySpan<byte> bytes)
    {
        int crc = 0xFFFF;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xA001;
            }
        }

        return (ushort)crc;
    }
}
