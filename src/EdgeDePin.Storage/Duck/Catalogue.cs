using System.Collections.Immutable;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Shards;

namespace EdgeDePin.Storage.Duck;

/// <summary>
/// The writer's view of measurements, fields and series, kept in step with the catalogue tables. Owned by the writer lane;
/// readers get snapshots.
/// </summary>
internal sealed class Catalogue
{
    private readonly Dictionary<string, Entry> _measurements = new(StringComparer.Ordinal);
    private ImmutableList<Shard> _shards = [];
    private int _seriesCount;
    private int _lastSeries;
    private int _lastMeasurement;

    /// <summary>Another one once a measurement is forgotten: batches that remember it look again.</summary>
    public object Identity { get; private set; } = new();

    public IEnumerable<Entry> Measurements => _measurements.Values;

    /// <summary>Oldest first; another list whenever anything about them changes.</summary>
    public ImmutableList<Shard> Shards => _shards;

    public Tombstones Tombstones { get; private set; } = Tombstones.None;

    public int SeriesCount => _seriesCount;

    public static void CreateTables(DuckDBConnection connection) => connection.Execute("""
        CREATE TABLE IF NOT EXISTS measurements(id INTEGER, name VARCHAR, may_repeat BOOLEAN);
        CREATE TABLE IF NOT EXISTS fields(measurement INTEGER, number INTEGER, name VARCHAR, kind INTEGER);
        CREATE TABLE IF NOT EXISTS series(id INTEGER, measurement INTEGER, keys VARCHAR[], tag_values VARCHAR[]);
        """);

    /// <summary>Reads the tables again after a batch was rolled back.</summary>
    /// <param name="before">What was known; latest instants may be too late by that batch, which does no harm.</param>
    public static Catalogue Load(DuckDBConnection connection, Catalogue before)
    {
        var catalogue = new Catalogue
        {
            // A number or id that was given once may stand in a shard or in a view.
            _shards = before._shards,
            Tombstones = before.Tombstones,
            _lastSeries = before._lastSeries,
            _lastMeasurement = before._lastMeasurement,
        };
        var byId = new Dictionary<int, Entry>();
        foreach (DuckDBDataReader row in connection.Rows("SELECT id, name, may_repeat FROM measurements ORDER BY id"))
        {
            byId[row.GetInt32(0)] = catalogue.Know(new Entry(row.GetInt32(0), row.GetString(1)) { MayRepeat = row.GetBoolean(2) });
        }

        foreach (DuckDBDataReader row in connection.Rows("SELECT measurement, number, name, kind FROM fields ORDER BY measurement, rowid"))
        {
            byId[row.GetInt32(0)].Fields.Add(new FieldColumn(row.GetString(2), (FieldKind)row.GetInt32(3), $"f{row.GetInt32(1)}"));
        }

        foreach (DuckDBDataReader row in connection.Rows("SELECT id, measurement, keys, tag_values FROM series ORDER BY id"))
        {
            var tags = row.GetFieldValue<List<string>>(2).Zip(row.GetFieldValue<List<string>>(3), (key, value) => new Tag(key, value));
            catalogue.Know(byId[row.GetInt32(1)], new Series(row.GetInt32(0), [.. tags]));
        }

        foreach (Entry entry in byId.Values)
        {
            foreach ((int series, long latest) in before._measurements.GetValueOrDefault(entry.Name)?.Latest ?? entry.Series.ToDictionary(one => one.Id, _ => long.MaxValue))
            {
                entry.Latest[series] = latest;
            }
        }

        return catalogue;
    }

    /// <summary>The table of the rows that are in no shard yet; <c>points_N</c> is a view of it and the shards.</summary>
    public static string HotTable(int measurement) => $"hot_{measurement}";

    /// <summary>Takes shards into the views, and what they say into the catalogue. For a start, oldest first.</summary>
    /// <param name="tombstones">What is deleted; its series and fields are not known any more.</param>
    public void Open(IEnumerable<Shard> shards, Tombstones tombstones, DuckDBConnection connection)
    {
        (_shards, Tombstones) = ([.. shards], tombstones);
        foreach ((Shard shard, ShardMeasurement measurement) in _shards.SelectMany(shard => shard.Content.Measurements.Select(of => (shard, of))))
        {
            // Numbers of what is deleted are not given again while a file has them.
            _lastMeasurement = Math.Max(_lastMeasurement, measurement.Id);
            _lastSeries = Math.Max(_lastSeries, measurement.Series.Select(series => series.Id).DefaultIfEmpty().Max());
            if (!tombstones.End(shard, measurement))
            {
                Open(measurement, tombstones.Living(shard, measurement), connection);
            }
        }

        CreateViews(connection);
    }

    private void Open(ShardMeasurement measurement, IEnumerable<ShardSeries> living, DuckDBConnection connection)
    {
        Entry entry = Find(measurement.Name) ?? Add(new Entry(measurement.Id, measurement.Name), connection);
        if (measurement.MayRepeat)
        {
            Repeat(entry, connection);
        }

        // A merged shard may be the first to name a field of a higher number.
        foreach (ShardField field in measurement.Fields.Where(field => entry.Field(field.Key) is null))
        {
            AddField(entry, field.Key, field.Kind, field.Column, connection);
        }

        foreach (ShardSeries series in living)
        {
            ImmutableArray<Tag> tags = [.. series.Tags.Chunk(2).Select(pair => new Tag(pair[0], pair[1]))];
            if (entry.Find(tags) is null)
            {
                AddSeries(entry, new Series(series.Id, tags), connection);
            }

            entry.Latest[series.Id] = Math.Max(series.Latest, entry.Latest.GetValueOrDefault(series.Id, long.MinValue));
        }
    }

    /// <summary>Takes rows out of the tables and a shard of them into the views; both at once for any reader.</summary>
    /// <param name="commit">Commits, and shows readers what they will see from then on.</param>
    /// <exception cref="DuckDBException">Nothing has changed.</exception>
    public void Adopt(Shard shard, DuckDBConnection connection, Action<DuckDBTransaction> commit) =>
        Change(_shards.Add(shard), connection, () => Move(shard, connection), commit);

    /// <summary>Takes shards out of the views, and what was made of them in; series and fields stay known.</summary>
    /// <param name="sources">Neighbours.</param>
    /// <param name="by">Null where nothing is left of them.</param>
    /// <param name="commit">Commits, and shows readers what they will see from then on.</param>
    /// <exception cref="DuckDBException">Nothing has changed.</exception>
    public void Replace(IReadOnlyList<Shard> sources, Shard? by, DuckDBConnection connection, Action<DuckDBTransaction> commit)
    {
        int at = _shards.IndexOf(sources[0]);
        ImmutableList<Shard> rest = _shards.RemoveRange(at, sources.Count);
        Change(by is null ? rest : rest.Insert(at, by), connection, () => CreateViews(connection), commit);
    }

    /// <summary>Hides what a tombstone says from the readers of shards. Part of a transaction of the caller.</summary>
    /// <returns>What undoes it here, when the transaction is rolled back.</returns>
    public Action Hide(Tombstone one, Entry entry, DuckDBConnection connection)
    {
        Tombstones before = Tombstones;
        Tombstones = before.With(one);
        CreateView(entry, connection);
        return () => Tombstones = before;
    }

    /// <summary>Puts the final words of a tombstone in the place of the preliminary ones.</summary>
    public void Settle(Tombstones tombstones) => Tombstones = tombstones;

    /// <summary>Forgets series that have no points any more, and the measurement where no series is left.</summary>
    public void Forget(Entry entry, IReadOnlyCollection<Series> gone, DuckDBConnection connection)
    {
        foreach (Series series in gone)
        {
            connection.Execute("DELETE FROM series WHERE id = ?", series.Id);
            entry.Remove(series);
        }

        _seriesCount -= gone.Count;
        if (entry.Series.Count == 0)
        {
            // Its empty table stays: a reader that has begun may be at it.
            connection.Execute("DELETE FROM measurements WHERE id = ?", entry.Id);
            connection.Execute("DELETE FROM fields WHERE measurement = ?", entry.Id);
            _measurements.Remove(entry.Name);
            Identity = new object();
        }
    }

    private void Change(ImmutableList<Shard> shards, DuckDBConnection connection, Action change, Action<DuckDBTransaction> commit)
    {
        ImmutableList<Shard> before = _shards;
        using DuckDBTransaction transaction = connection.BeginTransaction();
        try
        {
            _shards = shards;
            change();
            commit(transaction);
        }
        catch
        {
            _shards = before;
            throw;
        }
    }

    private void Move(Shard shard, DuckDBConnection connection)
    {
        foreach (Entry entry in Measurements)
        {
            // A table of its own for the rest: memory comes back when the old one is dropped, not when its rows are deleted.
            string table = HotTable(entry.Id);
            connection.Execute($"CREATE TABLE rest_{entry.Id} AS SELECT * FROM {table} WHERE seq > {shard.Last}");
            connection.Execute($"DROP TABLE {table}");
            connection.Execute($"ALTER TABLE rest_{entry.Id} RENAME TO {table}");
        }

        CreateViews(connection);
    }

    public void Repeat(Entry entry, DuckDBConnection connection)
    {
        entry.MayRepeat = true;
        connection.Execute("UPDATE measurements SET may_repeat = true WHERE id = ?", entry.Id);
    }

    public Entry? Find(string measurement) => _measurements.GetValueOrDefault(measurement);

    public Entry Add(string measurement, DuckDBConnection connection) => Add(new Entry(_lastMeasurement + 1, measurement), connection);

    public FieldColumn AddField(Entry entry, string key, FieldKind kind, DuckDBConnection connection) =>
        AddField(entry, key, kind, $"f{entry.Fields.Select(field => field.Number + 1).DefaultIfEmpty().Max()}", connection);

    private static FieldColumn AddField(Entry entry, string key, FieldKind kind, string column, DuckDBConnection connection)
    {
        var field = new FieldColumn(key, kind, column);
        connection.Execute("INSERT INTO fields VALUES (?, ?, ?, ?)", entry.Id, field.Number, key, (int)kind);
        connection.Execute($"ALTER TABLE {HotTable(entry.Id)} ADD COLUMN {field.Column} {field.SqlType}");
        entry.Fields.Add(field);
        return field;
    }

    public Series AddSeries(Entry entry, ImmutableArray<Tag> tags, DuckDBConnection connection) =>
        AddSeries(entry, new Series(_lastSeries + 1, tags), connection);

    /// <summary>After a new measurement or field: what readers see has the columns that it has now.</summary>
    public void CreateView(Entry entry, DuckDBConnection connection)
    {
        connection.Execute($"CREATE OR REPLACE VIEW points_{entry.Id} AS {new StoredRows(SnapshotOf(entry), () => long.MinValue).Stored(entry.Fields)}");
    }

    public ImmutableSortedDictionary<string, MeasurementSchema> Snapshot() =>
        _measurements.Values.ToImmutableSortedDictionary(
            entry => entry.Name,
            SnapshotOf,
            Utf8Order.Instance);

    private MeasurementSchema SnapshotOf(Entry entry) => new(
        entry.Id, entry.Name, [.. entry.Fields], [.. entry.Series], entry.MayRepeat,
        [.. _shards.SelectMany(shard => shard.Content.Measurements.Where(of => of.Id == entry.Id && !Tombstones.End(shard, of))
            .Select(of => ColdFile.Of(shard, of, Tombstones)))]);

    private Entry Add(Entry entry, DuckDBConnection connection)
    {
        connection.Execute("INSERT INTO measurements VALUES (?, ?, false)", entry.Id, entry.Name);
        connection.Execute($"CREATE TABLE {HotTable(entry.Id)}(seq BIGINT, series INTEGER, ts BIGINT)");
        return Know(entry);
    }

    private Series AddSeries(Entry entry, Series series, DuckDBConnection connection)
    {
        connection.Execute("INSERT INTO series VALUES (?, ?, ?, ?)", series.Id, entry.Id,
            series.Tags.Select(tag => tag.Key).ToList(), series.Tags.Select(tag => tag.Value).ToList());
        return Know(entry, series);
    }

    private Entry Know(Entry entry)
    {
        _lastMeasurement = Math.Max(_lastMeasurement, entry.Id);
        return _measurements[entry.Name] = entry;
    }

    private Series Know(Entry entry, Series series)
    {
        (_lastSeries, _seriesCount) = (Math.Max(_lastSeries, series.Id), _seriesCount + 1);
        entry.Add(series);
        return series;
    }

    private void CreateViews(DuckDBConnection connection)
    {
        foreach (Entry entry in Measurements)
        {
            CreateView(entry, connection);
        }
    }

    /// <summary>A measurement as the writer sees it.</summary>
    internal sealed class Entry(int id, string name)
    {
        private readonly Dictionary<string, Series> _byTags = new(StringComparer.Ordinal);

        public int Id => id;

        /// <summary>Another one once a series is forgotten: batches that remember it look again.</summary>
        public object Identity { get; private set; } = new();
        public string Name => name;
        public List<FieldColumn> Fields { get; } = [];
        public List<Series> Series { get; } = [];

        /// <summary>The latest instant of each series: a point at or before it may repeat a row.</summary>
        public Dictionary<int, long> Latest { get; } = [];
        public bool MayRepeat { get; set; }

        public FieldColumn? Field(string key) => Fields.Find(field => field.Key == key);

        public Series? Find(ImmutableArray<Tag> tags) => _byTags.GetValueOrDefault(Key(tags));

        public void Add(Series series)
        {
            Series.Add(series);
            _byTags[Key(series.Tags)] = series;
        }

        public void Remove(Series series)
        {
            Series.Remove(series);
            _byTags.Remove(Key(series.Tags));
            Latest.Remove(series.Id);
            Identity = new object();
        }

        // Keys hold no control characters and values none at their start, so this is unambiguous.
        private static string Key(ImmutableArray<Tag> tags) =>
            string.Join('\n', tags.Select(tag => $"{tag.Key}\n{tag.Value}"));
    }
}
