using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Web;

/// <summary>Status codes, headers and texts are those that influxd 1.6.7 answered, but where it is silent about a mistake.</summary>
public sealed class InfluxApiTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parameters_come_from_the_URL_or_from_a_form()
    {
        await using InfluxNode node = await InfluxNode.StartAsync();
        // Telegraf's first request, Grafana's GET and POST, and the influx command, which posts an empty body.
        using FormUrlEncodedContent create = new([new("q", "CREATE DATABASE \"bench\"")]);
        using HttpResponseMessage created = await node.Client.PostAsync("/query", create, Cancel);
        await WriteAsync(node, "m,k=a f=1 1500000000000000000");
        string got = await node.Client.GetStringAsync("/query?db=bench&epoch=ms&q=SHOW%20measurements", Cancel);
        using FormUrlEncodedContent form = new([new("q", "SELECT \"f\" FROM m")]);
        using HttpResponseMessage posted = await node.Client.PostAsync("/query?db=bench&epoch=ms", form, Cancel);
        using HttpResponseMessage command = await node.Client.PostAsync("/query?chunked=true&db=bench&epoch=ns&q=SHOW+DATABASES", null, Cancel);

        Assert.Equal("{\"results\":[{\"statement_id\":0}]}\n", await created.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"measurements\",\"columns\":[\"name\"],\"values\":[[\"m\"]]}]}]}\n", got);
        Assert.Equal(
            "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"m\",\"columns\":[\"time\",\"f\"],\"values\":[[1500000000000,1]]}]}]}\n",
            await posted.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("application/json", posted.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("1.6.7", posted.Headers.GetValues("X-Influxdb-Version").Single(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, command.StatusCode);
    }

    [Fact]
    public async Task A_measurement_that_was_dropped_takes_fields_of_other_types()
    {
        await using InfluxNode node = await InfluxNode.StartAsync();
        await WriteAsync(node, "m,k=a f=1 10");
        using StringContent other = new("m,k=a f=\"text\" 20");
        using HttpResponseMessage refused = await node.Client.PostAsync("/write?db=bench", other, Cancel);
        using HttpResponseMessage dropped = await node.Client.PostAsync("/query?db=bench&q=DROP%20MEASUREMENT%20m", null, Cancel);
        using StringContent again = new("m,k=a f=\"text\" 20");
        using HttpResponseMessage taken = await node.Client.PostAsync("/write?db=bench", again, Cancel);
        Assert.Equal(
            (HttpStatusCode.BadRequest, HttpStatusCode.OK, HttpStatusCode.NoContent), (refused.StatusCode, dropped.StatusCode, taken.StatusCode));
        Assert.Equal(["m,k=a f=\"text\" 20"], node.Store.ReadAfter(0, 10).Select(stored => stored.Point.ToString()));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "application/vnd.influxql")] // such a body is not read by 1.6.7 either
    public async Task Without_q_the_answer_is_400_with_the_known_text(string method, string contentType)
    {
        await using InfluxNode node = await InfluxNode.StartAsync();
        using HttpRequestMessage request = new(new HttpMethod(method), "/query?db=bench");
        if (contentType.Length > 0)
        {
            request.Content = new StringContent("SELECT 1", Encoding.UTF8, contentType);
        }

        using HttpResponseMessage answer = await node.Client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("missing required parameter \"q\"", answer.Headers.GetValues("X-Influxdb-Error").Single());
    }

    [Theory]
    [InlineData("GET", "/ping", HttpStatusCode.NoContent)]
    [InlineData("HEAD", "/ping", HttpStatusCode.NoContent)]
    [InlineData("GET", "/health", HttpStatusCode.OK)]
    [InlineData("GET", "/metrics", HttpStatusCode.OK)]
    [InlineData("HEAD", "/query", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/write", HttpStatusCode.MethodNotAllowed)]
    public async Task Methods_are_answered_as_by_influxd(string method, string path, HttpStatusCode status)
    {
        await using InfluxNode node = await InfluxNode.StartAsync();
        using HttpRequestMessage request = new(new HttpMethod(method), path);

        using HttpResponseMessage answer = await node.Client.SendAsync(request, Cancel);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(status != HttpStatusCode.MethodNotAllowed, answer.Headers.Contains("X-Influxdb-Version"));
    }

    [Theory]
    [InlineData("/write?db=bench&precision=s", "m f=1 1500000000", 1_500_000_000_000_000_000)]
    [InlineData("/write?db=bench&precision=ms", "m f=1 1500000000000", 1_500_000_000_000_000_000)]
    [InlineData("/write?db=bench&precision=u", "m f=1 1500000000000000", 1_500_000_000_000_000_000)]
    [InlineData("/write?db=bench&precision=us", "m f=1 1500000000000000", 1_500_000_000_000_000_000)] // 1.6.7: the year 1970, silently
    [InlineData("/write?db=bench&precision=n&rp=autogen&consistency=all", "m f=1 1500000000000000000", 1_500_000_000_000_000_000)]
    [InlineData("/write?db=bench&precision=m", "m f=1 25000000", 1_500_000_000_000_000_000)]
    [InlineData("/write?db=bench", "m f=1 1", 1)]
    [InlineData("/api/v2/write?org=o&bucket=bench&precision=us", "m f=1 1500000000000000", 1_500_000_000_000_000_000)]
    [InlineData("/api/v2/write?bucket=bench/autogen", "m f=1 7", 7)]
    public async Task Timestamps_count_in_the_unit_of_the_request(string path, string line, long instant)
    {
        await using InfluxNode node = await InfluxNode.StartAsync();
        Assert.Equal((204, ""), await PostAsync(node.Client, path, Encoding.UTF8.GetBytes(line)));
        Assert.Equal(instant, Assert.Single(node.Store.ReadAfter(0, 10)).Point.Instant);
    }

    [Theory]
    [InlineData("/write", 400, "{\"error\":\"database is required\"}\n")]
    [InlineData("/write?db=nope", 404, "{\"error\":\"database not found: \\\"nope\\\"\"}\n")]
    [InlineData("/write?db=bench&rp=nope", 500, "{\"error\":\"retention policy not found: nope\"}\n")]
    [InlineData("/write?db=bench&consistency=zzz", 400, "{\"error\":\"invalid consistency level\"}\n")]
    [InlineData("/write?db=bench&precision=xx", 400, "{\"error\":\"invalid precision \\\"xx\\\"; use n, u, ms, s, m or h\"}\n")] // 1.6.7: 204, and the year 1970
    [InlineData("/api/v2/write?bucket=nope", 404, "{\"code\":\"not found\",\"message\":\"bucket \\\"nope\\\" not found\"}")]
    [InlineData("/api/v2/write?bucket=bench&precision=m", 400, "{\"code\":\"invalid\",\"message\":\"invalid precision \\\"m\\\"; use ns, us, ms or s\"}")]
    public async Task A_request_that_cannot_be_right_stores_nothing(string path, int status, string body)
    {
        await using InfluxNode node = await InfluxNode.StartAsync();
        Assert.Equal((status, body), await PostAsync(node.Client, path, "m f=1 1"u8.ToArray()));
        Assert.Equal(0, node.Store.PointCount);
    }

    [Fact]
    public async Task Gzip_is_inflated_up_to_a_limit()
    {
        await using InfluxNode node = await InfluxNode.StartAsync(new ApiOptions { MaxBodyBytes = 100_000, MaxInflatedBytes = 1_000_000 });
        Assert.Equal(204, (await PostAsync(node.Client, "/write?db=bench", Zipped("gz f=3 1"u8.ToArray()), "gzip")).Status);
        // 5 MB of the same line in less than 100 kB.
        byte[] bomb = Zipped(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("bomb f=1 1\n", 500_000))));
        Assert.True(bomb.Length < 100_000);
        Assert.Equal((413, "{\"error\":\"Request Entity Too Large\"}\n"), await PostAsync(node.Client, "/write?db=bench", bomb, "gzip"));
        Assert.Equal((413, "{\"error\":\"Request Entity Too Large\"}\n"), await PostAsync(node.Client, "/write?db=bench", new byte[200_000]));
        Assert.Equal(400, (await PostAsync(node.Client, "/write?db=bench", "not gzip"u8.ToArray(), "gzip")).Status);
        Assert.Equal(400, (await PostAsync(node.Client, "/write?db=bench", bomb[..1_000], "zstd")).Status);
        Assert.Equal(1, node.Store.PointCount);
    }

    [Fact]
    public async Task A_write_that_cannot_be_taken_now_is_told_when_to_come_again()
    {
        await using InfluxNode node = await InfluxNode.StartAsync(new ApiOptions { MaxWrites = 1 }, laneRuns: false);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task<InfluxResponse> waits = node.Api.WriteAsync(
            new WriteRequest("bench", null, null, null, null, IsV2: false), new MemoryStream("m f=1 1"u8.ToArray()), new ApiCaller(null, null, null, IsLocal: true), giveUp.Token);

        using HttpResponseMessage v1 = await SendAsync(node.Client, "/write?db=bench", "m f=1 1"u8.ToArray());
        using HttpResponseMessage v2 = await SendAsync(node.Client, "/api/v2/write?bucket=bench", "m f=1 1"u8.ToArray());

        // Telegraf's output for 1.x drops what is answered with 4xx; that for 2.x waits as told by 429.
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1)), (v1.StatusCode, v1.Headers.RetryAfter!.Delta!.Value));
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1)), (v2.StatusCode, v2.Headers.RetryAfter!.Delta!.Value));
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        Assert.Contains("edgedepin_api_writes_put_off_total 2\n", await node.Client.GetStringAsync("/metrics", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_field_keeps_its_type_and_the_other_points_are_stored()
    {
        await using InfluxNode node = await InfluxNode.StartAsync();
        await WriteAsync(node, "m f=1.5 1");
        Assert.Equal(
            (400, "{\"error\":\"partial write: field type conflict: input field \\\"f\\\" on measurement \\\"m\\\" is type integer, already exists as type float dropped=1\"}\n"),
            await PostAsync(node.Client, "/write?db=bench", "m f=1i 2\nm3 f=2 3"u8.ToArray()));
        Assert.Equal((2, 1), (node.Store.PointCount, node.Store.QuarantineCount));
    }

    [Fact]
    public async Task Who_may_what_is_said_in_the_words_of_influxd()
    {
        var options = new ApiOptions
        {
            Users =
            {
                new ApiUser { Name = "admin", Password = "password", Write = true },
                new ApiUser { Name = "w", Password = "12345678", Read = false, Write = true },
                new ApiUser { Name = "r", Token = "a-token-of-some-length" },
            },
        };
        await using InfluxNode node = await InfluxNode.StartAsync(options);

        async Task<(int, string)> As(string? scheme, string? secret, string path, string? line = null)
        {
            using HttpRequestMessage request = new(line is null ? HttpMethod.Get : HttpMethod.Post, path);
            request.Content = line is null ? null : new StringContent(line);
            request.Headers.Authorization = scheme is null ? null : new AuthenticationHeaderValue(scheme, secret);
            using HttpResponseMessage answer = await node.Client.SendAsync(request, Cancel);
            Assert.Equal(answer.StatusCode == HttpStatusCode.Unauthorized, answer.Headers.WwwAuthenticate.Count == 1);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        }

        static string Basic(string pair) => Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
        const string Show = "/query?db=bench&q=SHOW+DATABASES", Write = "/write?db=bench", Line = "m f=1 1";
        Assert.Equal((401, "{\"error\":\"unable to parse authentication credentials\"}\n"), await As(null, null, Show));
        Assert.Equal((401, "{\"error\":\"authorization failed\"}\n"), await As("Basic", Basic("admin:bad"), Show));
        Assert.Equal(401, (await As("Basic", "%%%", Show)).Item1);
        Assert.Equal(200, (await As("Basic", Basic("admin:password"), Show)).Item1);
        Assert.Equal(200, (await As("Token", "admin:password", Show)).Item1);
        Assert.Equal(200, (await As("Token", "a-token-of-some-length", Show)).Item1);
        Assert.Equal(200, (await As("Bearer", "a-token-of-some-length", Show)).Item1);
        Assert.Equal(200, (await As(null, null, Show + "&u=admin&p=password")).Item1);
        Assert.Equal(204, (await As("Basic", Basic("w:12345678"), Write, Line)).Item1);
        Assert.Equal(
            (403, "{\"error\":\"\\\"r\\\" user is not authorized to write to database \\\"bench\\\"\"}\n"),
            await As("Token", "a-token-of-some-length", Write, Line));
        Assert.Equal(403, (await As("Basic", Basic("w:12345678"), Show)).Item1);
        Assert.Equal(
            (401, "{\"code\":\"unauthorized\",\"message\":\"unable to parse authentication credentials\"}"),
            await As(null, null, "/api/v2/write?bucket=bench", Line));
        Assert.Equal(204, (await As(null, null, "/ping")).Item1);
        Assert.Equal(200, (await As(null, null, "/health")).Item1);
        Assert.Equal(401, (await As(null, null, "/metrics")).Item1);
    }

    [Fact]
    public async Task Without_users_only_this_device_is_answered()
    {
        await using InfluxNode node = await InfluxNode.StartAsync();
        InfluxResponse far = node.Api.Query(new QueryRequest("SHOW DATABASES", "bench"), new ApiCaller(null, null, null, IsLocal: false));
        Assert.Equal(403, far.Status);
        Assert.NotNull(new ApiOptions { Listen = new Uri("http://0.0.0.0:8086") }.Problem());
        Assert.NotNull(new ApiOptions { Users = { new ApiUser { Name = "a", Password = "short" } } }.Problem());
        Assert.NotNull(new ApiOptions { Users = { new ApiUser() } }.Problem());
    }

    [Fact]
    public async Task Values_of_parameters_are_never_read_as_a_query()
    {
        await using InfluxNode node = await InfluxNode.StartAsync();
        await WriteAsync(node, "m,k=a f=1 1\nm,k=b f=2 2");
        string parameters = Uri.EscapeDataString("""{"k":"b","least":1.5,"n":10}""");
        string answer = await node.Client.GetStringAsync(
            $"/query?db=bench&epoch=ns&params={parameters}&q={Uri.EscapeDataString("SELECT f FROM m WHERE k = $k AND f > $least AND time < $n")}", Cancel);
        Assert.Contains("[[2,2]]", answer, StringComparison.Ordinal);
        using HttpResponseMessage missing = await node.Client.GetAsync("/query?db=bench&q=SELECT+f+FROM+m+WHERE+k=$k", Cancel);
        Assert.Equal((HttpStatusCode.BadRequest, "{\"error\":\"error parsing query: missing parameter: k\"}\n"), (missing.StatusCode, await missing.Content.ReadAsStringAsync(Cancel)));
    }

    private static async Task WriteAsync(InfluxNode node, string lines) =>
        Assert.Equal((204, ""), await PostAsync(node.Client, "/write?db=bench", Encoding.UTF8.GetBytes(lines)));

    private static async Task<(int Status, string Body)> PostAsync(HttpClient client, string path, byte[] body, string? encoding = null)
    {
        using HttpResponseMessage answer = await SendAsync(client, path, body, encoding);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, byte[] body, string? encoding = null)
    {
        using var content = new ByteArrayContent(body);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return await client.PostAsync(path, content, Cancel);
    }

    private static byte[] Zipped(byte[] plain)
    {
        using var target = new MemoryStream();
        using (var zip = new GZipStream(target, CompressionLevel.Fastest))
        {
            zip.Write(plain);
        }

        return target.ToArray();
    }
}
