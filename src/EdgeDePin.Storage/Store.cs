using System.Collections.Immutable;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;
using EdgeDePin.Storage.InfluxQl;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Storage;

/// <summary>
/// The truth on the device: every reading and record, appended, durable before it is acknowledged, read by cursors and by
/// InfluxQL. Points of the same series and instant have the effect of one (per field the last write counts), so anything may
/// be appended again. Thread-safe: appends and cursor moves take turns in one writer lane; each read has a connection and
/// a consistent view of its own and never waits for the writer.
/// </summary>
public sealed class Store : IDisposable
{
    private readonly StoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FolderLock _folderLock;
    private readonly DuckFile _file;
    private readonly DuckDBConnection _writer;
    private readonly Lock _writerLane = new();
    private readonly List<string> _movedAside = [];
    private Catalogue _catalogue = null!;
    private volatile ImmutableSortedDictionary<string, MeasurementSchema> _schema;
    private long _head;
    private long _quarantined;
    private int _repeats;
    private bool _disposed;

    private Store(StoreOptions options, TimeProvider time, ILogger logger, FolderLock folderLock)
    {
        (_options, _time, _logger, _folderLock) = (options, time, logger, folderLock);
        _file = new DuckFile(options);
        _writer = _file.Open(Load, time, logger, _movedAside);
        _schema = _catalogue.Snapshot();
        logger.StoreOpened(options.Folder, PointCount, _schema.Count, HeadSequence);
    }

    /// <summary>Opens the store of a folder, or makes it.</summary>
    /// <exception cref="StoreException">The folder cannot be written, or another node or store has it open.</exception>
    public static Store Open(StoreOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Folder);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Database);
        FolderLock folderLock = FolderLock.Take(options.Folder);
        try
        {
            return new Store(options, time, logger, folderLock);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>The name under which InfluxQL clients find the store.</summary>
    public string Database => _options.Database;

    /// <summary>The sequence of the last committed point; 0 when there is none.</summary>
    public long HeadSequence => Volatile.Read(ref _head);

    /// <summary>Points set aside since the store was made, whoever refused them.</summary>
    public long QuarantineCount => Volatile.Read(ref _quarantined);

    /// <summary>Files that were damaged when this store was opened and have been moved aside; normally none.</summary>
    public IReadOnlyList<string> MovedAside => _movedAside;

    /// <summary>The database file and its log, in bytes.</summary>
    public long SizeBytes => _file.SizeBytes;

    /// <summary>Distinct points: those of the same series and instant count once.</summary>
    public long PointCount
    {
        get
        {
            using DuckDBConnection reader = _file.Connect();
            return _schema.Values.Sum(measurement => reader.Number(measurement.MayRepeat
                ? $"SELECT count(*) FROM (SELECT DISTINCT series, ts FROM {measurement.Table})"
                : $"SELECT count(*) FROM {measurement.Table}"));
        }
    }

    /// <summary>
    /// Stores the points and returns when they are durable. A point whose field has another type than before goes to the
    /// quarantine; the rest of the batch is stored.
    /// </summary>
    /// <returns>The sequence of the last stored point.</returns>
    /// <exception cref="StoreException">
    /// Nothing is promised: the commit failed, and may have happened all the same (a full disk fails it after the data is
    /// durable). Append the same batch again; a point that is there already changes nothing.
    /// </exception>
    public long Append(IReadOnlyList<Point> batch)
    {
        if (batch.Count == 0)
        {
            return HeadSequence;
        }

        lock (_writerLane)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var writing = new BatchWriter(_writer, _catalogue, _options);
            InTransaction(() =>
            {
                writing.Write(batch, _head);
                MergeFromNowOn(writing.NewlyRepeating);
                foreach ((Point point, string reason) in writing.Refused)
                {
                    InsertQuarantined(point, "", reason);
                }
            });
            if (writing.SchemaChanged)
            {
                _schema = _catalogue.Snapshot();
            }

            if (writing.Refused.Count > 0)
            {
                _quarantined += writing.Refused.Count;
                _logger.Quarantined(writing.Refused.Count, writing.Refused[0].Reason);
            }

            Volatile.Write(ref _head, writing.Head);
            return writing.Head;
        }
    }

    /// <summary>The next points after a cursor, in the order in which they were stored; empty at the head.</summary>
    /// <param name="max">At most so many.</param>
    public IReadOnlyList<StoredPoint> ReadAfter(long cursor, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        using DuckDBConnection reader = _file.Connect();
        long head = HeadSequence;
        ImmutableSortedDictionary<string, MeasurementSchema> schema = _schema;
        // Sequences are dense but for commits that failed, so a window of max numbers normally holds max points.
        while (cursor < head)
        {
            List<StoredPoint> points = PointReader.Read(reader, schema, cursor, Math.Min(head, cursor + max));
            if (points.Count > 0)
            {
                return points;
            }

            cursor += max;
        }

        return [];
    }

    /// <summary>How far a destination has read; 0 for one that has not begun.</summary>
    public long GetCursor(string name)
    {
        using DuckDBConnection reader = _file.Connect();
        return reader.Rows("SELECT sequence FROM cursors WHERE name = ?", name).Select(row => row.GetInt64(0)).FirstOrDefault();
    }

    /// <summary>Remembers, durably, how far a destination has read. Setting it back makes it read again, which changes nothing.</summary>
    public void SetCursor(string name, long sequence)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        lock (_writerLane)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            InTransaction(() =>
            {
                _writer.Execute("DELETE FROM cursors WHERE name = ?", name);
                _writer.Execute("INSERT INTO cursors VALUES (?, ?)", name, sequence);
            });
        }
    }

    /// <summary>Sets a point aside that a destination refused for good.</summary>
    public void Quarantine(Point point, string destination, string reason)
    {
        lock (_writerLane)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            InTransaction(() => InsertQuarantined(point, destination, reason));
            _quarantined++;
        }

        _logger.Quarantined(1, reason);
    }

    /// <summary>The points set aside last, newest first.</summary>
    public IReadOnlyList<QuarantinedPoint> ReadQuarantine(int max)
    {
        using DuckDBConnection reader = _file.Connect();
        return [.. reader.Rows("SELECT instant, destination, line, reason FROM quarantine ORDER BY instant DESC, rowid DESC LIMIT ?", max)
            .Select(row => new QuarantinedPoint(
                DateTimeOffset.UnixEpoch.AddTicks(row.GetInt64(0) / 100), row.GetString(1), row.GetString(2), row.GetString(3)))];
    }

    /// <summary>Answers InfluxQL over this store's database. What cannot be answered is an error in the result, never an exception.</summary>
    /// <param name="influxQl">One or several statements, separated by semicolons.</param>
    /// <param name="now">What <c>now()</c> means.</param>
    public QueryResult Query(string influxQl, DateTimeOffset now) => Query(influxQl, now, Database);

    /// <param name="database">The database of the request; null when it named none.</param>
    /// <param name="parameters">Values of <c>$name</c>.</param>
    internal QueryResult Query(
        string influxQl, DateTimeOffset now, string? database, IReadOnlyDictionary<string, Expression>? parameters = null)
    {
        using DuckDBConnection reader = _file.Connect();
        while (true)
        {
            // A measurement may get its first repeated row between the snapshot and the read, and would count it twice.
            int repeats = Volatile.Read(ref _repeats);
            QueryResult result = new QueryEngine(reader, _schema, Database).Answer(influxQl, Point.InstantOf(now), database, parameters);
            if (repeats == Volatile.Read(ref _repeats))
            {
                return result;
            }
        }
    }

    public void Dispose()
    {
        lock (_writerLane)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _writer.Dispose();
            _folderLock.Dispose();
        }
    }

    private void Load(DuckDBConnection connection)
    {
        Catalogue.CreateTables(connection);
        _catalogue = Catalogue.Load(connection);
        _head = _catalogue.Head;
        _quarantined = connection.Number("SELECT count(*) FROM quarantine");
    }

    // Before the commit, so that no reader counts the second row of an instant as a second point; readers that have begun
    // see the changed number and read again.
    private void MergeFromNowOn(List<string> measurements)
    {
        foreach (string name in measurements)
        {
            if (_schema.TryGetValue(name, out MeasurementSchema? measurement))
            {
                _schema = _schema.SetItem(name, measurement with { MayRepeat = true });
            }

            Interlocked.Increment(ref _repeats);
        }
    }

    private void InsertQuarantined(Point point, string destination, string reason) =>
        _writer.Execute("INSERT INTO quarantine VALUES (?, ?, ?, ?)",
            Point.InstantOf(_time.GetUtcNow()), destination, LineProtocol.Encode(point), reason);

    private void InTransaction(Action work)
    {
        try
        {
            using DuckDBTransaction transaction = _writer.BeginTransaction();
            work();
            transaction.Commit();
        }
        catch (DuckDBException error)
        {
            Reload();
            throw new StoreException(
                $"Store '{_file.Path}' could not commit: {error.Message.Split('\n')[0]}. Free disk space or check the card, then append the same points again.", error);
        }
    }

    // The catalogue in memory may be ahead of the tables now, or behind them: read it again. Where even that fails the
    // engine has given the file up, and every further call says so until the process starts anew.
    private void Reload()
    {
        try
        {
            Load(_writer);
            _schema = _catalogue.Snapshot();
        }
        catch (DuckDBException)
        {
            _catalogue = new Catalogue();
        }
    }
}
