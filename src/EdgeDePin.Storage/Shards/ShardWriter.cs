using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;

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
        var shard = new Shard(unfinished, new ShardContent(span.After + 1, span.Until, written, Tombstones: span.Tombstones));
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

        ShardMeasurement described = new(
            measurement.Id, measurement.Name, "", 0, 0, 0, 0, 0, measurement.MayRepeat, [],
            [.. measurement.Series.Select(series => new ShardSeries(
                series.Id, [.. series.Tags.SelectMany(tag => (string[])[tag.Key, tag.Value])],
                span.Latest.GetValueOrDefault((measurement.Id, series.Id), long.MinValue)))]);
        string Select(string part) => ShardFile.Merged(measurement.Fields.Select(field => field.Column), $"{rows} AND {part}", measurement.MayRepeat);
        return ShardParts.Of(connection, rows, byTime: true) is { Count: > 1 } parts
            ? ShardFile.Write(connection, unfinished, described, measurement.Fields, parts, Select)
            : ShardFile.Write(connection, unfinished, described, measurement.Fields, measurement.MayRepeat ? $"({Select("TRUE")})" : rows, Select("TRUE"));
    }
}
