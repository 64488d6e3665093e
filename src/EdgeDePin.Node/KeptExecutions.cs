using EdgeDePin.Execution;
using EdgeDePin.Execution.Records;
using EdgeDePin.Sharing.Identity;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node;

/// <summary>
/// What a node keeps of its executions in its data folder: every record, chained and signed, and the run times learned from them. A disk
/// that refuses costs records (counted) and never an execution.
/// </summary>
internal sealed class KeptExecutions : IDisposable
{
    /// <summary>Below the data folder; <c>edgedepin records ... --records</c> takes it.</summary>
    public const string Folder = "records";

    private const string TimesFile = "run-times.cbor";

    /// <summary>Larger files of learned run times are not ours: 4096 models take 2.5 MB.</summary>
    private const long MaxTimesBytes = 16 * 1024 * 1024;

    // What a crash may cost: a segment is signed and made durable this often.
    private static readonly TimeSpan SealPeriod = TimeSpan.FromSeconds(10);

    private readonly string _times;
    private readonly Estimates _estimates;
    private readonly RecordLog _records;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly NodeIdentity? _own;
    private RecordJournal? _journal;
    private long _lost;
    private long _sealed;

    private KeptExecutions(string folder, Estimates estimates, RecordLog records, NodeIdentity? own, TimeProvider time, ILogger log)
    {
        (_times, _estimates, _records, _own, _time, _log) = (Path.Combine(folder, TimesFile), estimates, records, own, time, log);
        _sealed = time.GetTimestamp();
    }

    /// <param name="identity">The node's key; null: the one in the data folder.</param>
    /// <param name="maxBytes">Beyond it the oldest files go.</param>
    public static KeptExecutions Open(
        NodeOptions node, NodeIdentity? identity, long maxBytes, Estimates estimates, RecordLog records, TimeProvider time, ILogger log)
    {
        NodeIdentity? own = null;
        string folder = Path.Combine(node.DataFolder, Folder);
        KeptExecutions kept;
        try
        {
            own = identity is null ? NodeIdentity.LoadOrCreate(node.DataFolder, time) : null;
            NodeIdentity key = identity ?? own!;
            kept = new KeptExecutions(folder, estimates, records, own, time, log)
            {
                _journal = RecordJournal.Open(folder, key.PublicKey, bytes => key.Sign(bytes), maxBytes),
            };
            kept.LoadTimes();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or InvalidDataException)
        {
            NodeLog.RecordsNotKept(log, folder, error.Message);
            kept = new KeptExecutions(folder, estimates, records, own, time, log);
        }

        return kept;
    }

    public void Append(IReadOnlyList<ExecutionRecord> records) => Try(journal =>
    {
        journal.CountLost(_records.Lost - _lost);
        _lost = _records.Lost;
        foreach (ExecutionRecord record in records)
        {
            journal.Append(NodeEntries.From(record));
        }

        if (_time.GetElapsedTime(_sealed) >= SealPeriod)
        {
            _sealed = _time.GetTimestamp();
            journal.Seal();
            SaveTimes();
        }
    });

    public void Dispose()
    {
        Try(journal =>
        {
            journal.Dispose();
            SaveTimes();
        });
        _own?.Dispose();
    }

    private void Try(Action<RecordJournal> write)
    {
        try
        {
            if (_journal is not null)
            {
                write(_journal);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The chain ends here; the next start of the node begins behind its last whole segment.
            NodeLog.RecordsNotKept(_log, Path.GetDirectoryName(_times)!, error.Message);
            _journal = null;
        }
    }

    private void LoadTimes()
    {
        if (File.Exists(_times) && new FileInfo(_times).Length <= MaxTimesBytes)
        {
            try
            {
                _estimates.Load(File.ReadAllBytes(_times));
            }
            catch (FormatException error)
            {
                // Times are learned anew, and the next that are saved take the place of these.
                NodeLog.TimesForgotten(_log, _times, error.Message);
            }
        }
    }

    private void SaveTimes()
    {
        // A crash in the middle must leave the old file or the new one.
        string next = _times + ".next";
        File.WriteAllBytes(next, _estimates.Save());
        File.Move(next, _times, overwrite: true);
    }
}
