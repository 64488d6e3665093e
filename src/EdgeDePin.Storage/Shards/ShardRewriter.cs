using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;
using EdgeDePin.Storage.Segments;

namespace EdgeDePin.Storage.Shards;

/// <summary>How shards are written anew.</summary>
/// <param name="Sources">Neighbours, oldest first.</param>
/// <param name="Resolutions">What measurements are thinned to, in ns; the others keep theirs.</param>
/// <param name="Cause">Why: <c>age</c>, <c>quota</c> or <c>disk full</c>.</param>
/// <param name="Only">The measurements that stay; null is all of them.</param>
internal sealed record Rewriting(
    IReadOnlyList<Shard> Sources, IReadOnlyDictionary<string, long> Resolutions, string Cause, Func<string, bool>? Only = null)
{
    public static Rewriting Of(params IReadOnlyList<Shard> sources) => new(sources, new Dictionary<string, long>(), "");

    public long First => Sources[0].First;
    public long Last => Sources[^1].Last;
    public int Generation => Sources.Max(shard => shard.Generation) + 1;
}

/// <summary>
/// Writes neighbouring shards as one of the next generation: merged, thinned, without what was deleted. A file that does not
/// change is linked and not copied. The engine sorts on disk, so memory does not grow with the shards.
/// </summary>
internal sealed class ShardRewriter(ShardFolder folder, DuckDBConnection connection, Tombstones tombstones, long lastTombstone)
{
    /// <param name="schema">With the companions that thinning needs.</param>
    /// <param name="forwarded">The last sequence that every destination has.</param>
    /// <param name="losses">Receives what becomes less.</param>
    /// <param name="isOldest">Whether no shard comes before them: then they may vanish. Elsewhere an empty one holds the place.</param>
    /// <returns>The shard without its name, so that a start ignores it; null where nothing is left.</returns>
    /// <exception cref="DuckDBException">No space, as a rule; nothing has changed.</exception>
    /// <exception cref="IOException">The same.</exception>
    public Shard? Write(Rewriting rewriting, IReadOnlyDictionary<string, MeasurementSchema> schema, long forwarded, bool isOldest, List<Loss> losses)
    {
        string unfinished = folder.Begin(rewriting.First, rewriting.Last, rewriting.Generation);
        try
        {
            List<ShardMeasurement> written = [.. rewriting.Sources.SelectMany(shard => shard.Content.Measurements.Where(file => !tombstones.End(shard, file)).Select(file => (Shard: shard, File: file)))
                .GroupBy(one => one.File.Id)
                .Where(files => rewriting.Only?.Invoke(files.First().File.Name) ?? true)
                .Select(files => Write([.. files], rewriting, schema, forwarded, unfinished, losses)).OfType<ShardMeasurement>()];
            if (written.Count == 0 && rewriting.Only is not null && isOldest)
            {
                folder.Discard(unfinished);
                return null;
            }

            var shard = new Shard(unfinished, new ShardContent(rewriting.First, rewriting.Last, written, rewriting.Generation, lastTombstone));
            shard.WriteContent();
            return shard;
        }
        catch
        {
            folder.Discard(unfinished);
            throw;
        }
    }

    private ShardMeasurement? Write(
        (Shard Shard, ShardMeasurement File)[] files, Rewriting rewriting, IReadOnlyDictionary<string, MeasurementSchema> schema, long forwarded,
        string unfinished, List<Loss> losses)
    {
        ShardMeasurement first = files[0].File;
        long kept = files.Min(one => one.File.Resolution);
        long resolution = Math.Max(kept, rewriting.Resolutions.GetValueOrDefault(first.Name));
        Dictionary<int, ShardSeries> series = Series(files);
        ShardMeasurement described = first with
        {
            Series = [.. series.Values.OrderBy(one => one.Id)],
            MayRepeat = files.Any(one => one.File.MayRepeat),
            Resolution = resolution,
        };
        List<FieldColumn> fields = [.. files.SelectMany(one => one.File.Fields).DistinctBy(field => field.Column)
            .Select(field => new FieldColumn(field.Key, field.Kind, field.Column))];
        bool hidden = files.Any(one => tombstones.Hiding(one.Shard, one.File).Any());
        if (files.Length == 1 && !hidden && resolution == first.Resolution)
        {
            return Link(files[0].Shard, described, unfinished);
        }

        string stored = $"({string.Join(" UNION ALL ", files.Select(one => StoredRows.OfFile(ColdFile.Of(one.Shard, one.File, tombstones), fields)))})";
        string Rows(string part) => ShardFile.Merged(fields.Select(field => field.Column), $"{stored} WHERE {part}", mayRepeat: files.Length > 1 && described.MayRepeat);
        if (resolution > 0)
        {
            List<FieldColumn> wider = [.. fields, .. Added(described.Name, fields, schema)];
            string empty = string.Concat(wider.Skip(fields.Count).Select(field => $", NULL::{field.SqlType} AS {field.Column}"));
            Thinning Thinner(string part) => new(described.Name, wider, $"SELECT *{empty} FROM ({Rows(part)})", resolution);
            List<Loss> thinned = Thinned(described, series, Thinner("TRUE"), rewriting, forwarded);
            losses.AddRange(thinned);
            if (thinned.Count > 0)
            {
                return ShardFile.Write(connection, unfinished, described, wider, ShardParts.Of(connection, stored, byTime: false), part => Thinner(part).Select());
            }

            if (files.Length == 1 && !hidden)
            {
                return Link(files[0].Shard, described, unfinished);
            }
        }

        return ShardFile.Write(connection, unfinished, described, fields, ShardParts.Of(connection, stored, byTime: true), Rows);
    }

    // The companions of means, which no file before had.
    private static IEnumerable<FieldColumn> Added(string measurement, List<FieldColumn> own, IReadOnlyDictionary<string, MeasurementSchema> schema) =>
        (schema.GetValueOrDefault(measurement)?.Fields ?? []).Where(field => own.TrueForAll(other => other.Column != field.Column)
            && own.Exists(of => FieldFates.Companions.Any(companion => field.Key == of.Key + companion.Suffix && field.Kind == companion.Kind)
                && FieldFates.Of(measurement, of, own).Fate == FieldFate.Mean));

    private List<Loss> Thinned(ShardMeasurement described, Dictionary<int, ShardSeries> series, Thinning thinning, Rewriting rewriting, long forwarded)
    {
        string reason = described.Resolution >= Thinning.Hour ? "thinned-1h" : "thinned-1m";
        return [.. connection.Rows(thinning.Losses(forwarded)).Select(row => new Loss(
            described.Name, series.GetValueOrDefault(row.GetInt32(0))?.Tags, reason, rewriting.Cause,
            row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), Shard.NameOf(rewriting.First, rewriting.Last)))];
    }

    private Dictionary<int, ShardSeries> Series((Shard Shard, ShardMeasurement File)[] files)
    {
        var series = new Dictionary<int, ShardSeries>();
        foreach (ShardSeries one in files.SelectMany(file => tombstones.Living(file.Shard, file.File)))
        {
            series[one.Id] = series.TryGetValue(one.Id, out ShardSeries? known) && known.Latest > one.Latest ? known : one;
        }

        return series;
    }

    private static ShardMeasurement Link(Shard from, ShardMeasurement file, string unfinished)
    {
        DurableFile.Link(from.PathOf(file), Path.Combine(unfinished, file.File));
        return file;
    }
}
