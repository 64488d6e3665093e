using System.Buffers.Binary;

namespace EdgeDePin.Deployment.Boot.Fat;

/// <summary>Finds where the FAT file system of an image begins: in an MBR, in a GPT, or at the first byte.</summary>
internal static class PartitionTable
{
    private const int Sector = 512;
    private const int MaxGptEntries = 128;
    private const byte ProtectiveGpt = 0xEE;

    // FAT12, FAT16 (three kinds), FAT32 (two kinds), EFI system.
    private static readonly byte[] FatTypes = [0x01, 0x04, 0x06, 0x0B, 0x0C, 0x0E, 0xEF];

    /// <summary>Byte offset of the first FAT partition; null if there is none.</summary>
    public static long? FatOffset(BlockDevice device)
    {
        byte[] first = device.Read(0, Sector);
        if (first[510] != 0x55 || first[511] != 0xAA)
        {
            return null;
        }

        if (IsFat(first))
        {
            return 0;
        }

        for (int entry = 446; entry < 510; entry += 16)
        {
            byte type = first[entry + 4];
            if (type == ProtectiveGpt)
            {
                return InGpt(device);
            }

            long offset = BinaryPrimitives.ReadUInt32LittleEndian(first.AsSpan(entry + 8)) * (long)Sector;
            if (FatTypes.Contains(type) && IsFat(device.Read(offset, Sector)))
            {
                return offset;
            }
        }

        return null;
    }

    // UEFI specification, §5.3: header at LBA 1, entries of 128 bytes or more with the first LBA at byte 32.
    private static long? InGpt(BlockDevice device)
    {
        byte[] header = device.Read(Sector, Sector);
        if (!header.AsSpan(0, 8).SequenceEqual("EFI PART"u8))
        {
            return null;
        }

        long entries = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(72)) * Sector;
        int count = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(80)), MaxGptEntries);
        int size = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(84)), 4096);
        for (int i = 0; i < count && size >= 128; i++)
        {
            long first = BinaryPrimitives.ReadInt64LittleEndian(device.Read(entries + ((long)i * size), size).AsSpan(32));
            if (first > 0 && IsFat(device.Read(first * Sector, Sector)))
            {
                return first * Sector;
            }
        }

        return null;
    }

    // A boot sector with plausible geometry; the text "FAT" in it is a hint of old only.
    private static bool IsFat(ReadOnlySpan<byte> sector) =>
        sector[510] == 0x55 && sector[511] == 0xAA && sector[0] is 0xEB or 0xE9
        && BinaryPrimitives.ReadUInt16LittleEndian(sector[11..]) is 512 or 1024 or 2048 or 4096
        && sector[13] is not 0 && (sector[13] & (sector[13] - 1)) == 0 && sector[16] is 1 or 2;
}
