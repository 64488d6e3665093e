using EdgeDePin.Model;
using EdgeDePin.Web.Query;
using EdgeDePin.Web.Text;

namespace EdgeDePin.Web.Explore;

/// <summary>The charts of one measurement over a span, or only what has come since the browser asked last.</summary>
/// <param name="Until">The newest instant of the measurement; null while it has no data.</param>
/// <param name="From">Where the span begins.</param>
public sealed record ExploreView(
    DateTimeOffset? Until, DateTimeOffset? From, Resolution Resolution, IReadOnlyList<Chart> Charts)
{
    internal static ExploreView Read(StoreReader store, ExploreRequest request)
    {
        bool derived = request.Measurement == ExploreRequest.Derived;
        string[] by = derived ? ["sensor", "name", "unit"] : ["sensor"];
        IReadOnlyList<Quantity> quantities = derived ? []
            : Family.All.First(family => family.Measurement == request.Measurement).Quantities;
        string[] fields = derived ? ["value"] : [.. quantities.Select(quantity => quantity.Field)];
        Select all = new(store.Source, request.Measurement, fields) { Names = derived ? Headlines.Names : [] };
        if (store.AskOne(all with { Newest = 1 }) is not var (newestOf, newest))
        {
            return new ExploreView(null, null, new Resolution(null, TimeSpan.Zero), []);
        }

        DateTimeOffset until = Series.Instant(newest);
        DateTimeOffset from = request.Span.Length is { } length ? until - length : Oldest(store, all, until);
        Resolution resolution = request.Known ?? Resolution.For(until - from, MostPoints(store, all with { From = from, Until = until, By = by }));
        Select select = all with { From = Later(request.Since, from), By = by };
        if (resolution.Every is { } every)
        {
            select = select with { Function = "mean", Every = every, Until = until };
            if (!derived)
            {
                IEnumerable<Chart> means = quantities.Select(quantity => Mean(store, quantity, select, resolution));
                return new ExploreView(until, from, resolution, [.. means.Where(chart => chart.Lines.Count > 0)]);
            }
        }

        IReadOnlyList<Series> answer = store.Ask(select);
        string query = select.ToString();
        List<Chart> charts = derived
            ? [.. answer.GroupBy(series => series.Tag("name"), StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => Chart(group.Key, group.First().Tag("unit"), "value", [.. group], resolution, query))]
            : [.. quantities.Select(quantity => Chart(quantity.Field, quantity.Unit, quantity.Field, answer, resolution, query))];
        return new ExploreView(until, from, resolution, [.. charts.Where(chart => chart.Lines.Count > 0)]);
    }

    // Where a shared dashboard shows the same course, its text is the query.
    private static Chart Mean(StoreReader store, Quantity quantity, Select select, Resolution resolution)
    {
        Select one = select with { Fields = [quantity.Field] };
        return SharedPanels.Mean(select.Measurement, quantity.Field) is { } panel
            && panel.For(store.Source, select.From!.Value, select.Until!.Value, select.Every!.Value) is var query
            ? Chart(quantity.Field, quantity.Unit, quantity.Field, store.Ask(query), resolution, query, panel.Divisor)
            : Chart(quantity.Field, quantity.Unit, quantity.Field, store.Ask(one), resolution, one.ToString());
    }

    /// <param name="divisor">What the query has divided stored values by.</param>
    private static Chart Chart(
        string id, string unit, string field, IReadOnlyList<Series> answer, Resolution resolution, string query, double divisor = 1)
    {
        Shown shown = Shown.For(id, unit);
        return new Chart(id, shown.Label, shown.Unit, shown.Decimals, query,
        [
            .. answer.Select(series => ChartLine.Of(
                    series.Tag("sensor"), series, field, shown.Factor * divisor, shown.Decimals + 1, resolution.Gap))
                .Where(line => line.Points.Count > 0),
        ]);
    }

    private static DateTimeOffset Oldest(StoreReader store, Select all, DateTimeOffset until) =>
        store.Remember($"oldest {all.Measurement}", TimeSpan.FromMinutes(10), () =>
            store.AskOne(all with { Oldest = 1 }) is var (_, row) ? Series.Instant(row) : until);

    private static long MostPoints(StoreReader store, Select span)
    {
        IReadOnlyList<Series> counts = store.Ask(span with { Function = "count" });
        return counts.Count == 0 ? 0 : (long)counts.Max(series => series.Rows.Count == 0 ? 0
            : span.Fields.Max(field => series.Number(series.Rows[0], field) ?? 0));
    }

    private static DateTimeOffset Later(DateTimeOffset? since, DateTimeOffset from) =>
        since is { } instant && instant > from ? instant : from;
}
