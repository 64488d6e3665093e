using System.Net;
using System.Text;
using EdgeDePin.Web;

namespace EdgeDePin.Tests.Web;

/// <summary>Status codes, headers and texts are those that influxd 1.6.7 answered.</summary>
public sealed class InfluxApiTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parameters_come_from_the_URL_or_from_a_form()
    {
        List<InfluxQuery> asked = [];
        await using NodeServer node = await Start(query =>
        {
            asked.Add(query);
            return (200, """{"results":[{"statement_id":0}]}"""u8.ToArray());
        });

        // Grafana's GET, Grafana's POST, and the influx command, which posts an empty body.
        string got = await node.Client.GetStringAsync("/query?db=edge&epoch=ms&q=SHOW%20measurements", Cancel);
        using FormUrlEncodedContent form = new([new("q", "SELECT \"a b\" FROM m"), new("pretty", "true")]);
        using HttpResponseMessage posted = await node.Client.PostAsync("/query?db=edge&epoch=ms", form, Cancel);
        using HttpResponseMessage command = await node.Client.PostAsync("/query?chunked=true&db=edge&epoch=ns&q=SHOW+DATABASES", null, Cancel);

        Assert.Equal("""{"results":[{"statement_id":0}]}""", got);
        Assert.Equal("application/json", posted.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("1.6.7", posted.Headers.GetValues("X-Influxdb-Version").Single(), StringComparison.Ordinal);
        Assert.Equal(
            [
                new InfluxQuery("SHOW measurements", "edge", "ms", false),
                new InfluxQuery("SELECT \"a b\" FROM m", "edge", "ms", true),
                new InfluxQuery("SHOW DATABASES", "edge", "ns", false),
            ],
            asked);
        Assert.Equal(HttpStatusCode.OK, command.StatusCode);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "application/vnd.influxql")] // such a body is not read by 1.6.7 either
    public async Task Without_q_the_answer_is_400_with_the_known_text(string method, string contentType)
    {
        await using NodeServer node = await Start(_ => throw new InvalidOperationException("must not be asked"));
        using HttpRequestMessage request = new(new HttpMethod(method), "/query?db=edge");
        if (contentType.Length > 0)
        {
            request.Content = new StringContent("SELECT 1", Encoding.UTF8, contentType);
        }

        using HttpResponseMessage answer = await node.Client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("missing required parameter \"q\"", answer.Headers.GetValues("X-Influxdb-Error").Single());
    }

    [Fact]
    public async Task The_error_of_a_refused_query_stands_in_the_header_too()
    {
        await using NodeServer node = await Start(_ => (400, """{"error":"error parsing query: found EOF\n"}"""u8.ToArray()));

        using HttpResponseMessage answer = await node.Client.GetAsync("/query?q=SELECT", Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("error parsing query: found EOF?", answer.Headers.GetValues("X-Influxdb-Error").Single());
    }

    [Theory]
    [InlineData("GET", "/ping", HttpStatusCode.NoContent)]
    [InlineData("HEAD", "/ping", HttpStatusCode.NoContent)]
    [InlineData("HEAD", "/query", HttpStatusCode.MethodNotAllowed)]
    public async Task Methods_are_answered_as_by_influxd(string method, string path, HttpStatusCode status)
    {
        await using NodeServer node = await Start(_ => (200, []));
        using HttpRequestMessage request = new(new HttpMethod(method), path);

        using HttpResponseMessage answer = await node.Client.SendAsync(request, Cancel);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(path == "/ping", answer.Headers.Contains("X-Influxdb-Version"));
    }

    private static Task<NodeServer> Start(Func<InfluxQuery, (int, byte[])> influx) =>
        NodeServer.StartAsync(new StoreInMemory().Source, influx);
}
