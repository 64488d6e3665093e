using EdgeDePin.Web.Explore;
using EdgeDePin.Web.Live;
using EdgeDePin.Web.Query;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.JSInterop;
using MudBlazor.Services;

namespace EdgeDePin.Web;

/// <summary>
/// Puts the dashboard on a node's web server. The host is a project of Microsoft.NET.Sdk.Web with
/// <c>ContentRootPath = AppContext.BaseDirectory</c> and calls <c>builder.WebHost.UseStaticWebAssets()</c>; it also
/// decides who may connect (loopback, unless the owner says otherwise): the pages ask for no password.
/// </summary>
public static class DashboardHost
{
    public static IServiceCollection AddDashboard(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddScoped<IJSRuntime, NoBrowser>();
        services.AddMudServices();
        services.TryAddScoped<HtmlRenderer>();
        services.TryAddScoped<PageRenderer>();
        return services;
    }

    /// <summary>
    /// Maps <c>/</c>, <c>/explore</c>, <c>/work</c>, <c>/neighbours</c>, their live answers below <c>/live</c>, and
    /// the scripts and styles below <c>/_content</c>.
    /// </summary>
    public static IEndpointRouteBuilder MapDashboard(this IEndpointRouteBuilder endpoints, DashboardSource source)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(source);
        MapAssets(endpoints);
        LiveDesk desk = new(source, endpoints.ServiceProvider.GetRequiredService<TimeProvider>());
        endpoints.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(desk.Dispose);

        Map(endpoints, desk, DashboardPage.Now, (_, pages) => ("", pages.Now));
        Map(endpoints, desk, DashboardPage.Neighbours, (_, pages) => ("", pages.Neighbours));
        Map(endpoints, desk, DashboardPage.Work, (_, pages) => ("", pages.Work));
        Map(endpoints, desk, DashboardPage.Explore, (query, pages) =>
        {
            ExploreRequest request = ExploreRequest.Of(query["m"], query["span"], query["since"], query["every"], query["gap"]);
            return (request.ToString(), store => pages.Explore(store, request));
        });
        return endpoints;
    }

    private static void Map(
        IEndpointRouteBuilder endpoints, LiveDesk desk, DashboardPage page,
        Func<IQueryCollection, PageRenderer, (string Key, Func<StoreReader, Task<Beat>> Make)> bind)
    {
        endpoints.MapGet(page.Path, async (HttpContext http, PageRenderer pages) =>
        {
            (string key, Func<StoreReader, Task<Beat>> make) = bind(http.Request.Query, pages);
            (Beat beat, TimeSpan next) = await desk.AskAsync(page.Path, page.Path + key, make, http.RequestAborted);
            LiveAnswer.Guard(http.Response);
            return Results.Content(await pages.Document(desk.Source, page, beat, next), "text/html; charset=utf-8");
        }).ExcludeFromDescription();

        endpoints.MapGet(page.LivePath, async (HttpContext http, PageRenderer pages) =>
        {
            (string key, Func<StoreReader, Task<Beat>> make) = bind(http.Request.Query, pages);
            (Beat beat, TimeSpan next) = await desk.AskAsync(page.Path, page.Path + key, make, http.RequestAborted);
            return LiveAnswer.Of(http, beat, next);
        }).ExcludeFromDescription();
    }

    private static void MapAssets(IEndpointRouteBuilder endpoints)
    {
        string application = endpoints.ServiceProvider.GetRequiredService<IHostEnvironment>().ApplicationName;
        string manifest = Path.Combine(AppContext.BaseDirectory, $"{application}.staticwebassets.endpoints.json");
        if (File.Exists(manifest))
        {
            endpoints.MapStaticAssets();
            return;
        }

        endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>()
            .CreateLogger(typeof(DashboardHost)).AssetsMissing(manifest);
    }
}
