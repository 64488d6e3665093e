using System.Net;
using System.Text;
using EdgeDePin.Storage;
using EdgeDePin.Web;
using Microsoft.AspNetCore.Http;

namespace EdgeDePin.Tests.Web;

public sealed class PageGateTests
{
    private const string Far = "192.0.2.7";

    [Theory]
    [InlineData("127.0.0.1", "localhost:8080", "/", "", true, 200)]
    [InlineData("127.0.0.1", "rebound.example:8080", "/", "", true, 400)]
    [InlineData(Far, "pi-01.local:8086", "/", "", false, 404)]
    [InlineData(Far, "pi-01.local:8086", "/", "reader:long enough", false, 404)]
    [InlineData(Far, "pi-01.local:8086", "/", "", true, 401)]
    [InlineData(Far, "pi-01.local:8086", "/work", "reader:wrong password", true, 401)]
    [InlineData(Far, "pi-01.local:8086", "/live/work", "writer:long enough", true, 401)]
    [InlineData(Far, "pi-01.local:8086", "/work", "reader:long enough", true, 200)]
    [InlineData(Far, "pi-01.local:8086", "/write", "", false, 200)] // the API asks for itself
    public async Task Pages_are_for_this_device_and_for_readers_from_others(string from, string host, string path, string credentials, bool pagesOutside, int status)
    {
        await using InfluxNode node = await InfluxNode.StartAsync(new ApiOptions
        {
            Listen = new Uri("http://0.0.0.0:8086"),
            Pages = pagesOutside,
            Users =
            {
                new ApiUser { Name = "reader", Password = "long enough" },
                new ApiUser { Name = "writer", Password = "long enough", Read = false, Write = true },
            },
        });
        var http = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(from) } };
        (http.Request.Host, http.Request.Path) = (new HostString(host), path);
        if (credentials.Length > 0)
        {
            http.Request.Headers.Authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));
        }

        await new PageGate(node.Api, pagesOutside).LetIn(http, _ => Task.CompletedTask);
        Assert.Equal(status, http.Response.StatusCode);
        Assert.Equal(status == 401, http.Response.Headers.WWWAuthenticate.ToString().StartsWith("Basic ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(8086, 404)]
    [InlineData(8080, 200)]
    public async Task A_proxy_on_this_device_that_comes_by_the_port_for_others_is_one_of_them(int port, int status)
    {
        await using InfluxNode node = await InfluxNode.StartAsync(new ApiOptions());
        var http = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Loopback, LocalPort = port } };
        (http.Request.Host, http.Request.Path) = (new HostString("127.0.0.1:8086"), "/");
        await new PageGate(node.Api, pagesOutside: false, outerPort: 8086).LetIn(http, _ => Task.CompletedTask);
        Assert.Equal(status, http.Response.StatusCode);
    }

    [Fact]
    public void Pages_for_others_need_an_address_and_somebody_who_may_read()
    {
        ApiUser writer = new() { Name = "telegraf", Password = "long enough", Read = false, Write = true };
        Assert.Contains("Api:Listen", new ApiOptions { Pages = true, Users = { writer } }.Problem(), StringComparison.Ordinal);
        Assert.Contains("Read", new ApiOptions { Pages = true, Users = { writer }, Listen = new Uri("http://0.0.0.0:8086") }.Problem(), StringComparison.Ordinal);
    }
}
