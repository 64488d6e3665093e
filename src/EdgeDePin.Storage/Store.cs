using System.Collections.Concurrent;
using System.Collections.Immutable;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Batches;
using EdgeDePin.Storage.Duck;
using EdgeDePin.Storage.InfluxQl;
using EdgeDePin.Storage.Shards;
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
    /// <summary>What goes on with a disk that does not give back what was stored.</summary>
    internal const string Reading = "could not be read: {0}. Stop the node and run 'edgedepin store check'.";

    private const string Committing = "could not commit: {0}. Free disk space or check the card, then append the same points again.";

    private readonly StoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FolderLock _folderLock;
    private readonly StoreEngine _engine;
    private readonly DiskSpace _disk;
    private readonly PointTally _tally = new();
    private readonly CommitQueue _waiting = new();
    private readonly Lock _writerLane = new();
    private readonly ManualResetEventSlim _closing = new();
    private readonly Maintenance _maintenance;
    private readonly Compaction _compaction;
    private readonly ConcurrentDictionary<string, byte> _destinations = new(StringComparer.Ordinal);
    private long _flushedAt;
    private long _deletions;
    private bool _disposed;

    private Store(StoreOptions options, TimeProvider time, ILogger logger, FolderLock folderLock)
    {
        (_options, _time, _logger, _folderLock) = (options, time, logger, folderLock);
        _disk = new DiskSpace(options, time, logger);
        _engine = new StoreEngine(options, time, logger);
        _disk.Reserve();
        _flushedAt = time.GetTimestamp();
        _maintenance = new Maintenance(this, _engine, _disk, options, time, logger);
        _compaction = new Compaction(this, options.ShardPoints, logger);
        logger.StoreOpened(options.Folder, PointCount, _engine.Schema.Count, HeadSequence);
    }

    /// <summary>Opens the store of a folder, or makes it. What is damaged is set aside and named in <see cref="MovedAside"/>.</summary>
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
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DuckDBException)
        {
            folderLock.Dispose();
            throw new StoreException(
                $"Store '{options.Folder}' does not open: {FirstLine(error)}. Check the disk for space and rights, then start again.", error);
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
    public long HeadSequence => _engine.Head;

    /// <summary>The number of this life of the store, from 1: grows when the store was not closed in order or lost something.</summary>
    public long Epoch => _engine.Epoch;

    /// <summary>Since when the disk is full; null while it takes what is written. Nothing acknowledged is lost meanwhile.</summary>
    public DateTimeOffset? DiskFullSince => _disk.FullSince;

    /// <summary>Commits that a full disk refused since the start; who asked for them was told to come again.</summary>
    public long CommitsPutOff => _disk.PutOff;

    /// <summary>Points set aside since the store was made, whoever refused them.</summary>
    public long QuarantineCount => _engine.Quarantine.Count;

    /// <summary>Files that hold what was damaged when this store was opened; normally none.</summary>
    public IReadOnlyList<string> MovedAside => _engine.MovedAside;

    /// <summary>How often something was deleted since the store was opened.</summary>
    internal long Deletions => Interlocked.Read(ref _deletions);

    /// <summary>What the store takes on the disk, in bytes.</summary>
    public long SizeBytes => _engine.SizeBytes;

    /// <summary>Distinct points: those of the same series and instant count once.</summary>
    public long PointCount
    {
        get
        {
            using ReadSession session = _engine.Read();
            return _tally.Count(session);
        }
    }

    /// <summary>
    /// Stores the points and returns when they are durable; callers that wait together share one flush of the disk. A point
    /// whose field has another type than before goes to the quarantine; the rest of the batch is stored.
    /// </summary>
    /// <returns>The sequence of the last stored point.</returns>
    /// <exception cref="StoreException">
    /// Nothing is promised: the commit failed, and may have happened all the same (a flush may fail after the data is
    /// durable). Append the same batch again; a point that is there already changes nothing.
    /// </exception>
    public long Append(IReadOnlyList<Point> batch)
    {
        if (batch.Count == 0)
        {
            return HeadSequence;
        }

        PointBatch columns = Batches.Rent();
        foreach (Point point in batch)
        {
            columns.Add(point);
        }

        long last = AppendBatches([columns]);
        Batches.Return(columns);
        return last;
    }

    /// <summary>Batches to be filled for <see cref="AppendBatches"/>.</summary>
    internal BatchPool Batches => _engine.Batches;

    /// <summary>Stores the points of several batches together; see <see cref="Append(IReadOnlyList{Point})"/>.</summary>
    /// <param name="batches">Not to be changed before this returns.</param>
    internal long AppendBatches(IReadOnlyList<PointBatch> batches)
    {
        foreach (PointBatch batch in batches)
        {
            // Made here, where it can happen beside the commit of another caller.
            _ = batch.Payload;
        }

        Commit mine = _waiting.Enter(batches);
        while (!mine.IsDone)
        {
            lock (_writerLane)
            {
                if (!mine.IsDone)
                {
                    AwaitInterval();
                    CommitTogether(_waiting.Take());
                }
            }
        }

        return mine.Result();
    }

    /// <summary>For who commits what others send: waits while more waits for a shard than memory should hold.</summary>
    internal void HoldBack() => _compaction.Hold(_engine.HotPoints);

    /// <summary>The next points after a cursor, in the order in which they were stored; empty at the head.</summary>
    /// <param name="max">At most so many.</param>
    /// <exception cref="StoreException">The disk cannot be read.</exception>
    public IReadOnlyList<StoredPoint> ReadAfter(long cursor, int max) => ColumnsAfter(cursor, max);

    /// <summary>The most fields that a measurement has; at least 1.</summary>
    internal int WidestMeasurement => _engine.Schema.Values.Select(measurement => measurement.Fields.Length).DefaultIfEmpty(1).Max();

    /// <summary>The same as they lie in the engine's columns.</summary>
    internal StoredColumns ColumnsAfter(long cursor, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return OnDisk(() => Read(cursor, max), Reading);
    }

    private StoredColumns Read(long cursor, int max)
    {
        // The head as it was before reading begins: everything up to it can be seen.
        long head = HeadSequence;
        using ReadSession reader = _engine.Read();
        // Sequences are dense but for commits that failed, so a window of max numbers normally holds max points.
        while (cursor < head)
        {
            StoredColumns points = PointReader.Read(reader, cursor, Math.Min(head, cursor + max));
            if (points.Count > 0)
            {
                return points;
            }

            // A damaged shard leaves a hole of many numbers: go on behind it.
            cursor = reader.Schema.Values.Select(measurement => reader.Connection.Number($"SELECT coalesce(min(seq), {head + 1}) FROM {measurement.Table} WHERE seq > {cursor}"))
                .DefaultIfEmpty(head + 1).Min() - 1;
        }

        return new StoredColumns([], head, head);
    }

    /// <summary>How far a destination has read; 0 for one that has not begun.</summary>
    public long GetCursor(string name) => _engine.Cursors.GetValueOrDefault(name);

    /// <summary>Remembers, durably, how far a destination has read. Setting it back makes it read again, which changes nothing.</summary>
    /// <exception cref="StoreException">The disk did not take it; the destination reads the same points again after a start.</exception>
    public void SetCursor(string name, long sequence)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        InLane(() => _engine.SetCursor(name, sequence));
    }

    /// <summary>Sets a point aside that a destination refused for good.</summary>
    /// <exception cref="StoreException">The disk did not take it.</exception>
    public void Quarantine(Point point, string destination, string reason)
    {
        InLane(() => _engine.SetAside(Refused(point, destination, reason)));
        _logger.Quarantined(1, reason);
    }

    /// <summary>
    /// Stores a point that was set aside, as it was repaired, and takes it out of the quarantine. A cut between the two does no
    /// harm: storing it again changes nothing.
    /// </summary>
    /// <returns>Why it cannot be stored as it is; null when it was.</returns>
    /// <exception cref="StoreException">The disk did not take it.</exception>
    public string? Replay(long number, Point repaired)
    {
        if (_engine.Schema.TryGetValue(repaired.Measurement, out MeasurementSchema? measurement))
        {
            foreach (Field field in repaired.Fields)
            {
                FieldKind kind = field.Value.Kind == FieldKind.Unsigned ? FieldKind.Integer : field.Value.Kind;
                if (measurement.Field(field.Key) is { } known && known.Kind != kind)
                {
                    return $"field '{field.Key}' of measurement '{repaired.Measurement}' is {known.Kind.ToString().ToLowerInvariant()} in the store, not {kind.ToString().ToLowerInvariant()}; cast or rename it";
                }
            }
        }

        Append([repaired]);
        InLane(() => _engine.Resolve(number));
        return null;
    }

    /// <summary>The points set aside last, newest first; the store keeps 1,000.</summary>
    public IReadOnlyList<QuarantinedPoint> ReadQuarantine(int max) => _engine.Quarantine.Last(max);

    /// <summary>Answers InfluxQL over this store's database. What cannot be answered is an error in the result, never an exception.</summary>
    /// <param name="influxQl">One or several statements, separated by semicolons.</param>
    /// <param name="now">What <c>now()</c> means.</param>
    public QueryResult Query(string influxQl, DateTimeOffset now) => Query(influxQl, now, Database);

    /// <param name="database">The database of the request; null when it named none.</param>
    /// <param name="parameters">Values of <c>$name</c>.</param>
    /// <param name="mayDelete">Whether DELETE and DROP are done and not refused.</param>
    internal QueryResult Query(
        string influxQl, DateTimeOffset now, string? database, IReadOnlyDictionary<string, Expression>? parameters = null, bool mayDelete = false)
    {
        ReadSession reader = OnDisk(_engine.Read, Reading);
        try
        {
            return new QueryEngine(reader, Database, mayDelete ? Delete : null, Renew).Answer(influxQl, Point.InstantOf(now), database, parameters);
        }
        finally
        {
            reader.Dispose();
        }

        ReadSession Renew()
        {
            reader.Dispose();
            return reader = _engine.Read();
        }
    }

    /// <summary>
    /// Deletes points, durably, and at once for every reader; they leave the disk when shards are written anew. Cursors stay:
    /// what a destination has got it keeps, what it has not got it never gets.
    /// </summary>
    /// <param name="series">Null is every series of the measurement.</param>
    /// <param name="from">The first instant, ns since 1970.</param>
    /// <param name="until">The last instant.</param>
    /// <exception cref="StoreException">The disk did not take it; the same can be asked again.</exception>
    internal void Delete(string measurement, IReadOnlyList<Duck.Series>? series, long from, long until) => Delete(measurement, series, from, until, 0, null);

    /// <param name="after">The sequence before the first one that is concerned.</param>
    /// <param name="last">The last one; null is all that is stored by now.</param>
    internal void Delete(string measurement, IReadOnlyList<Duck.Series>? series, long from, long until, long after, long? last)
    {
        InLane(() => _engine.Delete(measurement, series, from, until, after, last));
        Interlocked.Increment(ref _deletions);
        _compaction.Soon();
    }

    /// <summary>Brings points that were stored at wrong instants to the right ones; see <see cref="PointShift"/>.</summary>
    /// <param name="progress">Of an earlier try of the same shift; null begins with its first point.</param>
    /// <returns>How many, with those of earlier tries.</returns>
    /// <exception cref="StoreException">The disk did not take it or could not be read; the same can be asked again.</exception>
    public long Shift(PointShift shift, ShiftProgress? progress = null) => new Shifting(this, _engine).Run(shift, progress ?? new ShiftProgress(shift.After));

    internal void Delete(DeletePredicate chosen, long from, long until)
    {
        foreach (MeasurementSchema measurement in _engine.Schema.Values.Where(measurement => chosen.Measurement is null || measurement.Name == chosen.Measurement))
        {
            List<Duck.Series> series = [.. measurement.Series.Where(one => chosen.Tags.All(tag => one[tag.Key] == tag.Value))];
            if (series.Count > 0)
            {
                Delete(measurement.Name, chosen.Tags.Count == 0 ? null : series, from, until);
            }
        }
    }

    /// <summary>
    /// Moves what is in the log into a shard: sorted, without duplicates, in Parquet; then merges small shards, and thins and
    /// drops what is too old or too much. Happens by itself in the background; appends and reads go on meanwhile.
    /// </summary>
    /// <exception cref="StoreException">No space, as a rule. Nothing is lost: the log keeps it.</exception>
    public void Compact() => _maintenance.Run();

    /// <summary>
    /// Names a destination that is to get everything: what its cursor has not reached is thinned and dropped last.
    /// </summary>
    public void Follow(string destination) => _destinations[destination] = 0;

    /// <summary>The last sequence that every destination has; the largest number where nobody follows.</summary>
    internal long ForwardedTo => _destinations.Keys.Select(GetCursor).DefaultIfEmpty(long.MaxValue).Min();

    /// <summary>
    /// Copies the store, as of now, into a folder that does not exist yet; the copy is a store itself. Appends wait only
    /// while the log is copied.
    /// </summary>
    /// <exception cref="StoreException">The folder exists or cannot be written.</exception>
    public void Snapshot(string folder)
    {
        // No shard comes or goes meanwhile, and the log is copied last: it holds nothing that is in a shard already.
        _maintenance.Alone(() => OnDisk(
            () => StoreSnapshot.Copy(_options.Folder, folder, part =>
            {
                string source = Path.Combine(_options.Folder, part.Name);
                if (part.Name == "segments")
                {
                    InLane(() => StoreSnapshot.CopyFolder(source, part.Target));
                }
                else
                {
                    StoreSnapshot.CopyFolder(source, part.Target);
                }
            }),
            "could not be copied: {0}. Choose another folder, or free disk space."));
    }

    /// <summary>What the store holds, and in how many bytes.</summary>
    public StoreStats Stats() => new()
    {
        Head = HeadSequence,
        Epoch = Epoch,
        Points = PointCount,
        Measurements = _engine.Schema.Count,
        Series = _engine.Schema.Values.Sum(measurement => measurement.Series.Length),
        Quarantined = QuarantineCount,
        Tombstones = _engine.Tombstones.All.Count,
        FreeBytes = _disk.FreeBytes,
        DiskFullSince = DiskFullSince,
        LogPoints = _engine.HotPoints,
        LogBytes = _engine.LogBytes,
        Shards = _engine.Shards.Count,
        ShardRows = _engine.Shards.Sum(shard => shard.Rows),
        ShardBytes = _engine.Shards.Sum(shard => shard.Bytes),
    };

    /// <summary>Writes everything that the store holds into a folder, which is made when missing.</summary>
    /// <returns>The files written.</returns>
    /// <exception cref="StoreException">The folder cannot be written, or the disk is full.</exception>
    public IReadOnlyList<string> Export(ExportFormat format, string folder)
    {
        return OnDisk<IReadOnlyList<string>>(() =>
        {
            Directory.CreateDirectory(folder);
            if (format == ExportFormat.Lp)
            {
                return [StoreExport.WriteLines(this, folder)];
            }

            using ReadSession reader = _engine.Read();
            return StoreExport.WriteTables(reader.Connection, reader.Schema.Values, _engine.WorkFolder, format, folder);
        }, "could not be exported: {0}. Choose another folder, or free disk space.");
    }

    public void Dispose()
    {
        _closing.Set();
        _compaction.Finish();
        lock (_writerLane)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _engine.Dispose();
            _folderLock.Dispose();
        }
    }

    // Waits for the next flush that the pace allows, and for nothing when the store is closing.
    private void AwaitInterval()
    {
        TimeSpan rest = _options.CommitInterval - _time.GetElapsedTime(_flushedAt);
        if (rest > TimeSpan.Zero)
        {
            _closing.Wait(rest);
        }
    }

    private void CommitTogether(List<Commit> commits)
    {
        try
        {
            InLane(() =>
            {
                var refused = _engine.Append(commits.SelectMany(commit => commit.Batches), (point, reason) => Refused(point, "", reason));
                if (refused.Count > 0)
                {
                    _logger.Quarantined(refused.Count, refused[0].Reason);
                }
            });
            _disk.Taken();
            commits.ForEach(commit => commit.Succeed(_engine.Head));
            _compaction.Consider(_engine.HotPoints);
        }
        catch (Exception error)
        {
            // Whatever it is, each of the callers that this one commits for must learn of it.
            commits.ForEach(commit => commit.Fail(error));
        }
        finally
        {
            _flushedAt = _time.GetTimestamp();
        }
    }

    /// <summary>Does something while nobody else writes.</summary>
    /// <param name="message">What the exception says; <c>{0}</c> is what went wrong.</param>
    internal void InLane(Action work, string message = Committing)
    {
        lock (_writerLane)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            OnDisk(work, message);
        }
    }

    internal void OnDisk(Action work, string message) => OnDisk(
        () =>
        {
            work();
            return true;
        },
        message);

    internal T OnDisk<T>(Func<T> work, string message)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DuckDBException)
        {
            if (DiskSpace.IsFull(error) && _disk.Refused())
            {
                _compaction.Relieve();
            }

            throw new StoreException($"Store '{_options.Folder}' {message.Replace("{0}", FirstLine(error), StringComparison.Ordinal)}", error);
        }
    }

    private QuarantinedPoint Refused(Point point, string destination, string reason) =>
        new(_time.GetUtcNow(), destination, LineProtocol.Encode(point), reason);

    private static string FirstLine(Exception error) => error.Message.Split('\n')[0].TrimEnd('.');
}
