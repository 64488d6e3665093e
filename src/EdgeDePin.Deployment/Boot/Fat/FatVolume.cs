using System.Buffers.Binary;

namespace EdgeDePin.Deployment.Boot.Fat;

/// <summary>A FAT12, FAT16 or FAT32 file system with long names. Changes are gathered in memory and committed together.</summary>
internal sealed class FatVolume
{
    private const int MaxFolderBytes = 2 << 20;

    private readonly BlockDevice _device;
    private readonly FatGeometry _geometry;
    private readonly AllocationTable _table;
    private readonly SortedDictionary<long, byte[]> _data = [];
    private readonly Dictionary<uint, Folder> _folders = [];

    public FatVolume(BlockDevice device, long start)
    {
        _device = device;
        _geometry = FatGeometry.Read(device, start);
        _table = new AllocationTable(_geometry, device.Read(_geometry.TableOffset, _geometry.TableBytes));
    }

    public long FreeBytes => (long)_table.Free * _geometry.ClusterBytes;

    /// <summary>Null, or how the copies of the table differ.</summary>
    public string? TablesDiffer()
    {
        for (int copy = 1; copy < _geometry.Tables; copy++)
        {
            if (!_device.Read(_geometry.TableOffset + ((long)copy * _geometry.TableBytes), _geometry.TableBytes).AsSpan().SequenceEqual(_table.Bytes))
            {
                return $"copy {copy + 1} of its allocation table differs from the first";
            }
        }

        return null;
    }

    /// <exception cref="InvalidDataException">The file is longer than its clusters, or larger than the limit.</exception>
    public byte[]? Read(string path)
    {
        string[] steps = path.Split('/');
        if (FolderAt(steps[..^1], create: null) is not { } folder || folder.Find(steps[^1]) is not { IsFolder: false } entry)
        {
            return null;
        }

        List<uint> chain = entry.FirstCluster == 0 ? [] : _table.Chain(entry.FirstCluster);
        if (entry.Size > BootFile.MaxBytes || entry.Size > (long)chain.Count * _geometry.ClusterBytes)
        {
            throw new InvalidDataException($"{path} claims {entry.Size} bytes in {chain.Count} clusters");
        }

        byte[] content = new byte[entry.Size];
        int at = 0;
        foreach (uint cluster in chain.Where(_ => at < content.Length))
        {
            int length = Math.Min(_geometry.ClusterBytes, content.Length - at);
            _device.Read(_geometry.OffsetOf(cluster), length).CopyTo(content.AsSpan(at));
            at += length;
        }

        return content;
    }

    /// <summary>Puts a file into the coming commit.</summary>
    public void Put(string path, byte[] content, DateTimeOffset written)
    {
        string[] steps = path.Split('/');
        Folder folder = FolderAt(steps[..^1], create: written)!;
        List<uint> chain = _table.Take((content.Length + _geometry.ClusterBytes - 1) / _geometry.ClusterBytes);
        for (int i = 0; i < chain.Count; i++)
        {
            int at = i * _geometry.ClusterBytes;
            byte[] cluster = new byte[_geometry.ClusterBytes];
            content.AsSpan(at, Math.Min(_geometry.ClusterBytes, content.Length - at)).CopyTo(cluster);
            _data[_geometry.OffsetOf(chain[i])] = cluster;
        }

        uint first = chain.Count > 0 ? chain[0] : 0;
        if (folder.Find(steps[^1]) is { } old)
        {
            if (old.IsFolder)
            {
                throw new InvalidDataException($"{path} is a folder there");
            }

            _table.GiveBack(old.FirstCluster);
            DirectoryEntry.Stamp(folder.Bytes.AsSpan(old.At * DirectoryEntry.Bytes, DirectoryEntry.Bytes), first, (uint)content.Length, written);
        }
        else
        {
            Add(folder, DirectoryEntry.Create(steps[^1], DirectoryEntry.Alias(steps[^1], folder.Bytes), false, first, (uint)content.Length, written));
        }
    }

    /// <summary>
    /// Brings everything to the medium in an order that a cut cannot hurt: contents, the table with old and new chains, folders, the table
    /// without the old chains. At worst a cut leaves clusters that nobody uses.
    /// </summary>
    public void Commit()
    {
        foreach ((long offset, byte[] cluster) in _data)
        {
            _device.Write(offset, cluster);
        }

        _device.Flush();
        WriteTables();
        foreach (Folder folder in _folders.Values)
        {
            for (int i = 0; i < folder.Places.Count; i++)
            {
                _device.Write(folder.Places[i].Offset, folder.Bytes.AsSpan(folder.Places[i].At, folder.Places[i].Length));
            }
        }

        _device.Flush();
        _table.Release();
        WriteTables();
        if (_geometry.InfoOffset > 0)
        {
            byte[] free = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(free, _table.Free);
            _device.Write(_geometry.InfoOffset + 488, free);
        }

        _device.Flush();
        _device.Keep();
    }

    private void WriteTables()
    {
        for (int copy = 0; copy < _geometry.Tables; copy++)
        {
            _device.Write(_geometry.TableOffset + ((long)copy * _geometry.TableBytes), _table.Bytes);
        }

        _device.Flush();
    }

    private Folder? FolderAt(string[] steps, DateTimeOffset? create)
    {
        Folder folder = Open(0);
        foreach (string step in steps)
        {
            DirectoryEntry? entry = folder.Find(step);
            if (entry is { IsFolder: false })
            {
                throw new InvalidDataException($"{step} is a file there, not a folder");
            }

            if (entry is null && create is null)
            {
                return null;
            }

            folder = entry is null ? Make(folder, step, create!.Value) : Open(entry.FirstCluster);
        }

        return folder;
    }

    private Folder Make(Folder parent, string name, DateTimeOffset written)
    {
        uint cluster = _table.Take(1)[0];
        byte[] bytes = new byte[_geometry.ClusterBytes];
        DirectoryEntry.Dots(cluster, parent.Cluster, written).CopyTo(bytes, 0);
        var folder = new Folder(cluster, bytes, [new Place(_geometry.OffsetOf(cluster), 0, bytes.Length)], cluster);
        _folders[cluster] = folder;
        Add(parent, DirectoryEntry.Create(name, DirectoryEntry.Alias(name, parent.Bytes), true, cluster, 0, written));
        return folder;
    }

    private void Add(Folder folder, byte[] entries)
    {
        int count = folder.Bytes.Length / DirectoryEntry.Bytes, needed = entries.Length / DirectoryEntry.Bytes, end = 0;
        while (end < count && folder.Bytes[end * DirectoryEntry.Bytes] != 0)
        {
            end++;
        }

        while (end + needed > folder.Bytes.Length / DirectoryEntry.Bytes)
        {
            if (folder.Last == 0 || folder.Bytes.Length >= MaxFolderBytes)
            {
                throw new IOException("its root folder is full");
            }

            uint cluster = _table.Extend(folder.Last);
            folder.Places.Add(new Place(_geometry.OffsetOf(cluster), folder.Bytes.Length, _geometry.ClusterBytes));
            folder.Last = cluster;
            folder.Bytes = [.. folder.Bytes, .. new byte[_geometry.ClusterBytes]];
        }

        entries.CopyTo(folder.Bytes, end * DirectoryEntry.Bytes);
        if ((end + needed) * DirectoryEntry.Bytes < folder.Bytes.Length)
        {
            // The end mark moves along: what lies behind it may be entries of old.
            folder.Bytes[(end + needed) * DirectoryEntry.Bytes] = 0;
        }
    }

    // Cluster 0 is the root, as the entry '..' of its subfolders has it.
    private Folder Open(uint cluster)
    {
        if (_folders.TryGetValue(cluster, out Folder? open))
        {
            return open;
        }

        List<Place> places = [];
        uint last = 0;
        if (cluster == 0 && _geometry.Bits != 32)
        {
            places.Add(new Place(_geometry.RootOffset, 0, _geometry.RootBytes));
        }
        else
        {
            foreach (uint part in _table.Chain(cluster == 0 ? _geometry.RootCluster : cluster))
            {
                places.Add(new Place(_geometry.OffsetOf(part), places.Count * _geometry.ClusterBytes, _geometry.ClusterBytes));
                last = part;
            }
        }

        if (places.Sum(place => (long)place.Length) > MaxFolderBytes)
        {
            throw new InvalidDataException("a folder is larger than FAT allows");
        }

        byte[] bytes = [.. places.SelectMany(place => _device.Read(place.Offset, place.Length))];
        return _folders[cluster] = new Folder(cluster, bytes, places, last);
    }

    private readonly record struct Place(long Offset, int At, int Length);

    private sealed class Folder(uint cluster, byte[] bytes, List<Place> places, uint last)
    {
        public uint Cluster { get; } = cluster;

        public byte[] Bytes { get; set; } = bytes;

        public List<Place> Places { get; } = places;

        public uint Last { get; set; } = last;

        public DirectoryEntry? Find(string name) =>
            DirectoryEntry.In(Bytes).FirstOrDefault(entry => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }
}
