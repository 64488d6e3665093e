using System.Globalization;
using System.Text.Json.Nodes;
using EdgeDePin.Web.Components;
using EdgeDePin.Web.Explore;
using EdgeDePin.Web.Neighbours;
using EdgeDePin.Web.Now;
using EdgeDePin.Web.Query;
using EdgeDePin.Web.Work;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Web.Live;

/// <summary>Turns views into HTML and chart data. Components are rendered on the node; no circuit stays open.</summary>
internal sealed class PageRenderer(HtmlRenderer renderer, ILogger<PageRenderer> logger)
{
    public Task<Beat> Now(StoreReader store) =>
        Answer(store, () => (typeof(NowBody), NowView.Read(store), []));

    public Task<Beat> Neighbours(StoreReader store) =>
        Answer(store, () => (typeof(NeighboursBody), Neighbour.Read(store), []));

    public Task<Beat> Work(StoreReader store) => Answer(store, () =>
    {
        WorkView view = WorkView.Read(store);
        return (typeof(WorkBody), view, new JsonObject { ["timeline"] = Timeline.Of(view.Gantt, view.NameOf) });
    });

    public Task<Beat> Explore(StoreReader store, ExploreRequest request) => Answer(store, () =>
    {
        ExploreView view = ExploreView.Read(store, request);
        return (typeof(ExploreBody), new ExplorePage(request, view), ExploreData.Of(view, request));
    });

    /// <summary>The whole document, with the first beat inside, so that opening a page is one answer of the store.</summary>
    public Task<string> Document(DashboardSource source, DashboardPage page, Beat beat, TimeSpan next) =>
        Render(typeof(Shell), new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(Shell.Source)] = source,
            [nameof(Shell.Page)] = page,
            [nameof(Shell.Beat)] = beat,
            [nameof(Shell.Next)] = ((long)next.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
        });

    private async Task<Beat> Answer(StoreReader store, Func<(Type Body, object View, JsonObject Data)> read)
    {
        try
        {
            (Type body, object view, JsonObject data) = read();
            return Beat.Of(await RenderBody(body, view, store), data);
        }
        catch (StoreException silent)
        {
            logger.StoreDidNotAnswer(silent, silent.Query);
            return Beat.Of(await RenderBody(typeof(StoreSilent), silent, store), []);
        }
    }

    private Task<string> RenderBody(Type body, object view, StoreReader store) =>
        Render(body, new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["View"] = view,
            ["Source"] = store.Source,
            ["Clock"] = store.Time.GetUtcNow(),
        });

    private Task<string> Render(Type component, Dictionary<string, object?> parameters) =>
        renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync(component, ParameterView.FromDictionary(parameters))).ToHtmlString());
}
