using System.Globalization;
using DuckDB.NET.Data;

namespace EdgeDePin.Storage.Duck;

/// <summary>
/// The rows of a measurement as SQL: those of the newest table and of the files that can hold what is asked, each file with
/// the conditions in its own units, so that the engine passes over what it need not read.
/// </summary>
/// <param name="hotFirst">Gives the earliest instant of the newest table; asked only where rows may repeat.</param>
internal sealed class StoredRows(MeasurementSchema measurement, Func<long> hotFirst)
{
    /// <summary>More stretches than this to be merged are merged as one.</summary>
    private const int MaxOverlaps = 8;

    /// <summary>The earliest instant of a table, on the connection of the reader.</summary>
    public static Func<long> FirstOf(DuckDBConnection connection, MeasurementSchema measurement)
    {
        var first = new Lazy<long>(() => connection.Number($"SELECT coalesce(min(ts), {long.MaxValue}) FROM {measurement.HotTable}"), isThreadSafe: false);
        return () => first.Value;
    }

    /// <summary>Every row as it was stored, with its <c>seq</c>.</summary>
    public string Stored(IReadOnlyList<FieldColumn> fields) => Union(fields, "TRUE", new Stretch(null, long.MaxValue), withSequence: true);

    /// <summary>Every row that was stored after a sequence.</summary>
    public string Since(IReadOnlyList<FieldColumn> fields, long sequence) =>
        Union(fields, $"seq > {Number(sequence)}", new Stretch(null, long.MaxValue), withSequence: true, file => file.Last > sequence);

    /// <summary>Every row of the newest table.</summary>
    public string Hot(IReadOnlyList<FieldColumn> fields) =>
        Union(fields, "TRUE", new Stretch(null, long.MaxValue), withSequence: true, _ => false);

    /// <summary>Every row of one file.</summary>
    public static string OfFile(ColdFile file, IReadOnlyList<FieldColumn> fields) =>
        Cold("SELECT seq, series, ", fields, "TRUE", new Stretch(null, long.MaxValue), [file]);

    /// <summary>A FROM clause of one row per series and instant, with the last value that each field was given.</summary>
    /// <param name="series">A condition on <c>series</c>.</param>
    public string Rows(IReadOnlyList<FieldColumn> fields, string series, long? from, long until)
    {
        var asked = new Stretch(from, until);
        if (!measurement.MayRepeat)
        {
            return $"({Union(fields, series, asked, withSequence: false)})";
        }

        // Within a file an instant stands once. Only where two files, or a file and the table, hold the same time, and in the
        // table itself, rows may repeat.
        List<Stretch> overlaps = Overlaps(asked);
        var parts = Between(overlaps, asked).Where(Holds).Select(gap => Union(fields, series, gap, withSequence: false)).ToList();
        if (overlaps.Count > 0)
        {
            string several = string.Join(" UNION ALL ", overlaps.Select(overlap => Union(fields, series, overlap, withSequence: true)));
            parts.Add($"SELECT series, ts{string.Concat(fields.Select(field => $", arg_max({field.Column}, seq) AS {field.Column}"))} FROM ({several}) GROUP BY series, ts");
        }

        return $"({(parts.Count == 0 ? Union(fields, series, asked, withSequence: false) : string.Join(" UNION ALL ", parts))})";
    }

    // No rows of the newest table stand in a stretch between overlaps: it overlaps with everything from its first instant on.
    private bool Holds(Stretch stretch) => measurement.Cold.Any(stretch.Meets);

    private List<Stretch> Overlaps(Stretch asked)
    {
        var overlaps = new List<Stretch>();
        if (hotFirst() is var hot && hot < long.MaxValue)
        {
            overlaps.Add(new Stretch(hot, long.MaxValue));
        }

        long reached = long.MinValue;
        foreach (ColdFile file in measurement.Cold.OrderBy(file => file.FirstInstant))
        {
            if (file.FirstInstant <= reached)
            {
                overlaps.Add(new Stretch(file.FirstInstant, Math.Min(reached, file.LastInstant)));
            }

            reached = Math.Max(reached, file.LastInstant);
        }

        var joined = new List<Stretch>();
        foreach (Stretch one in overlaps.Select(overlap => overlap.Within(asked)).OfType<Stretch>().OrderBy(overlap => overlap.First))
        {
            if (joined.Count > 0 && (one.First <= joined[^1].Until || joined.Count == MaxOverlaps))
            {
                joined[^1] = joined[^1] with { Until = Math.Max(joined[^1].Until, one.Until) };
                continue;
            }

            joined.Add(one);
        }

        return joined;
    }

    private static IEnumerable<Stretch> Between(List<Stretch> overlaps, Stretch asked)
    {
        long? from = asked.From;
        foreach (Stretch overlap in overlaps)
        {
            if (overlap.First > (from ?? long.MinValue))
            {
                yield return new Stretch(from, overlap.First - 1);
            }

            if (overlap.Until == long.MaxValue)
            {
                yield break;
            }

            from = overlap.Until + 1;
        }

        if ((from ?? long.MinValue) <= asked.Until)
        {
            yield return new Stretch(from, asked.Until);
        }
    }

    /// <param name="condition">On <c>series</c> and <c>seq</c>.</param>
    private string Union(
        IReadOnlyList<FieldColumn> fields, string condition, Stretch stretch, bool withSequence, Func<ColdFile, bool>? which = null)
    {
        string first = $"SELECT {(withSequence ? "seq, " : "")}series, ";
        string hot = $"{first}ts{string.Concat(fields.Select(field => $", {field.Column}"))} FROM {measurement.HotTable} WHERE ({condition})"
            + (stretch.Until == long.MaxValue ? "" : $" AND ts <= {Number(stretch.Until)}")
            + (stretch.From is { } lower ? $" AND ts >= {Number(lower)}" : "");
        return hot + string.Concat(measurement.Cold.Where(file => stretch.Meets(file) && which?.Invoke(file) != false)
            .GroupBy(file => file.Key, StringComparer.Ordinal)
            .Select(alike => $" UNION ALL {Cold(first, fields, condition, stretch, [.. alike])}"));
    }

    private static string Cold(string first, IReadOnlyList<FieldColumn> fields, string condition, Stretch stretch, IReadOnlyList<ColdFile> alike)
    {
        // A condition that holds for whole files is left out: it would be tested for each row all the same.
        string when = alike.All(stretch.Covers) ? "" : $" AND {alike[0].Between(stretch.From, stretch.Until)}";
        string hidden = alike[0].Hidden is { } condemned ? $" AND NOT ({condemned})" : "";
        return $"{first}{alike[0].Instant}{string.Concat(fields.Select(field => $", {alike[0].Column(field)}"))}"
            + $" FROM read_parquet([{string.Join(", ", alike.Select(one => $"'{HotDatabase.Quoted(one.Path)}'"))}]) WHERE ({condition}){when}{hidden}";
    }

    private static string Number(long value) =>
        value == long.MinValue ? "(-9223372036854775807 - 1)" : value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Instants from the first to the last, both included.</summary>
    /// <param name="From">Null is without beginning.</param>
    private sealed record Stretch(long? From, long Until)
    {
        public long First => From ?? long.MinValue;

        public bool Meets(ColdFile file) => file.LastInstant >= First && file.FirstInstant <= Until;

        public bool Covers(ColdFile file) => file.FirstInstant >= First && file.LastInstant <= Until;

        public Stretch? Within(Stretch other)
        {
            Stretch part = new(Math.Max(First, other.First), Math.Min(Until, other.Until));
            return part.First <= part.Until ? part : null;
        }
    }
}
