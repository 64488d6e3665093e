using EdgeDePin.Model;

namespace EdgeDePin.Simulation.Replay;

/// <summary>The rows of a series in order, one to an instant.</summary>
/// <param name="Values">Row after row, in the order of the chip's quantities.</param>
/// <param name="Duplicates">Rows that a later one of the same instant has replaced.</param>
internal sealed record SortedSeries(DateTimeOffset[] Instants, double[] Values, int Duplicates, int OutOfOrder)
{
    public static SortedSeries Of(List<SeriesRow> rows, SeriesFormat format)
    {
        // Stable, so that of two rows of one instant the later one in the file comes last, and is kept.
        SeriesRow[] ordered = [.. rows.OrderBy(row => row.Instant)];
        SeriesRow[] kept = [.. ordered.Where((row, i) => i + 1 == ordered.Length || ordered[i + 1].Instant != row.Instant)];
        int outOfOrder = rows.Skip(1).Where((row, i) => row.Instant < rows[i].Instant).Count();
        return new SortedSeries(
            [.. kept.Select(row => row.Instant)], [.. Complete(kept, format)], rows.Count - kept.Length, outOfOrder);
    }

    /// <summary>The rows in [from, until).</summary>
    public SortedSeries Cut(DateTimeOffset? from, DateTimeOffset? until)
    {
        if (Instants.Length == 0)
        {
            return this;
        }

        int width = Values.Length / Instants.Length;
        int first = from is null ? 0 : Position(from.Value);
        int end = Math.Max(first, until is null ? Instants.Length : Position(until.Value));
        return this with { Instants = Instants[first..end], Values = Values[(first * width)..(end * width)] };
    }

    private int Position(DateTimeOffset instant)
    {
        int at = Array.BinarySearch(Instants, instant);
        return at < 0 ? ~at : at;
    }

    private static IEnumerable<double> Complete(SeriesRow[] rows, SeriesFormat format)
    {
        if (format.IsLoad)
        {
            var meter = new MeterOfLoad();
            return rows.SelectMany(row => meter.Row(row, format.Quantities));
        }

        int[] order = [.. format.Quantities.Select(quantity => IndexOf(format, quantity))];
        return rows.SelectMany(row => order.Select(i => row.Values[i]));
    }

    private static int IndexOf(SeriesFormat format, Quantity quantity) =>
        format.Columns.Select(column => column.Quantity).ToList().IndexOf(quantity);
}
