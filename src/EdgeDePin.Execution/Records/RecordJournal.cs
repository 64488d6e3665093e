using System.Buffers;

namespace EdgeDePin.Execution.Records;

/// <summary>
/// Execution records on disk, append-only: segments, each naming the hash of the one before and signed by the node, in files of about
/// 8 MiB. What was lost before it could be written stands in the next segment. One writer; not safe for several threads.
/// </summary>
public sealed class RecordJournal : IDisposable
{
    /// <summary>Entries of a segment, at most: the price of a signature is shared by so many.</summary>
    public const int EntriesPerSegment = 4096;

    private const long BytesPerFile = 8 * 1024 * 1024;

    private readonly string _folder;
    private readonly byte[] _publicKey;
    private readonly Func<byte[], byte[]> _sign;
    private readonly long _maxBytes;
    private readonly EntryCodec _codec = new();
    private readonly ArrayBufferWriter<byte> _body = new(256 * 1024);
    private FileStream? _file;
    private byte[] _previous;
    private long _index;
    private int _count;
    private long _lostSealed;

    private RecordJournal(string folder, byte[] publicKey, Func<byte[], byte[]> sign, long maxBytes, JournalEnd end)
    {
        (_folder, _publicKey, _sign, _maxBytes) = (folder, publicKey, sign, maxBytes);
        (_index, Written, Lost, _previous) = (end.NextIndex, end.Entries, end.Lost, end.Hash);
        _lostSealed = end.Lost;
    }

    /// <summary>Entries of all segments that were ever written, and those that wait for the next.</summary>
    public long Written { get; private set; }

    /// <summary>Entries that never reached the journal.</summary>
    public long Lost { get; private set; }

    /// <summary>Opens the journal of a folder, or begins one.</summary>
    /// <param name="publicKey">Ed25519, 32 bytes.</param>
    /// <param name="sign">Gives 64 bytes.</param>
    /// <param name="maxBytes">Beyond it the oldest files go; 1 GiB holds about 24 million records.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    /// <exception cref="FormatException">The newest segment there is damaged; <c>records verify</c> says where.</exception>
    public static RecordJournal Open(string folder, byte[] publicKey, Func<byte[], byte[]> sign, long maxBytes = 1L << 30)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        ArgumentNullException.ThrowIfNull(sign);
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, 32);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, BytesPerFile);
        Directory.CreateDirectory(folder);
        return new RecordJournal(folder, publicKey, sign, maxBytes, JournalEnd.Of(folder));
    }

    public void Append(in JournalEntry entry)
    {
        _codec.Write(_body, entry);
        Written++;
        if (++_count == EntriesPerSegment || _body.WrittenCount > SegmentHeader.MaxBody / 2)
        {
            Seal();
        }
    }

    /// <summary>Says that records were lost before they came here; the next segment carries the sum.</summary>
    public void CountLost(long records) => Lost += records;

    /// <summary>Writes what waits as a segment of its own, signed and durable; one without entries where only losses are to be told.</summary>
    public void Seal()
    {
        if (_count == 0 && Lost == _lostSealed)
        {
            return;
        }

        int length = SegmentHeader.Length + _body.WrittenCount;
        byte[] segment = ArrayPool<byte>.Shared.Rent(length + SegmentHeader.SignatureLength);
        try
        {
            new SegmentHeader(_body.WrittenCount, _count, _index, Written - _count, Lost, _previous, _publicKey).WriteTo(segment);
            _body.WrittenSpan.CopyTo(segment.AsSpan(SegmentHeader.Length));
            byte[] hash = SegmentHeader.Hash(segment.AsSpan(0, length));
            _sign(hash).CopyTo(segment.AsSpan(length));
            FileStream file = File();
            file.Write(segment, 0, length + SegmentHeader.SignatureLength);
            file.Flush(flushToDisk: true);
            _previous = hash;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(segment);
        }

        _index++;
        _count = 0;
        _lostSealed = Lost;
        _body.ResetWrittenCount();
        _codec.Reset();
        if (_file!.Length > BytesPerFile)
        {
            _file.Dispose();
            _file = null;
            Trim();
        }
    }

    /// <summary>After the disk has refused: closes the file and writes nothing more. The folder can be opened again.</summary>
    /// <returns>Entries that are in no segment, and losses that none tells of.</returns>
    public (long Entries, long Lost) Abandon()
    {
        try
        {
            _file?.Dispose();
        }
        catch (IOException)
        {
            // What it could not write it has said before.
        }

        _file = null;
        (long, long) missing = (_count, Lost - _lostSealed);
        (_count, _lostSealed) = (0, Lost);
        return missing;
    }

    public void Dispose()
    {
        Seal();
        _file?.Dispose();
    }

    private FileStream File() =>
        _file ??= new FileStream(Path.Combine(_folder, $"{_index:D12}{JournalReader.Extension}"), FileMode.CreateNew, FileAccess.Write, FileShare.Read);

    private void Trim()
    {
        FileInfo[] files = JournalReader.FilesOf(_folder);
        long bytes = files.Sum(file => file.Length);
        foreach (FileInfo oldest in files.SkipLast(1))
        {
            if (bytes <= _maxBytes)
            {
                return;
            }

            bytes -= oldest.Length;
            oldest.Delete();
        }
    }
}
