namespace EdgeDePin.Sensors.Grid.Dsmr;

/// <summary>CRC-16/ARC of a telegram from '/' to '!', both included (DSMR P1 companion standard 5.0.2, section 5.2).</summary>
public static class DsmrChecksum
{
    public static ushort Of(ReadOnlySpan<byte> bytes)
    {
        int crc = 0;
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
