using System.Buffers.Binary;

namespace EdgeDePin.Deployment.Boot.Fat;

/// <summary>Where things lie in a FAT file system. (Microsoft, "FAT: General Overview of On-Disk Format", version 1.03)</summary>
/// <param name="Start">Byte offset of the file system in its image.</param>
/// <param name="Bits">12, 16 or 32: the width of an entry.</param>
/// <param name="ClusterBytes">Bytes of a cluster.</param>
/// <param name="Clusters">Number of clusters; they are numbered from 2.</param>
/// <param name="TableOffset">Byte offset of the first table.</param>
/// <param name="TableBytes">Bytes of one table.</param>
/// <param name="Tables">Copies of the table.</param>
/// <param name="RootOffset">Byte offset of the root directory (12 and 16 bits).</param>
/// <param name="RootBytes">Its size; 0 with 32 bits.</param>
/// <param name="RootCluster">Its first cluster with 32 bits.</param>
/// <param name="DataOffset">Byte offset of cluster 2.</param>
/// <param name="InfoOffset">Byte offset of the FSInfo sector; 0 if there is none.</param>
internal sealed record FatGeometry(
    long Start, int Bits, int ClusterBytes, int Clusters, long TableOffset, int TableBytes, int Tables,
    long RootOffset, int RootBytes, uint RootCluster, long DataOffset, long InfoOffset)
{
    private const int MaxTableBytes = 64 << 20;

    public static FatGeometry Read(BlockDevice device, long start)
    {
        byte[] boot = device.Read(start, 512);
        int sector = Word(11);
        int clusterSectors = boot[13];
        int reserved = Word(14);
        int tables = boot[16];
        int rootEntries = Word(17);
        uint sectors = Word(19) != 0 ? (uint)Word(19) : DoubleWord(32);
        uint tableSectors = Word(22) != 0 ? (uint)Word(22) : DoubleWord(36);
        int rootSectors = ((rootEntries * 32) + sector - 1) / sector;
        long dataSectors = sectors - (reserved + (tables * (long)tableSectors) + rootSectors);
        long clusters = dataSectors / clusterSectors;
        // The number of clusters alone decides the width (page 14).
        int bits = clusters < 4085 ? 12 : clusters < 65525 ? 16 : 32;
        long tableBytes = (long)tableSectors * sector;
        if (dataSectors <= 0 || clusters is < 1 or > 0x0FFFFFF4 || tableBytes > MaxTableBytes || tableBytes * 8 / bits < clusters + 2)
        {
            throw new InvalidDataException("the boot sector of its FAT file system makes no sense");
        }

        long tableOffset = start + ((long)reserved * sector);
        long rootOffset = tableOffset + (tables * tableBytes);
        return new FatGeometry(start, bits, clusterSectors * sector, (int)clusters, tableOffset, (int)tableBytes, tables,
            rootOffset, rootSectors * sector, bits == 32 ? DoubleWord(44) : 0, rootOffset + ((long)rootSectors * sector),
            bits == 32 && Word(48) is > 0 and < 0xFFFF ? start + ((long)Word(48) * sector) : 0);

        int Word(int at) => BinaryPrimitives.ReadUInt16LittleEndian(boot.AsSpan(at));
        uint DoubleWord(int at) => BinaryPrimitives.ReadUInt32LittleEndian(boot.AsSpan(at));
    }

    public long OffsetOf(uint cluster) => DataOffset + ((cluster - 2L) * ClusterBytes);
}
