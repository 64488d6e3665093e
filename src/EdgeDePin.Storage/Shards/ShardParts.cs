using System.Globalization;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Shards;

/// <summary>
/// Cuts rows that are to be sorted by series and instant into parts that follow each other in that order. Sorting and merging
/// half a million rows at once took the engine 110 MB; one part after the other takes a tenth of that.
/// </summary>
internal static class ShardParts
{
    /// <summary>Rows of a part; merging takes the engine about 160 bytes for each.</summary>
    private const long LeastRows = 50_000;

    /// <summary>Every part reads the sources again, and passes over what is not its own by their statistics.</summary>
    private const int MostParts = 32;

    /// <summary>A condition on <c>series</c> and <c>ts</c> for each part, in order; together they hold for every row, and none twice.</summary>
    /// <param name="from">SQL of the rows: what follows FROM; it may end in a WHERE.</param>
    /// <param name="byTime">Whether a series may be cut; where rows of a series depend on each other it may not.</param>
    public static IReadOnlyList<string> Of(DuckDBConnection connection, string from, bool byTime)
    {
        var counts = connection.Rows($"SELECT series, count(*) FROM {from} GROUP BY series ORDER BY series")
            .Select(row => (Series: row.GetInt32(0), Rows: row.GetInt64(1))).ToList();
        long most = Math.Max(LeastRows, counts.Sum(one => one.Rows) / MostParts);
        var parts = new List<string>();
        for (int at = 0; at < counts.Count;)
        {
            (int first, long rows) = counts[at++];
            int last = first;
            while (at < counts.Count && rows + counts[at].Rows <= most)
            {
                last = counts[at].Series;
                rows += counts[at++].Rows;
            }

            string series = string.Create(CultureInfo.InvariantCulture, $"series BETWEEN {first} AND {last}");
            parts.AddRange(byTime && rows >= 2 * most ? Spans(connection, from, series, (int)(rows / most)).Select(span => $"{series} AND {span}") : [series]);
        }

        return parts.Count == 0 ? ["TRUE"] : parts;
    }

    private static IEnumerable<string> Spans(DuckDBConnection connection, string from, string series, int count)
    {
        string shares = string.Join(',', Enumerable.Range(1, count - 1).Select(at => ((double)at / count).ToString("R", CultureInfo.InvariantCulture)));
        long[] cuts = [.. connection.Rows($"SELECT unnest(quantile_disc(ts, [{shares}])) FROM (SELECT * FROM {from}) WHERE {series}").Select(row => row.GetInt64(0)).Distinct().Order()];
        return cuts.Select((cut, at) => at == 0 ? $"ts <= {Number(cut)}" : $"ts > {Number(cuts[at - 1])} AND ts <= {Number(cut)}").Append($"ts > {Number(cuts[^1])}");
    }

    // The engine takes the smallest whole number for the negative of one that is too large.
    private static string Number(long value) =>
        value == long.MinValue ? "(-9223372036854775807 - 1)" : value.ToString(CultureInfo.InvariantCulture);
}
