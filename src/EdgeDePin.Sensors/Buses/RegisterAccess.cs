using System.Buffers.Binary;
using System.Device.I2c;

namespace EdgeDePin.Sensors.Buses;

/// <summary>Registers of chips that take the register's number and then its bytes.</summary>
internal static class RegisterAccess
{
    public static ushort ReadBigEndian(this I2cDevice device, byte register)
    {
        Span<byte> bytes = stackalloc byte[2];
        device.WriteRead([register], bytes);
        return BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    public static void WriteBigEndian(this I2cDevice device, byte register, ushort value) =>
        device.Write([register, (byte)(value >> 8), (byte)value]);

    public static ushort ReadLittleEndian(this I2cDevice device, byte register)
    {
        Span<byte> bytes = stackalloc byte[2];
        device.WriteRead([register], bytes);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public static void WriteLittleEndian(this I2cDevice device, byte register, ushort value) =>
        device.Write([register, (byte)value, (byte)(value >> 8)]);
}
