using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace EdgeHubSimulator.Queues;

/// <summary>One file of a log. Its name is the sequence of its first message.</summary>
internal sealed class Segment(string path, long first, long length)
{
    public const string Extension = ".log";

    public string Path { get; } = path;

    public long First { get; } = first;

    /// <summary>Bytes that hold whole records.</summary>
    public long Length { get; set; } = length;

    /// <summary>The sequence after its last message.</summary>
    public long Next { get; set; } = first;

    public static string PathOf(string folder, long first) =>
        System.IO.Path.Combine(folder, first.ToString("D19", CultureInfo.InvariantCulture) + Extension);

    /// <summary>The segments of a folder in their order. How far the last one is whole is not known yet.</summary>
    public static List<Segment> In(string folder)
    {
        List<Segment> segments = [.. Directory.EnumerateFiles(folder, "*" + Extension)
            .Select(file => (File: file, First: long.TryParse(System.IO.Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out long first) ? first : -1))
            .Where(found => found.First > 0)
            .OrderBy(found => found.First)
            .Select(found => new Segment(found.File, found.First, new FileInfo(found.File).Length))];
        for (int i = 0; i + 1 < segments.Count; i++)
        {
            segments[i].Next = segments[i + 1].First;
        }

        return segments;
    }
}

/// <summary>Reads a segment from its beginning, through a buffer.</summary>
internal sealed class SegmentReader(Segment segment) : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly SafeFileHandle _file = File.OpenHandle(segment.Path, options: FileOptions.SequentialScan);
    private readonly List<string> _topics = [];
    private byte[] _buffer = new byte[BufferBytes];
    private long _bufferAt;
    private int _buffered;

    public Segment Segment => segment;

    /// <summary>Where the next record begins.</summary>
    public long Position { get; private set; }

    /// <summary>The sequence of the next record.</summary>
    public long Sequence { get; private set; } = segment.First;

    /// <summary>The next record; null at the end, and where it is damaged.</summary>
    public QueuedMessage? Read()
    {
        int length = Record.Length(Bytes(Record.HeaderBytes));
        if (length == 0 || Position + length > segment.Length)
        {
            return null;
        }

        ReadOnlySpan<byte> record = Bytes(length);
        QueuedMessage? message = record.Length < length ? null : Record.Read(record[..length], _topics);
        if (message is not null)
        {
            message.Sequence = Sequence++;
            Position += length;
        }

        return message;
    }

    public void Dispose() => _file.Dispose();

    private ReadOnlySpan<byte> Bytes(int count)
    {
        long skip = Position - _bufferAt;
        if (skip < 0 || skip + count > _buffered)
        {
            if (count > _buffer.Length)
            {
                _buffer = new byte[count];
            }

            (_bufferAt, skip) = (Position, 0);
            _buffered = RandomAccess.Read(_file, _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, Math.Max(0, segment.Length - Position))), Position);
        }

        return _buffer.AsSpan((int)skip, _buffered - (int)skip);
    }
}
