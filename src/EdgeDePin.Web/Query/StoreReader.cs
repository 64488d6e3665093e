namespace EdgeDePin.Web.Query;

/// <summary>
/// Asks the store and remembers answers that may be a little old, so that a trend over a day is not computed anew for
/// every beat of the page. Used under the lock of the live cache: one request at a time.
/// </summary>
internal sealed class StoreReader(DashboardSource source, TimeProvider time)
{
    /// <summary>More than one page can need; beyond it the memory starts over.</summary>
    private const int Capacity = 64;

    private readonly Dictionary<string, (DateTimeOffset At, object Answer)> _kept = new(StringComparer.Ordinal);

    public DashboardSource Source => source;

    public TimeProvider Time => time;

    /// <summary>Columns carry the names of the fields asked for, also when the store names them after the function.</summary>
    /// <exception cref="StoreException">The store threw; the message names the query.</exception>
    public IReadOnlyList<Series> Ask(Select select)
    {
        string[] columns = ["time", .. select.Fields];
        return [.. Ask(select.ToString()).Select(series =>
            series.Columns.Count == columns.Length ? series with { Columns = columns } : series)];
    }

    /// <summary>The answer as the store names it.</summary>
    /// <exception cref="StoreException">The store threw; the message names the query.</exception>
    public IReadOnlyList<Series> Ask(string query)
    {
        try
        {
            return source.Query(query);
        }
        // The store is foreign code here: whatever it throws must end as a sentence on the page, not as a blank one.
        catch (Exception failure)
        {
            throw new StoreException(query, failure);
        }
    }

    /// <summary>The first row of the first series, if there is one.</summary>
    public (Series Series, object?[] Row)? AskOne(Select select)
    {
        foreach (Series series in Ask(select))
        {
            if (series.Rows.Count > 0)
            {
                return (series, series.Rows[0]);
            }
        }

        return null;
    }

    /// <summary>The same answer for as long as <paramref name="maxAge"/>.</summary>
    public T Remember<T>(string key, TimeSpan maxAge, Func<T> ask)
        where T : notnull
    {
        DateTimeOffset now = time.GetUtcNow();
        if (_kept.TryGetValue(key, out (DateTimeOffset At, object Answer) kept) && now - kept.At < maxAge)
        {
            return (T)kept.Answer;
        }

        if (_kept.Count >= Capacity)
        {
            _kept.Clear();
        }

        T answer = ask();
        _kept[key] = (now, answer);
        return answer;
    }
}
