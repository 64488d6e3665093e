using System.Globalization;
using EdgeHubSimulator.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace EdgeHubSimulator.Queues;

/// <summary>
/// A log on disk: append-only segments with a checksum for each record, and a file that says what is done. A record is with the
/// operating system before its message is acknowledged, so that the death of the process loses nothing; it is on the disk at the
/// next <see cref="Sync"/>. Safe for concurrent use.
/// </summary>
internal sealed class FileLog : IMessageLog
{
    private const string DoneFile = "done";

    private readonly string _folder;
    private readonly long _segmentBytes;
    private readonly DiskBudget _budget;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly List<Segment> _segments;
    private readonly Dictionary<string, int> _topics = new(StringComparer.Ordinal);
    private readonly NewestMessages _newest = new();
    private byte[] _buffer = new byte[1024];
    private SafeFileHandle? _writing;
    private SegmentReader? _reader;
    private long _next = 1;
    private long _nextToRead = 1;
    private long _firstNeeded = 1;
    private long _doneWritten;
    private bool _unsynced;

    /// <param name="folder">Made if it is not there.</param>
    /// <param name="segmentBytes">A segment is closed when it is this long.</param>
    public FileLog(string folder, int priority, long segmentBytes, DiskBudget budget, ILogger log)
    {
        (_folder, Priority, _segmentBytes, _budget, _log) = (folder, priority, segmentBytes, budget, log);
        PrivateFile.MakeFolder(folder);
        _segments = Segment.In(folder);
        Recover();
        budget.Count(_segments.Sum(segment => segment.Length));
        budget.Join(this);
    }

    public int Priority { get; }

    /// <summary>When the oldest segment was begun; null if there is nothing to give.</summary>
    public DateTime? OldestSegment
    {
        get
        {
            lock (_gate)
            {
                return _segments.Count == 0 || _segments[0].Length == 0 ? null : File.GetCreationTimeUtc(_segments[0].Path);
            }
        }
    }

    public long Unread
    {
        get
        {
            lock (_gate)
            {
                return _next - _nextToRead;
            }
        }
    }

    public long Lost { get; private set; }

    public void Append(QueuedMessage message)
    {
        lock (_gate)
        {
            if (_writing is null || _segments[^1].Length >= _segmentBytes)
            {
                Roll();
            }

            Segment last = _segments[^1];
            int room = Record.MaxBytes(message);
            if (room > _buffer.Length)
            {
                _buffer = new byte[room];
            }

            int length = Record.Write(_buffer, message, _topics);
            try
            {
                RandomAccess.Write(_writing!, _buffer.AsSpan(0, length), last.Length);
            }
            catch
            {
                // The topic may have been numbered and the number never written: begin a segment that knows nothing.
                CloseWriting();
                throw;
            }

            last.Length += length;
            message.Sequence = _next;
            last.Next = ++_next;
            _newest.Add(message);
            _unsynced = true;
            _budget.Count(length);
        }

        _budget.Keep();
    }

    public QueuedMessage? Read()
    {
        lock (_gate)
        {
            if (_newest.Take(_nextToRead) is { } newest)
            {
                _nextToRead++;
                return newest;
            }

            while (_nextToRead < _next)
            {
                if (_reader is null || _nextToRead < _reader.Sequence || _nextToRead >= _reader.Segment.Next)
                {
                    OpenReader();
                }

                if (_reader!.Read() is not { } message)
                {
                    SkipDamage(_reader.Segment);
                }
                else if (message.Sequence == _nextToRead)
                {
                    _nextToRead++;
                    return message;
                }
            }

            return null;
        }
    }

    public void Release(long? firstNeeded)
    {
        lock (_gate)
        {
            _firstNeeded = firstNeeded ?? _nextToRead;
            while (_segments.Count > 1 && _segments[0].Next <= _firstNeeded)
            {
                Delete(_segments[0]);
            }

            // Everything is done: what is written begins anew before it is long.
            if (_segments.Count == 1 && _firstNeeded == _next && _segments[0].Length > _segmentBytes / 8)
            {
                Roll();
                Delete(_segments[0]);
            }
        }
    }

    /// <summary>Puts on the disk what was appended and what is done.</summary>
    public void Sync()
    {
        lock (_gate)
        {
            if (_unsynced && _writing is not null)
            {
                RandomAccess.FlushToDisk(_writing);
                _unsynced = false;
            }

            if (_doneWritten != _firstNeeded)
            {
                PrivateFile.Write(Path.Combine(_folder, DoneFile), _firstNeeded.ToString(CultureInfo.InvariantCulture));
                _doneWritten = _firstNeeded;
            }
        }
    }

    /// <summary>Gives the oldest segment away; what of it nobody has read is counted as lost.</summary>
    public void GiveOldest()
    {
        lock (_gate)
        {
            if (_segments.Count == 1)
            {
                Roll();
            }

            Segment oldest = _segments[0];
            long unread = Math.Max(0, oldest.Next - Math.Max(oldest.First, _nextToRead));
            Lost += unread;
            _nextToRead = Math.Max(_nextToRead, oldest.Next);
            Delete(oldest);
            if (unread > 0)
            {
                LocalHubLog.GaveWay(_log, unread, _folder, _budget.MaxBytes);
            }
        }
    }

    public void Dispose()
    {
        Sync();
        _budget.Leave(this);
        lock (_gate)
        {
            CloseWriting();
            _reader?.Dispose();
            _budget.Count(-_segments.Sum(segment => segment.Length));
        }
    }

    /// <summary>Finds the end of the last segment, which a crash may have torn, and where reading goes on.</summary>
    private void Recover()
    {
        string done = Path.Combine(_folder, DoneFile);
        _firstNeeded = File.Exists(done) && long.TryParse(File.ReadAllText(done), NumberStyles.None, CultureInfo.InvariantCulture, out long first) ? first : 1;
        if (_segments.Count > 0)
        {
            Segment last = _segments[^1];
            using (var reader = new SegmentReader(last))
            {
                while (reader.Read() is not null)
                {
                }

                if (reader.Position < last.Length)
                {
                    LocalHubLog.Torn(_log, last.Path, last.Length - reader.Position);
                }

                (last.Length, last.Next) = (reader.Position, reader.Sequence);
            }

            _next = last.Next;
        }

        _next = Math.Max(_next, _firstNeeded);
        _firstNeeded = Math.Clamp(_firstNeeded, _segments.Count == 0 ? 1 : _segments[0].First, _next);
        (_nextToRead, _doneWritten) = (_firstNeeded, _firstNeeded);
    }

    private void OpenReader()
    {
        _reader?.Dispose();
        Segment segment = _segments.First(candidate => _nextToRead < candidate.Next);
        _reader = new SegmentReader(segment);
        if (_nextToRead < segment.First)
        {
            Lost += segment.First - _nextToRead;
            _nextToRead = segment.First;
        }
    }

    // Nothing behind a damaged record can be told apart any more: the rest of its segment is lost, and said so.
    private void SkipDamage(Segment segment)
    {
        long lost = segment.Next - _nextToRead;
        if (lost > 0)
        {
            LocalHubLog.Damaged(_log, segment.Path, lost);
        }

        Lost += lost;
        _nextToRead = segment.Next;
    }

    private void Roll()
    {
        CloseWriting();
        var segment = new Segment(Segment.PathOf(_folder, _next), _next, 0);
        // A segment that was begun and holds nothing has the same name; it is begun again.
        if (_segments.Count > 0 && _segments[^1].First == _next)
        {
            Delete(_segments[^1]);
        }

        _writing = File.OpenHandle(segment.Path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _segments.Add(segment);
        _topics.Clear();
    }

    private void CloseWriting()
    {
        if (_writing is not null)
        {
            RandomAccess.FlushToDisk(_writing);
            _writing.Dispose();
            _writing = null;
        }
    }

    private void Delete(Segment segment)
    {
        if (_reader?.Segment == segment)
        {
            _reader.Dispose();
            _reader = null;
        }

        File.Delete(segment.Path);
        _segments.Remove(segment);
        _budget.Count(-segment.Length);
    }
}
