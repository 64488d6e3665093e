using EdgeDePin.Storage.InfluxQl;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>
/// One point per series and period: the mean of floats, the last of everything else, at the start of the period. It is a
/// function of the store and not of the stream: for every period that a batch touches the whole period is computed again. So
/// the order of delivery, repetitions, late points and restarts do not matter, and the last write is the right one.
/// </summary>
internal sealed class Downsampling(Store store, TimeSpan period, TimeProvider time)
{
    private readonly long _length = checked(period.Ticks * 100);

    /// <param name="touched">Points of any order.</param>
    /// <returns>The periods they lie in, computed from everything that the store has.</returns>
    /// <exception cref="StoreException">The store could not answer.</exception>
    public IReadOnlyList<Point> Of(IEnumerable<Point> touched)
    {
        var points = new List<Point>();
        foreach (IGrouping<string, Point> measurement in touched.GroupBy(point => point.Measurement, StringComparer.Ordinal))
        {
            string? fields = Fields(measurement.Key);
            foreach ((long from, long until) in Spans(measurement.Select(point => point.Instant)))
            {
                points.AddRange(fields is null ? [] : Aggregated(measurement.Key, fields, from, until));
            }
        }

        return points;
    }

    private IEnumerable<Point> Aggregated(string measurement, string fields, long from, long until)
    {
        QueryResult answer = store.Query(
            $"SELECT {fields} FROM {Quoted(measurement)} WHERE time >= {from} AND time < {until} GROUP BY time({_length}ns), * fill(none)",
            time.GetUtcNow());
        foreach (ResultSeries series in Read(answer))
        {
            foreach (FieldValue?[] row in series.Rows)
            {
                Field[] values = [.. series.Columns.Skip(1).Zip(row.Skip(1))
                    .Where(cell => cell.Second is not null)
                    .Select(cell => new Field(cell.First, cell.Second!.Value))];
                if (values.Length > 0)
                {
                    // GROUP BY * names every tag key of the measurement; a series that lacks one has it empty.
                    yield return new Point(
                        measurement, (series.Tags ?? []).Where(tag => tag.Value.Length > 0), values, row[0]!.Value.AsInteger);
                }
            }
        }
    }

    private string? Fields(string measurement)
    {
        IReadOnlyList<ResultSeries> keys = Read(store.Query($"SHOW FIELD KEYS FROM {Quoted(measurement)}", time.GetUtcNow()));
        return keys.Count == 0 ? null : string.Join(", ", keys[0].Rows.Select(row =>
            $"{(row[1]?.AsString == "float" ? "mean" : "last")}({Quoted(row[0]!.Value.AsString)}) AS {Quoted(row[0]!.Value.AsString)}"));
    }

    // Neighbouring periods are asked for together.
    private IEnumerable<(long From, long Until)> Spans(IEnumerable<long> instants)
    {
        long? from = null;
        long until = 0;
        foreach (long start in instants.Select(instant => instant - (((instant % _length) + _length) % _length)).Distinct().Order())
        {
            if (from is not null && start != until)
            {
                yield return (from.Value, until);
                from = null;
            }

            from ??= start;
            until = start + _length;
        }

        if (from is not null)
        {
            yield return (from.Value, until);
        }
    }

    private static IReadOnlyList<ResultSeries> Read(QueryResult answer)
    {
        string? error = answer.Error ?? answer.Statements[0].Error;
        return error is null
            ? answer.Statements[0].Series
            : throw new StoreException($"Downsampling could not be computed: {error}. Forward this measurement as it is (Downsample 0).");
    }

    private static string Quoted(string name) =>
        $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
