using System.Buffers.Binary;

namespace EdgeDePin.Deployment.Boot.Fat;

/// <summary>Which cluster follows which. Changed in memory; clusters given back stay taken until <see cref="Release"/>.</summary>
internal sealed class AllocationTable
{
    private readonly FatGeometry _geometry;
    private readonly byte[] _table;
    private readonly List<uint> _givenBack = [];
    private uint _next = 2;

    public AllocationTable(FatGeometry geometry, byte[] table)
    {
        (_geometry, _table) = (geometry, table);
        Free = Enumerable.Range(2, geometry.Clusters).Count(cluster => Get((uint)cluster) == 0);
    }

    public ReadOnlySpan<byte> Bytes => _table;

    /// <summary>Clusters that nothing uses.</summary>
    public int Free { get; private set; }

    private uint EndOfChain => _geometry.Bits switch { 12 => 0xFFF, 16 => 0xFFFF, _ => 0x0FFFFFFF };

    /// <summary>The clusters of a file or folder.</summary>
    /// <exception cref="InvalidDataException">The chain leaves the volume or runs in a circle.</exception>
    public List<uint> Chain(uint first)
    {
        var chain = new List<uint>();
        for (uint cluster = first; cluster < EndOfChain - 7; cluster = Get(cluster))
        {
            if (cluster < 2 || cluster >= _geometry.Clusters + 2 || chain.Count > _geometry.Clusters)
            {
                throw new InvalidDataException($"a chain of clusters that begins at {first} leads to {cluster}: repair the file system with fsck.vfat");
            }

            chain.Add(cluster);
        }

        return chain;
    }

    /// <summary>A chain of clusters that were free. The caller has counted that there are enough.</summary>
    public List<uint> Take(int count)
    {
        var chain = new List<uint>(count);
        for (; chain.Count < count; _next++)
        {
            if (_next >= _geometry.Clusters + 2)
            {
                throw new IOException("no space left on it");
            }

            if (Get(_next) == 0)
            {
                chain.Add(_next);
            }
        }

        Link(chain);
        Free -= count;
        return chain;
    }

    /// <summary>Lengthens a chain by one cluster and returns it.</summary>
    public uint Extend(uint last)
    {
        uint cluster = Take(1)[0];
        Set(last, cluster);
        return cluster;
    }

    /// <summary>These clusters are not needed once the folders on the medium are the new ones.</summary>
    public void GiveBack(uint first) => _givenBack.AddRange(first >= 2 ? Chain(first) : []);

    public void Release()
    {
        foreach (uint cluster in _givenBack)
        {
            Set(cluster, 0);
        }

        Free += _givenBack.Count;
        _givenBack.Clear();
    }

    private void Link(List<uint> chain)
    {
        for (int i = 0; i < chain.Count; i++)
        {
            Set(chain[i], i + 1 < chain.Count ? chain[i + 1] : EndOfChain);
        }
    }

    private uint Get(uint cluster) => _geometry.Bits switch
    {
        12 => (cluster & 1) == 0
            ? BinaryPrimitives.ReadUInt16LittleEndian(At12(cluster)) & 0xFFFu
            : (uint)BinaryPrimitives.ReadUInt16LittleEndian(At12(cluster)) >> 4,
        16 => BinaryPrimitives.ReadUInt16LittleEndian(_table.AsSpan((int)cluster * 2)),
        // The upper four bits belong to nobody and are kept.
        _ => BinaryPrimitives.ReadUInt32LittleEndian(_table.AsSpan((int)cluster * 4)) & 0x0FFFFFFF,
    };

    private void Set(uint cluster, uint value)
    {
        switch (_geometry.Bits)
        {
            case 12:
                uint both = BinaryPrimitives.ReadUInt16LittleEndian(At12(cluster));
                both = (cluster & 1) == 0 ? (both & 0xF000) | value : (both & 0x000F) | (value << 4);
                BinaryPrimitives.WriteUInt16LittleEndian(At12(cluster), (ushort)both);
                break;
            case 16:
                BinaryPrimitives.WriteUInt16LittleEndian(_table.AsSpan((int)cluster * 2), (ushort)value);
                break;
            default:
                Span<byte> entry = _table.AsSpan((int)cluster * 4);
                BinaryPrimitives.WriteUInt32LittleEndian(entry, (BinaryPrimitives.ReadUInt32LittleEndian(entry) & 0xF0000000) | value);
                break;
        }
    }

    private Span<byte> At12(uint cluster) => _table.AsSpan((int)(cluster + (cluster / 2)), 2);
}
