using System.Net.Sockets;
using EdgeDePin.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Web;

/// <summary>The web server of a node: the pages and the Influx API, on loopback and where the owner wants them.</summary>
public sealed class NodePage : IAsyncDisposable
{
    private readonly WebApplication _application;

    private NodePage(WebApplication application, string url) => (_application, Url) = (application, url);

    /// <summary>Where it listens, e.g. <c>http://127.0.0.1:8080</c>.</summary>
    public string Url { get; }

    /// <param name="port">On 127.0.0.1; 0 takes any free one.</param>
    /// <param name="site">Tag <c>site</c> of what is shown.</param>
    /// <param name="node">Tag <c>node</c> of what is shown.</param>
    /// <param name="api">Answers what Influx clients ask.</param>
    /// <param name="apiAddress">Where other devices reach the API; null is nowhere.</param>
    /// <param name="pagesOutside">Whether they get the pages there too, as users of the API who may read.</param>
    /// <exception cref="IOException">The port is in use; the message names it and the remedy.</exception>
    public static async Task<NodePage> StartAsync(
        int port, string site, string node, Store store, InfluxApi api, TimeProvider time, Uri? apiAddress = null, bool pagesOutside = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // Where the program lies, not where it was started: the scripts and styles lie beside it.
            ContentRootPath = AppContext.BaseDirectory,
        });
        StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The API has limits of its own, before and after gzip.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        string own = $"http://127.0.0.1:{port}";
        builder.WebHost.UseUrls(apiAddress is null ? [own] : [own, apiAddress.GetLeftPart(UriPartial.Authority)]);
        builder.Services.AddDashboard();
        WebApplication application = builder.Build();
        application.Use(new PageGate(api, pagesOutside, apiAddress?.Port == port ? null : apiAddress?.Port).LetIn);
        application.MapDashboard(new DashboardSource(site, node, query => StoreAnswers.Ask(store, query, time.GetUtcNow())));
        application.MapInfluxApi(api);
        try
        {
            await application.StartAsync();
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            await application.DisposeAsync();
            throw new IOException(
                $"The page cannot listen on 127.0.0.1:{port}{(apiAddress is null ? "" : $" or the API on {apiAddress}")}: the port is in use. Stop what listens there, or choose another port (0 takes any free one).",
                error);
        }

        IServerAddressesFeature addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        return new NodePage(application, addresses.Addresses.First());
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
