using DuckDB.NET.Data;
using EdgeDePin.Storage.Batches;

namespace EdgeDePin.Storage.Duck;

/// <summary>
/// Batches on their way into the tables, inside the transaction of their caller: new measurements, fields and series as they
/// appear, rows by whole columns, and a word about each point that cannot be kept.
/// </summary>
internal sealed class BatchWriter(DuckDBConnection connection, Catalogue catalogue, StoreOptions options)
{
    private readonly Admission _admission = new(catalogue, options);

    /// <summary>The sequence of the last point placed.</summary>
    public long Head { get; private set; }

    /// <summary>What was placed, each with the sequence before its first point; a batch with refused points is replaced by one without them.</summary>
    public List<(PointBatch Batch, long After)> Placed { get; } = [];

    /// <summary>Whether readers need a new snapshot.</summary>
    public bool SchemaChanged { get; private set; }

    public List<(Point Point, string Reason)> Refused { get; } = [];

    /// <param name="after">The sequence before the first point.</param>
    public void Place(PointBatch batch, long after)
    {
        Head = after;
        if (!_admission.IsClean(batch))
        {
            batch = WithoutRefused(batch);
        }

        if (batch.Count == 0)
        {
            return;
        }

        foreach (BatchTable table in batch.Tables)
        {
            if (table.Rows > 0)
            {
                Know(table);
            }
        }

        Placed.Add((batch, Head));
        Head += batch.Count;
    }

    /// <summary>Puts everything that was placed into the tables.</summary>
    /// <exception cref="IOException">The engine refuses.</exception>
    public void Write()
    {
        foreach (var tables in Placed
            .SelectMany(placed => placed.Batch.Tables.Where(table => table.Rows > 0).Select(table => (Table: table, placed.After)))
            .GroupBy(placed => placed.Table.Known.Within(catalogue.Identity)!))
        {
            using var appender = new ChunkAppender(connection, tables.Key);
            foreach ((BatchTable table, long after) in tables)
            {
                appender.Append(table, after);
            }

            appender.Finish();
        }
    }

    // One by one: what a point brings may be why the next is refused.
    private PointBatch WithoutRefused(PointBatch batch)
    {
        var kept = new PointBatch();
        foreach (Point point in batch.ToPoints())
        {
            if (_admission.Refusal(point) is { } reason)
            {
                Refused.Add((point, reason));
                continue;
            }

            (BatchTable table, _) = kept.Add(point);
            Catalogue.Entry entry = Entry(table);
            Fields(table, entry);
            Series(table, entry);
        }

        return kept;
    }

    private void Know(BatchTable table)
    {
        Catalogue.Entry entry = Entry(table);
        Fields(table, entry);
        long[] latest = Series(table, entry);
        if (Repeats(table, latest) && !entry.MayRepeat)
        {
            SchemaChanged = true;
            catalogue.Repeat(entry, connection);
        }

        for (int at = 0; at < latest.Length; at++)
        {
            entry.Latest[table.Used[at].Known.Within(entry.Identity)!.Id] = latest[at];
        }
    }

    private Catalogue.Entry Entry(BatchTable table)
    {
        if (table.Known.Within(catalogue.Identity) is { } known)
        {
            return known;
        }

        Catalogue.Entry? entry = catalogue.Find(table.Measurement);
        if (entry is null)
        {
            entry = catalogue.Add(table.Measurement, connection);
            SchemaChanged = true;
        }

        return table.Known.Remember(catalogue.Identity, entry);
    }

    private void Fields(BatchTable table, Catalogue.Entry entry)
    {
        bool changed = false;
        foreach (BatchColumn column in table.Columns)
        {
            if (column.Count > 0 && column.Known.Within(entry.Identity) is null)
            {
                if (entry.Field(column.Key) is null)
                {
                    catalogue.AddField(entry, column.Key, column.Kind, connection);
                    changed = true;
                }

                int number = entry.Fields.FindIndex(field => field.Key == column.Key);
                column.Known.Remember(entry.Identity, new NumberedField(entry.Fields[number], number));
            }
        }

        if (changed)
        {
            catalogue.CreateView(entry, connection);
            SchemaChanged = true;
        }
    }

    /// <returns>The latest instant of each series that is used, before this batch.</returns>
    private long[] Series(BatchTable table, Catalogue.Entry entry)
    {
        long[] latest = new long[table.Used.Count];
        for (int at = 0; at < latest.Length; at++)
        {
            BatchSeries used = table.Used[at];
            if (used.Known.Within(entry.Identity) is not { } series)
            {
                series = entry.Find(used.Tags);
                SchemaChanged |= series is null;
                series = used.Known.Remember(entry.Identity, series ?? catalogue.AddSeries(entry, used.Tags, connection));
            }

            latest[at] = entry.Latest.GetValueOrDefault(series.Id, long.MinValue);
        }

        return latest;
    }

    // Moves the latest instants on; a point at or before that of its series may be there already.
    private static bool Repeats(BatchTable table, long[] latest)
    {
        bool repeats = false;
        ReadOnlySpan<int> series = table.Series;
        ReadOnlySpan<long> instants = table.Instants;
        for (int row = 0; row < series.Length; row++)
        {
            ref long last = ref latest[series[row]];
            repeats |= instants[row] <= last;
            last = Math.Max(last, instants[row]);
        }

        return repeats;
    }
}
