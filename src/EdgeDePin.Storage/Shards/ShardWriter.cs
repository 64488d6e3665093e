using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;
using EdgeDePin.Storage.Segments;

namespace EdgeDePin.Storage.Shards;

/// <summary>Writes the tables' rows of a span as a shard: one row per series and instant, the last write of each field.</summary>
internal sealed class ShardWriter(ShardFolder folder, DuckDBConnection connection)
{
    /// <exception cref="DuckDBException">No space, as a rule; nothing has changed.</exception>
    /// <exception cref="IOException">The same.</exception>
    public Shard Write(OpenSpan span)
    {
        string unfinished = folder.Begin(span.After + 1, span.Until);
        try
        {
            return folder.Finish(Write(span, unfinished));
        }
        catch
        {
            // What is left of it would make a full disk fuller, each time that it is tried again.
            folder.Discard(unfinished);
            throw;
        }
    }

    private Shard Write(OpenSpan span, string unfinished)
    {
        // One transaction, so that all of it sees one state. Without it a statement is planned in one and run in another: the
        // planner leaves out "seq <= until" where the statistics say that it always holds, and rows that come in between are
        // written all the same.
        using DuckDBTransaction transaction = connection.BeginTransaction();
        List<ShardMeasurement> written = [.. span.Measurements.Select(measurement => Write(measurement, span, unfinished)).OfType<ShardMeasurement>()];
        var shard = new Shard(unfinished, new ShardContent(span.After + 1, span.Until, written));
        shard.WriteContent();
        return shard;
    }

    private ShardMeasurement? Write(MeasurementSchema measurement, OpenSpan span, string unfinished)
    {
        string rows = $"{Catalogue.HotTable(measurement.Id)} WHERE seq <= {span.Until}";
        if (connection.Number($"SELECT count(*) FROM {rows}") == 0)
        {
            return null;
        }

        string path = Path.Combine(unfinished, $"points_{measurement.Id}.parquet");
        string columns = string.Concat(measurement.Fields.Select(field => measurement.MayRepeat ? $", arg_max({field.Column}, seq) AS {field.Column}" : $", {field.Column}"));
        string merged = measurement.MayRepeat ? $"(SELECT max(seq) AS seq, series, ts{columns} FROM {rows} GROUP BY series, ts)" : rows;
        ShardEncoding encoding = ShardEncoding.Of(connection, rows, measurement.Fields);
        connection.Execute(
            $"COPY (SELECT seq, series, {encoding.Kept(measurement.Fields)} FROM (SELECT * FROM {merged}) AS kept ORDER BY kept.series, kept.ts) TO '{HotDatabase.Quoted(path)}' ({ShardEncoding.Options(measurement.Fields)})");
        var fields = measurement.Fields.Select(field => new ShardField(field.Key, field.Column, field.Kind, encoding.Types.GetValueOrDefault(field))).ToList();
        string time = ShardEncoding.TimeColumn(encoding.Unit);
        (long count, long first, long last) = connection.Rows($"SELECT count(*), min({time}), max({time}) FROM read_parquet('{HotDatabase.Quoted(path)}')")
            .Select(row => (row.GetInt64(0), row.GetInt64(1) * encoding.Unit, row.GetInt64(2) * encoding.Unit)).Single();
        (long bytes, uint checksum) = Flush(path);
        return new ShardMeasurement(
            measurement.Id, measurement.Name, Path.GetFileName(path), bytes, checksum, count, first, last, measurement.MayRepeat, fields,
            [.. measurement.Series.Select(series => new ShardSeries(
                series.Id, [.. series.Tags.SelectMany(tag => (string[])[tag.Key, tag.Value])],
                span.Latest.GetValueOrDefault((measurement.Id, series.Id), long.MinValue)))], encoding.Unit);
    }

    // The engine writes without flushing.
    private static (long Bytes, uint Checksum) Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        DurableFile.Flush(file.SafeFileHandle, path);
        return (file.Length, Crc32C.Of(File.ReadAllBytes(path)));
    }
}
