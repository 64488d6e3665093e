using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Batches;
using EdgeDePin.Storage.Duck;
using EdgeDePin.Storage.Segments;
using EdgeDePin.Storage.Shards;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Storage;

/// <summary>
/// The inside of the store, one writer at a time: a batch is placed in the tables, its frames are made durable in a segment,
/// and only then do readers see it. At a start the tables are built from the segments.
/// </summary>
internal sealed class StoreEngine : IDisposable
{
    /// <summary>Points of one transaction while the tables are built.</summary>
    private const int ReplayBatch = 50_000;

    private readonly StoreOptions _options;
    private readonly SegmentFolder _segments;
    private readonly ShardFolder _shards;
    private readonly SegmentWriter _log;
    private readonly StoreEpoch _epoch;
    private readonly HotDatabase _hot;
    private readonly DuckDBConnection _writer;
    private readonly Readers _readers = new();
    private readonly Lock _publishing = new();
    private readonly LastValues _last = new();
    private readonly ArrayBufferWriter<byte> _frames = new();
    private Catalogue _catalogue = new();
    private volatile ImmutableSortedDictionary<string, MeasurementSchema> _schema;
    private volatile ImmutableDictionary<string, long> _cursors;
    private long _head;
    private long _next;
    private long _inShards;
    private long _lastTombstone;

    public StoreEngine(StoreOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _segments = new SegmentFolder(options.Folder);
        _shards = new ShardFolder(options.Folder);
        _log = new SegmentWriter(_segments, Preamble);
        _hot = new HotDatabase(options, _shards.Path);
        _writer = _hot.Connect();
        Catalogue.CreateTables(_writer);
        var gaps = new List<Gap>();
        var aside = new List<string>();
        List<Shard> shards = _shards.Open(time, logger, gaps, aside);
        Tombstones tombstones = Tombstones.ReadFrom(_segments);
        _lastTombstone = Math.Max(tombstones.Last, shards.Select(shard => shard.Content.Tombstones).DefaultIfEmpty().Max());
        _catalogue.Open(shards, tombstones, _writer);
        _inShards = shards.Select(shard => shard.Last).DefaultIfEmpty().Max();
        List<Gap> lost = gaps.FindAll(gap => gap.LastSequence > _inShards);
        var replay = new Replay(_segments, _inShards, lost, time, logger);
        Build(replay);
        replay.Gaps.InsertRange(0, gaps.Except(lost));
        replay.MovedAside.InsertRange(0, aside);
        _epoch = StoreEpoch.Load(options.Folder, replay.Epoch);
        bool endedInOrder = replay.EndsAt(_epoch.ClosedHead) && replay.EndedInOrder;
        List<(long First, long Last)> known = replay.Gaps.Count == 0 ? [] : KnownGaps();
        replay.Gaps.RemoveAll(gap => gap.IsWithin(known));
        (_head, _next, _cursors, Quarantine, MovedAside) = (replay.Head, replay.Head, replay.Cursors, replay.Quarantine, replay.MovedAside);
        if ((!endedInOrder && !_epoch.IsFirst) || replay.Gaps.Count > 0 || replay.MovedAside.Count > 0)
        {
            _epoch.Begin();
        }

        _schema = _catalogue.Snapshot();
        Report(replay.Gaps, time, logger);
    }

    public ImmutableSortedDictionary<string, MeasurementSchema> Schema => _schema;

    public ImmutableDictionary<string, long> Cursors => _cursors;

    public QuarantineList Quarantine { get; }

    public IReadOnlyList<string> MovedAside { get; }

    public long Epoch => _epoch.Number;

    public long Head => Volatile.Read(ref _head);

    public long SizeBytes => LogBytes + _shards.SizeBytes;

    public long LogBytes => _segments.SizeBytes;

    public ImmutableList<Shard> Shards => _catalogue.Shards;

    public Tombstones Tombstones => _catalogue.Tombstones;

    /// <summary>The folder in which the engine may write.</summary>
    public string WorkFolder => _shards.Path;

    /// <summary>Points in the log that are in no shard yet; they are read again at a start.</summary>
    public long HotPoints => Head - _inShards;

    public DuckDBConnection Connect()
    {
        Action leave = _readers.Enter();
        DuckDBConnection connection = _hot.Connect();
        connection.Disposed += (_, _) => leave();
        return connection;
    }

    /// <summary>Gives memory back to the system that the engine does not need any more.</summary>
    public void GiveBack()
    {
        using DuckDBConnection connection = _hot.Connect();
        connection.GiveBack();
    }

    /// <summary>Batches to be filled by those who append.</summary>
    public BatchPool Batches { get; } = new();

    /// <summary>Begins to read in the same moment in which it takes the schema: no commit comes between the two.</summary>
    public ReadSession Read()
    {
        DuckDBConnection connection = _hot.Rent();
        Action leave = _readers.Enter();
        lock (_publishing)
        {
            connection.Execute("BEGIN");
            return new ReadSession(connection, _schema, Head, _last, _last.Version, done =>
            {
                _hot.Return(done);
                leave();
            });
        }
    }

    /// <summary>Makes the points durable, then visible. Several batches share one flush of the disk.</summary>
    /// <returns>What was refused, with the reason.</returns>
    /// <exception cref="IOException">The disk; nothing is visible, and whether it is durable cannot be known.</exception>
    /// <exception cref="DuckDBException">The engine; the same.</exception>
    public List<(Point Point, string Reason)> Append(IEnumerable<PointBatch> batches, Func<Point, string, QuarantinedPoint> refusal)
    {
        var writing = new BatchWriter(_writer, _catalogue, _options);
        DuckDBTransaction transaction = _writer.BeginTransaction();
        try
        {
            long after = _next;
            foreach (PointBatch batch in batches)
            {
                writing.Place(batch, after);
                after = writing.Head;
            }

            writing.Write();
            Start(writing);
            var refused = new List<(long Number, byte[] Payload)>();
            foreach ((Point point, string reason) in writing.Refused)
            {
                refused.Add(Quarantine.Next(refusal(point, reason), refused.Count));
                new Frame(FrameKind.Quarantined, refused[^1].Number, 0, refused[^1].Payload).WriteTo(_frames);
            }

            // Whatever happens now, these numbers are used up: the frames may be on the disk though the flush failed.
            _next = writing.Head;
            _log.Append(_frames.WrittenSpan);
            Publish(transaction, writing.SchemaChanged);
            transaction.Dispose();
            refused.ForEach(one => Quarantine.Restore(one.Number, one.Payload));
        }
        catch
        {
            // Rolls back, and with it the tables of what this batch brought; the catalogue follows them.
            transaction.Dispose();
            _catalogue = Catalogue.Load(_writer, _catalogue);
            _schema = _catalogue.Snapshot();
            throw;
        }

        Volatile.Write(ref _head, writing.Head);
        return writing.Refused;
    }

    public void SetAside(QuarantinedPoint point)
    {
        (long number, byte[] payload) = Quarantine.Next(point, 0);
        AppendFrame(new Frame(FrameKind.Quarantined, number, 0, payload));
        Quarantine.Restore(number, payload);
    }

    public void Resolve(long number)
    {
        AppendFrame(new Frame(FrameKind.Resolved, number, 0, []));
        Quarantine.Resolve(number);
    }

    public void SetCursor(string name, long sequence)
    {
        AppendFrame(new Frame(FrameKind.Cursor, sequence, 0, Encoding.UTF8.GetBytes(name)));
        _cursors = _cursors.SetItem(name, sequence);
    }

    /// <summary>Closes the span of everything that is acknowledged: what is appended from now on goes to another segment.</summary>
    public OpenSpan CloseSpan()
    {
        _log.Roll();
        var latest = _catalogue.Measurements.SelectMany(entry => entry.Latest.Select(of => (Key: (entry.Id, of.Key), of.Value)))
            .ToDictionary(of => of.Key, of => of.Value);
        return new OpenSpan(_inShards, _head, [.. _schema.Values], latest, _segments.Files, _lastTombstone);
    }

    /// <summary>Writes the shard of a closed span. Needs no writer lane, and takes a while.</summary>
    public Shard WriteShard(OpenSpan span)
    {
        using DuckDBConnection connection = _hot.Connect();
        return new ShardWriter(_shards, connection).Write(span);
    }

    /// <summary>Takes a written shard into use: its rows leave the tables, and its segments the disk.</summary>
    public void Adopt(Shard shard, OpenSpan span)
    {
        try
        {
            _catalogue.Adopt(shard, _writer, transaction => Publish(transaction, schemaChanged: true));
        }
        catch
        {
            // The segments still have it all, and a later shard will begin where this one did.
            _shards.Discard(shard.Folder);
            throw;
        }

        _inShards = shard.Last;
        _catalogue.Settle(_catalogue.Tombstones.Needed(_catalogue.Shards, _inShards));
        // The next segment says what the old ones said of cursors and quarantine; only then may they go.
        if (!_log.IsOpen)
        {
            _log.Begin();
        }

        foreach (string covered in span.Segments)
        {
            File.Delete(covered);
        }
    }

    /// <summary>Fields that points may come to have; known to readers from now on.</summary>
    public void AddFields(string measurement, IReadOnlyList<(string Key, FieldKind Kind)> fields)
    {
        if (fields.Count == 0 || _catalogue.Find(measurement) is not { } entry || entry.Fields.Count + fields.Count > _options.MaxFields)
        {
            return;
        }

        using DuckDBTransaction transaction = _writer.BeginTransaction();
        try
        {
            foreach ((string key, FieldKind kind) in fields.Where(field => entry.Field(field.Key) is null))
            {
                _catalogue.AddField(entry, key, kind, _writer);
            }

            _catalogue.CreateView(entry, _writer);
            Publish(transaction, schemaChanged: true);
        }
        catch
        {
            // A view is not made of a file that the disk does not give back.
            transaction.Dispose();
            _catalogue = Catalogue.Load(_writer, _catalogue);
            throw;
        }
    }

    /// <summary>What is deleted as of now. To be asked in the writer lane, so that both belong together.</summary>
    public (Tombstones Tombstones, long Last) Deleted => (_catalogue.Tombstones, _lastTombstone);

    /// <summary>
    /// Writes shards anew, in force only when they <see cref="Replace"/> the old ones: until then a start finds the old ones.
    /// Needs no writer lane, and takes a while.
    /// </summary>
    /// <param name="losses">Receives what becomes less.</param>
    /// <returns>Null where nothing is left of them.</returns>
    public Shard? Rewrite(Rewriting rewriting, (Tombstones Tombstones, long Last) deleted, long forwarded, List<Loss> losses)
    {
        using DuckDBConnection connection = _hot.Connect();
        return new ShardRewriter(_shards, connection, deleted.Tombstones, deleted.Last).Write(rewriting, _schema, forwarded, Shards[0] == rewriting.Sources[0], losses);
    }

    /// <summary>Gives a shard that was written anew its name: from now on a start finds it instead of its sources.</summary>
    public Shard Finish(Shard rewritten) => _shards.Finish(rewritten);

    /// <summary>Deletes a shard that is not in use.</summary>
    public void Discard(Shard shard) => _shards.Discard(shard.Folder);

    /// <summary>Takes shards out of use, and what was made of them into use. Their files go when nobody reads them any more.</summary>
    public void Replace(IReadOnlyList<Shard> sources, Shard? by)
    {
        try
        {
            _catalogue.Replace(sources, by, _writer, transaction => Publish(transaction, schemaChanged: true));
        }
        catch
        {
            if (by is not null)
            {
                _shards.Discard(by.Folder);
            }

            throw;
        }

        // From here on the new one is in use, whatever happens to the old.
        foreach (Shard source in sources)
        {
            _shards.Retire(source, _readers);
        }

        _catalogue.Settle(_catalogue.Tombstones.Needed(_catalogue.Shards, _inShards));
    }

    /// <summary>Deletes points durably: from the tables at once, from shards for every reader, and from the disk when those are written anew.</summary>
    /// <param name="series">Null is every series of the measurement.</param>
    /// <param name="after">The sequence before the first one that is concerned.</param>
    public void Delete(string measurement, IReadOnlyList<Series>? series, long from, long until, long after = 0, long? last = null)
    {
        if (_catalogue.Find(measurement) is not { } entry)
        {
            return;
        }

        var one = new Tombstone(_lastTombstone + 1, last ?? _head, measurement, from, until, null, [], false, after);
        try
        {
            new Deleting(_writer, _catalogue).Run(
                entry, series, one,
                whole => AppendFrame(new Frame(FrameKind.Tombstone, whole.Sequence, 0, whole.Encode())),
                transaction =>
                {
                    lock (_publishing)
                    {
                        transaction.Commit();
                        _schema = _catalogue.Snapshot();
                        _last.Forget();
                    }
                });
        }
        catch
        {
            _catalogue = Catalogue.Load(_writer, _catalogue);
            _schema = _catalogue.Snapshot();
            throw;
        }

        _lastTombstone = one.Number;
        _catalogue.Settle(_catalogue.Tombstones.Needed(_catalogue.Shards, _inShards));
    }

    private void Bury(Tombstone one)
    {
        if (one.Sequence > _inShards && _catalogue.Find(one.Measurement) is { } entry)
        {
            new Deleting(_writer, _catalogue).Bury(entry, one);
        }
    }

    /// <summary>Ends the log in order, so that the next start need not begin an epoch. Where that fails, it does.</summary>
    public void Dispose()
    {
        if (_log.IsOpen)
        {
            try
            {
                AppendFrame(new Frame(FrameKind.End, _head, 0, []));
                _epoch.Close(_head);
            }
            catch (IOException)
            {
                // A full or broken disk: everything acknowledged is durable without this frame.
            }
        }

        _log.Dispose();
        _writer.Dispose();
        _hot.Dispose();
    }

    // Frames that follow each other are put together: a device may have written a frame for each reading.
    private void Build(Replay replay)
    {
        var batch = new PointBatch();
        long after = 0;
        replay.Run((sequence, read) =>
        {
            if (batch.Count > 0 && (batch.Count >= ReplayBatch || sequence != after + batch.Count + 1))
            {
                Rebuild(batch, after);
            }

            after = batch.Count == 0 ? sequence - 1 : after;
            read(batch);
        }, tombstone =>
        {
            Rebuild(batch, after);
            Bury(tombstone);
        });
        Rebuild(batch, after);
    }

    // What was accepted once is accepted again, whatever the limits are now.
    private void Rebuild(PointBatch batch, long after)
    {
        if (batch.Count == 0)
        {
            return;
        }

        using DuckDBTransaction transaction = _writer.BeginTransaction();
        var writing = new BatchWriter(_writer, _catalogue, new StoreOptions { MaxFields = int.MaxValue, MaxSeries = int.MaxValue });
        writing.Place(batch, after);
        writing.Write();
        transaction.Commit();
        batch.Clear();
    }

    // A hole stays a hole at every start; its row was written at the first.
    private List<(long First, long Last)> KnownGaps() =>
        _catalogue.Find(Gap.Measurement) is { } entry && entry.Field(Gap.First) is { } first && entry.Field(Gap.Last) is { } last
            ? [.. _writer.Rows($"SELECT {first.Column}, {last.Column} FROM points_{entry.Id} ORDER BY 1, 2").Select(row => (row.GetInt64(0), row.GetInt64(1)))]
            : [];

    private void Report(List<Gap> gaps, TimeProvider time, ILogger logger)
    {
        if (gaps.Count == 0)
        {
            return;
        }

        long instant = Point.InstantOf(time.GetUtcNow());
        gaps.ForEach(gap => logger.Lost(gap.FirstSequence, gap.LastSequence, gap.File, gap.Bytes, gap.Reason));
        try
        {
            PointBatch batch = PointBatch.Of(gaps.Select((gap, at) => gap.At(instant + at, Epoch))
                .Concat(gaps.Where(gap => gap.LastSequence >= gap.FirstSequence).Select((gap, at) => LossLedger.Of(gap, instant + at))));
            Append([batch], (point, reason) => new QuarantinedPoint(time.GetUtcNow(), "", point.ToString(), reason));
        }
        catch (IOException full)
        {
            logger.GapNotStored(full.Message);
        }
    }

    private void Start(BatchWriter writing)
    {
        _frames.ResetWrittenCount();
        foreach ((PointBatch batch, long after) in writing.Placed)
        {
            new Frame(FrameKind.Points, after + 1, batch.Count, batch.Payload).WriteTo(_frames);
        }
    }

    private void AppendFrame(Frame frame)
    {
        _frames.ResetWrittenCount();
        frame.WriteTo(_frames);
        _log.Append(_frames.WrittenSpan);
    }

    private byte[] Preamble()
    {
        _epoch.Reopen();
        var frames = new ArrayBufferWriter<byte>();
        new Frame(FrameKind.Start, _head, 0, new StoreState(Epoch, _head, _cursors).Encode()).WriteTo(frames);
        Quarantine.WriteTo(frames);
        // One that is being written has not its final words yet, and stands in a frame of its own.
        _catalogue.Tombstones.UpTo(_lastTombstone).WriteTo(frames);
        return frames.WrittenSpan.ToArray();
    }

    private void Publish(DuckDBTransaction transaction, bool schemaChanged)
    {
        lock (_publishing)
        {
            transaction.Commit();
            if (schemaChanged)
            {
                _schema = _catalogue.Snapshot();
            }
        }
    }
}
