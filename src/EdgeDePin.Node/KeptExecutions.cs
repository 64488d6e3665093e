using EdgeDePin.Execution;
using EdgeDePin.Execution.Records;
using EdgeDePin.Sharing.Identity;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node;

/// <summary>
/// What a node keeps of its executions in its data folder: every record, chained and signed, and the run times learned from them. A disk
/// that refuses costs records and never an execution; how many stands in the health of the node, and in the first segment that
/// can be written again. One thread at a time, except <see cref="NotKept"/>.
/// </summary>
internal sealed class KeptExecutions : IDisposable
{
    /// <summary>Below the data folder; <c>edgedepin records ... --records</c> takes it.</summary>
    public const string Folder = "records";

    /// <summary>After the disk has refused, it is tried again this often.</summary>
    public static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(30);

    private const string TimesFile = "run-times.cbor";

    /// <summary>Larger files of learned run times are not ours: 4096 models take 2.5 MB.</summary>
    private const long MaxTimesBytes = 16 * 1024 * 1024;

    // What a crash may cost: a segment is signed and made durable this often.
    private static readonly TimeSpan SealPeriod = TimeSpan.FromSeconds(10);

    private readonly NodeOptions _node;
    private readonly NodeIdentity? _given;
    private readonly long _maxBytes;
    private readonly string _folder;
    private readonly Estimates _estimates;
    private readonly RecordLog _records;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private NodeIdentity? _own;
    private RecordJournal? _journal;
    private bool _timesLoaded;
    private long _overwritten;
    private long _owed;
    private long _notKept;
    private long _sealed;
    private long _tried;

    private KeptExecutions(NodeOptions node, NodeIdentity? identity, long maxBytes, Estimates estimates, RecordLog records, TimeProvider time, ILogger log)
    {
        (_node, _given, _maxBytes, _estimates, _records, _time, _log) = (node, identity, maxBytes, estimates, records, time, log);
        _folder = Path.Combine(node.DataFolder, Folder);
        _sealed = time.GetTimestamp();
    }

    /// <summary>Records of this process that the disk has refused.</summary>
    public long NotKept => Interlocked.Read(ref _notKept);

    /// <param name="identity">The node's key; null: the one in the data folder.</param>
    /// <param name="maxBytes">Beyond it the oldest files go.</param>
    public static KeptExecutions Open(
        NodeOptions node, NodeIdentity? identity, long maxBytes, Estimates estimates, RecordLog records, TimeProvider time, ILogger log)
    {
        var kept = new KeptExecutions(node, identity, maxBytes, estimates, records, time, log);
        kept.Try();
        return kept;
    }

    public void Append(IReadOnlyList<ExecutionRecord> records)
    {
        long overwritten = _records.Lost;
        _owed += overwritten - _overwritten;
        _overwritten = overwritten;
        if (_journal is null && _time.GetElapsedTime(_tried) >= RetryPeriod)
        {
            Try();
        }

        if (_journal is null)
        {
            Miss(records.Count);
            return;
        }

        int begun = 0;
        try
        {
            Tell(_journal);
            foreach (ExecutionRecord record in records)
            {
                begun++;
                _journal.Append(NodeEntries.From(record));
            }

            if (_time.GetElapsedTime(_sealed) >= SealPeriod)
            {
                _sealed = _time.GetTimestamp();
                _journal.Seal();
            }
            else
            {
                return;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            GiveUp(error);
            Miss(records.Count - begun);
            return;
        }

        SaveTimes();
    }

    public void Dispose()
    {
        if (_journal is null)
        {
            // What is missing should be told by the disk, if it takes anything by now.
            Try();
        }

        if (_journal is not null)
        {
            try
            {
                Tell(_journal);
                _journal.Dispose();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                GiveUp(error);
            }

            SaveTimes();
        }

        _own?.Dispose();
    }

    private void Tell(RecordJournal journal)
    {
        journal.CountLost(_owed);
        _owed = 0;
    }

    private void Miss(long records)
    {
        Interlocked.Add(ref _notKept, records);
        _owed += records;
    }

    // The chain ends at its last whole segment, and goes on there when the disk takes something again.
    private void GiveUp(Exception error)
    {
        (long entries, long lost) = _journal!.Abandon();
        _journal = null;
        _tried = _time.GetTimestamp();
        Miss(entries);
        _owed += lost;
        NodeLog.RecordsNotKept(_log, _folder, error.Message);
    }

    private void Try()
    {
        _tried = _time.GetTimestamp();
        try
        {
            NodeIdentity key = _given ?? (_own ??= NodeIdentity.LoadOrCreate(_node.DataFolder, _time));
            _journal = RecordJournal.Open(_folder, key.PublicKey, bytes => key.Sign(bytes), _maxBytes);
            LoadTimes();
            if (NotKept > 0)
            {
                NodeLog.RecordsKeptAgain(_log, _folder, NotKept);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or InvalidDataException)
        {
            NodeLog.RecordsNotKept(_log, _folder, error.Message);
        }
    }

    private void LoadTimes()
    {
        string times = Path.Combine(_folder, TimesFile);
        if (_timesLoaded || !File.Exists(times) || new FileInfo(times).Length > MaxTimesBytes)
        {
            return;
        }

        _timesLoaded = true;
        try
        {
            _estimates.Load(File.ReadAllBytes(times));
        }
        catch (FormatException error)
        {
            // Times are learned anew, and the next that are saved take the place of these.
            NodeLog.TimesForgotten(_log, times, error.Message);
        }
    }

    private void SaveTimes()
    {
        // A crash in the middle must leave the old file or the new one, and a power cut no empty one.
        string times = Path.Combine(_folder, TimesFile);
        string next = times + ".next";
        try
        {
            using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                file.Write(_estimates.Save());
                file.Flush(flushToDisk: true);
            }

            File.Move(next, times, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The ones that were saved before are still there, and records go their own way.
            NodeLog.TimesNotSaved(_log, times, error.Message);
        }
    }
}
