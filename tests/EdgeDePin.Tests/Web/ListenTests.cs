using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using EdgeDePin.Storage;
using EdgeDePin.Tests.Storage;
using EdgeDePin.Web;

namespace EdgeDePin.Tests.Web;

/// <summary>What the option <c>Api:Listen</c> opens to other devices, asked by an address that is not loopback.</summary>
public sealed class ListenTests : IDisposable
{
    private const string Token = "0123456789abcdef";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Other_devices_reach_the_API_with_their_token_and_never_the_pages()
    {
        IPAddress? address = NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses)
            .Select(one => one.Address).FirstOrDefault(one => one.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(one));
        Assert.SkipWhen(address is null, "this machine has no address but loopback");
        var outside = new Uri($"http://{address}:{InfluxServer.FreePort()}");
        var options = new ApiOptions { Listen = outside, Users = { new ApiUser { Token = Token, Write = true } } };
        Assert.Null(options.Problem());
        using Store store = Stores.Open(_folder);
        using var ending = new CancellationTokenSource();
        var lane = new WriteLane(store);
        Task running = lane.RunAsync(ending.Token);
        var api = new InfluxApi(store, lane, options, TimeProvider.System);
        await using (NodePage page = await NodePage.StartAsync(0, "home", "node-1", store, api, TimeProvider.System, options.Listen))
        {
            using var http = new HttpClient { BaseAddress = outside, Timeout = TimeSpan.FromSeconds(20) };
            Assert.Equal(HttpStatusCode.NoContent, (await http.GetAsync("/ping", Cancel)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/", Cancel)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/ping/../", Cancel)).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await WriteAsync(http)).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/metrics", Cancel)).StatusCode);
            Assert.Equal(0, store.PointCount);
            http.DefaultRequestHeaders.Authorization = new("Token", Token);
            Assert.Equal(HttpStatusCode.NoContent, (await WriteAsync(http)).StatusCode);
            Assert.Contains("[[1500000000000,1]]", await http.GetStringAsync("/query?db=bench&epoch=ms&q=SELECT%20f%20FROM%20m", Cancel), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/", Cancel)).StatusCode);

            using var here = new HttpClient { BaseAddress = new Uri(page.Url), Timeout = TimeSpan.FromSeconds(20) };
            Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/", Cancel)).StatusCode);
            // A page of another site, by a name that it made to mean this device.
            here.DefaultRequestHeaders.Host = "rebound.example.org";
            Assert.Equal(HttpStatusCode.BadRequest, (await here.GetAsync("/", Cancel)).StatusCode);
        }

        await ending.CancelAsync();
        await running;
    }

    [Fact]
    public void Without_a_user_nothing_is_opened() => Assert.Contains(
        "would listen on http://0.0.0.0:8086/ for everybody", new ApiOptions { Listen = new Uri("http://0.0.0.0:8086") }.Problem(), StringComparison.Ordinal);

    private static async Task<HttpResponseMessage> WriteAsync(HttpClient http)
    {
        using var body = new StringContent("m f=1 1500000000000000000", Encoding.UTF8);
        return await http.PostAsync("/write?db=bench", body, Cancel);
    }
}
