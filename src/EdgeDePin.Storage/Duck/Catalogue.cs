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

    public IEnumerable<Entry> Measurements => _measurements.Values;

    public IReadOnlyList<Shard> Shards => _shards;

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
        var catalogue = new Catalogue { _shards = before._shards };
        var byId = new Dictionary<int, Entry>();
        foreach (DuckDBDataReader row in connection.Rows("SELECT id, name, may_repeat FROM measurements ORDER BY id"))
        {
            byId[row.GetInt32(0)] = catalogue.Know(new Entry(row.GetInt32(0), row.GetString(1)) { MayRepeat = row.GetBoolean(2) });
        }

        foreach (DuckDBDataReader row in connection.Rows("SELECT measurement, number, name, kind FROM fields ORDER BY measurement, number"))
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
            foreach ((int series, long latest) in before._measurements[entry.Name].Latest)
            {
                entry.Latest[series] = latest;
            }
        }

        return catalogue;
    }

    /// <summary>The table of the rows that are in no shard yet; <c>points_N</c> is a view of it and the shards.</summary>
    public static string HotTable(int measurement) => $"hot_{measurement}";

    /// <summary>Takes shards into the views, and what they say into the catalogue. For a start, oldest first.</summary>
    public void Open(IEnumerable<Shard> shards, DuckDBConnection connection)
    {
        _shards = [.. shards];
        foreach (ShardMeasurement measurement in _shards.SelectMany(shard => shard.Content.Measurements))
        {
            Entry entry = Find(measurement.Name) ?? Add(new Entry(measurement.Id, measurement.Name), connection);
            if (measurement.MayRepeat)
            {
                Repeat(entry, connection);
            }

            foreach (ShardField field in measurement.Fields.Where(field => entry.Field(field.Key) is null))
            {
                AddField(entry, field.Key, field.Kind, connection);
            }

            foreach (ShardSeries series in measurement.Series)
            {
                ImmutableArray<Tag> tags = [.. series.Tags.Chunk(2).Select(pair => new Tag(pair[0], pair[1]))];
                if (entry.Find(tags) is null)
                {
                    AddSeries(entry, new Series(series.Id, tags), connection);
                }

                entry.Latest[series.Id] = series.Latest;
            }
        }

        CreateViews(connection);
    }

    /// <summary>Takes rows out of the tables and a shard of them into the views; both at once for any reader.</summary>
    /// <param name="commit">Commits, and shows readers what they will see from then on.</param>
    /// <exception cref="DuckDBException">Nothing has changed.</exception>
    public void Adopt(Shard shard, DuckDBConnection connection, Action<DuckDBTransaction> commit) =>
        Change(_shards.Add(shard), connection, () => Move(shard, connection), commit);

    /// <summary>Takes a shard out of the views; series and fields stay known.</summary>
    /// <exception cref="DuckDBException">Nothing has changed.</exception>
    public void Drop(Shard shard, DuckDBConnection connection, Action<DuckDBTransaction> commit) =>
        Change(_shards.Remove(shard), connection, () => CreateViews(connection), commit);

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

    public FieldColumn AddField(Entry entry, string key, FieldKind kind, DuckDBConnection connection)
    {
        int number = entry.Fields.Count;
        var field = new FieldColumn(key, kind, $"f{number}");
        connection.Execute("INSERT INTO fields VALUES (?, ?, ?, ?)", entry.Id, number, key, (int)kind);
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
        [.. _shards.SelectMany(shard => shard.Content.Measurements.Where(of => of.Id == entry.Id).Select(of => ColdFile.Of(shard, of)))]);

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

        // Keys hold no control characters and values none at their start, so this is unambiguous.
        private static string Key(ImmutableArray<Tag> tags) =>
            string.Join('\n', tags.Select(tag => $"{tag.Key}\n{tag.Value}"));
    }
}
