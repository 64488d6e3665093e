using EdgeDePin.Storage;
using EdgeDePin.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Tests.Web;

/// <summary>A real web server on a free loopback port.</summary>
internal sealed class NodeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private NodeServer(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(20) };
    }

    public HttpClient Client { get; }

    public int Port => Client.BaseAddress!.Port;

    /// <param name="source">Null: no pages.</param>
    /// <param name="api">Null: no Influx API.</param>
    public static async Task<NodeServer> StartAsync(DashboardSource? source, InfluxApi? api)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Logging.ClearProviders();
        builder.Services.AddDashboard();
        WebApplication app = builder.Build();
        if (source is not null)
        {
            app.MapDashboard(source);
        }

        if (api is not null)
        {
            app.MapInfluxApi(api);
        }

        await app.StartAsync(TestContext.Current.CancellationToken);
        return new NodeServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
