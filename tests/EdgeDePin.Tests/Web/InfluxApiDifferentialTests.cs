using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using EdgeDePin.Storage;
using EdgeDePin.Tests.Storage;

namespace EdgeDePin.Tests.Web;

/// <summary>Truth from outside: the same requests to a real influxd, and the real influx command against the node.</summary>
public sealed class InfluxApiDifferentialTests
{
    private const string Client = "/usr/bin/influx";

    private static readonly string[] Bodies =
    [
        "m f=1 1", "", "# only a comment\n", " m f=1 2", "m", "m,", "m,a f=1", "m,a= f=1", "m,=b f=1", "m f", "m f=", "m =1", "m f=1 abc", "m f=\"x", "m f=1x",
        "m f=1i2", "m f=1,", ",a=b f=1", "m,a=b,a=c f=1", "m f=truex", "m f=1.2.3", "m f=nan", "m f=1 1 2", "m,a=b", "m,time=1 f=1", "m time=1", "m time=1,f=2 3",
        "m f=1 4\nbad line\nm2 f=2 5", "m f=1 6\nbad\nalso,bad\nm2 f=2 7", "bad line\nworse", "m f=1i 8", "m f=1i 9\nm3 f=2 10", "m f=1i 11\nm f=2i 12\nm f=\"x\" 13",
        "x f=1 1\nx f=1i 2", "tag\\ ged,k\\,ey=va\\=lue f=\"a \\\"b\\\" c\" 14", "m f=t 15", "neg f=-1,g=-1i,h=-.5e-3 -5",
    ];

    private static readonly string[] Questions =
    [
        "SELECT * FROM cpu", "SELECT v FROM cpu GROUP BY host", "SELECT mean(v) FROM cpu WHERE time >= 1500000000s AND time < 1500000240s GROUP BY time(1m), host",
        "SELECT v FROM cpu; SELECT i FROM cpu", "SELECT v FROM nothere", "SHOW TAG VALUES WITH KEY = host", "SHOW MEASUREMENTS", "SELECT nosuch(v) FROM cpu",
        "SELECT v FROM nothere; SELECT s FROM cpu; SELECT b FROM cpu", "SELECT * FROM \"odd name\"", "SELECT v, s FROM cpu GROUP BY region", "CREATE DATABASE bench",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_are_answered_with_the_same_status_and_words()
    {
        await using InfluxServer server = await InfluxServer.StartAsync(Cancel);
        await server.CreateDatabaseAsync("bench", Cancel);
        await using InfluxNode node = await InfluxNode.StartAsync();
        var different = new List<string>();
        foreach (string body in Bodies)
        {
            string expected = await AnswerAsync(server.Http, body), actual = await AnswerAsync(node.Client, body);
            if (expected != actual)
            {
                different.Add($"<{body}>\n  influxd {expected}\n  ours    {actual}");
            }
        }

        Assert.True(different.Count == 0, string.Join('\n', different));
        const string Everything = "SHOW SERIES; SELECT * FROM m; SELECT * FROM m2; SELECT * FROM m3; SELECT * FROM x; SELECT * FROM \"tag ged\"; SELECT * FROM neg";
        Assert.Equal(
            await server.QueryAsync(Everything, "bench", "ns", Cancel),
            Encoding.UTF8.GetString(node.Api.Query(Everything, "bench", "ns", pretty: false).Body));
    }

    [Theory]
    [InlineData("&chunked=true&chunk_size=1", "")]
    [InlineData("&chunked=true&chunk_size=3&epoch=ms", "")]
    [InlineData("&chunked=true", "")]
    [InlineData("&pretty=true", "")]
    [InlineData("", "application/csv")]
    [InlineData("&epoch=s", "text/csv")]
    public async Task Shapes_of_an_answer_are_the_same(string parameters, string accept)
    {
        await using InfluxServer server = await InfluxServer.StartAsync(Cancel);
        await server.CreateDatabaseAsync("bench", Cancel);
        await server.WriteAsync("bench", InfluxQlData.Curated, Cancel);
        await using InfluxNode node = await InfluxNode.StartAsync();
        node.Store.Append(Stores.Points(InfluxQlData.Curated));

        async Task<string> Ask(HttpClient http, string question)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, $"/query?db=bench&q={Uri.EscapeDataString(question)}{parameters}");
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using HttpResponseMessage answer = await http.SendAsync(request, Cancel);
            return $"{(int)answer.StatusCode} {answer.Content.Headers.ContentType?.MediaType}\n{await answer.Content.ReadAsStringAsync(Cancel)}";
        }

        var different = new List<string>();
        foreach (string question in Questions)
        {
            string expected = await Ask(server.Http, question), actual = await Ask(node.Client, question);
            if (expected != actual)
            {
                different.Add($"{question}\n  influxd {expected}\n  ours    {actual}");
            }
        }

        Assert.True(different.Count == 0, string.Join('\n', different));
    }

    [Fact]
    public async Task The_influx_command_talks_to_the_node_as_to_influxd()
    {
        Assert.SkipUnless(File.Exists(Client), $"{Client} is not here: apt-get install influxdb-client.");
        await using InfluxServer server = await InfluxServer.StartAsync(Cancel);
        await server.CreateDatabaseAsync("bench", Cancel);
        await using InfluxNode node = await InfluxNode.StartAsync();
        string[][] commands =
        [
            ["-database", "bench", "-execute", "INSERT cpu,host=a v=1 1500000000000000000"],
            ["-database", "bench", "-execute", "INSERT cpu,host=b v=2.5,s=\"x\" 1500000060000000000"],
            ["-database", "bench", "-execute", "SELECT * FROM cpu"],
            ["-database", "bench", "-execute", "SELECT mean(v) FROM cpu GROUP BY host", "-precision", "rfc3339"],
            ["-database", "bench", "-execute", "SELECT v FROM cpu", "-format", "csv"],
            ["-database", "bench", "-execute", "SELECT v FROM cpu", "-format", "json", "-pretty"],
            ["-execute", "SHOW DATABASES", "-format", "json"],
            ["-database", "bench", "-execute", "SHOW FIELD KEYS"],
            ["-database", "bench", "-execute", "SELECT nosuch(v) FROM cpu"],
        ];
        foreach (string[] command in commands)
        {
            (int Status, string Output) expected = await RunAsync(server.Url.Port, command), actual = await RunAsync(node.Port, command);
            Assert.Equal(expected, actual);
        }

        Assert.Equal(2, node.Store.PointCount);
    }

    [Fact]
    public async Task Deletions_are_answered_and_done_as_by_influxd()
    {
        await using InfluxServer server = await InfluxServer.StartAsync(Cancel);
        await server.CreateDatabaseAsync("bench", Cancel);
        await server.WriteAsync("bench", InfluxQlData.Curated, Cancel);
        await using InfluxNode node = await InfluxNode.StartAsync();
        node.Store.Append(Stores.Points(InfluxQlData.Curated));
        string[] statements =
        [
            "DELETE", "DELETE FROM", "DELETE FROM cpu WHERE v > 1", "DELETE FROM cpu WHERE v > 1 AND host = 'none'", "DELETE FROM cpu WHERE v > 1 OR host = 'a'",
            "DELETE FROM cpu WHERE time < 1500000060s AND host = 'a'", "DELETE FROM cpu WHERE host = 'b' OR time < 5", "DELETE FROM cpu WHERE host",
            "DELETE FROM cpu WHERE time != 3", "DELETE FROM cpu WHERE time > 'abc'", "DELETE FROM cpu LIMIT 1", "DELETE cpu", "DELETE FROM (SELECT v FROM cpu)",
            "DELETE FROM bench..cpu", "DELETE FROM bench.autogen.cpu", "DELETE FROM \"autogen\".\"cpu\"", "DELETE FROM nosuch", "DELETE WHERE nosuch = '1'",
            "DELETE FROM /c.*/ WHERE time >= 1500000180s", "DROP SERIES", "DROP SERIES FROM cpu WHERE time < 5", "DROP SERIES FROM cpu WHERE v = 3",
            "DROP SERIES FROM cpu WHERE host = 'b'", "DROP SERIES FROM /none/", "DROP SERIES FROM bench..cpu", "DROP MEASUREMENT", "DROP MEASUREMENT nosuch",
            "DROP MEASUREMENT /cpu/", "DROP MEASUREMENT bench..cpu", "DROP MEASUREMENT \"odd name\"", "DROP", "DROP FOO", "DELETE FROM old; SELECT * FROM old", "DROP MEASUREMENT weather",
        ];
        var different = new List<string>();
        foreach (string statement in statements)
        {
            string[] asked = [statement, "SHOW SERIES", "SELECT * FROM cpu", "SELECT count(temperature) FROM weather"];
            foreach (string question in asked)
            {
                string path = $"/query?db=bench&q={Uri.EscapeDataString(question)}";
                using HttpResponseMessage theirs = await server.Http.GetAsync(path, Cancel), ours = await node.Client.GetAsync(path, Cancel);
                string expected = await theirs.Content.ReadAsStringAsync(Cancel), actual = await ours.Content.ReadAsStringAsync(Cancel);
                // The number is of a shard in influxd's own division of time, which is not ours.
                expected = Regex.Replace(expected, @"""shard \d+: ", "\"shard 1: ");
                if (expected != actual || theirs.StatusCode != ours.StatusCode)
                {
                    different.Add($"{statement}; {question}\n  influxd {expected}  ours    {actual}");
                }
            }
        }

        Assert.True(different.Count == 0, string.Join('\n', different));
    }

    [Fact]
    public async Task Points_are_deleted_by_predicate_and_only_with_the_right_to_write_and_never_for_a_page_of_another_site()
    {
        await using InfluxNode node = await InfluxNode.StartAsync(new ApiOptions
        {
            Users = { new ApiUser { Name = "reader", Password = "reads-only" }, new ApiUser { Name = "writer", Password = "writes-too", Write = true } },
        });
        node.Store.Append(Stores.Points("m,k=a v=1 10\nm,k=a v=2 2000000000\nm,k=b v=3 10\nn,k=a v=4 10"));

        async Task<int> Delete(string user, string predicate, string? site = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v2/delete?bucket=bench&u={user}&p={(user == "reader" ? "reads-only" : "writes-too")}")
            {
                Content = new StringContent($"{{\"start\":\"1970-01-01T00:00:00Z\",\"stop\":\"1970-01-01T00:00:01Z\",\"predicate\":\"{predicate.Replace("\"", "\\\"", StringComparison.Ordinal)}\"}}"),
            };
            if (site is not null)
            {
                request.Headers.Add("Sec-Fetch-Site", site);
            }

            using HttpResponseMessage answer = await node.Client.SendAsync(request, Cancel);
            return (int)answer.StatusCode;
        }

        Assert.Equal(403, await Delete("reader", "_measurement=\"m\""));
        Assert.Equal(403, await Delete("writer", "_measurement=\"m\"", "cross-site"));
        Assert.Equal(400, await Delete("writer", "_measurement=\"m\" OR k=\"a\""));
        Assert.Equal(400, await Delete("writer", "k!=\"a\""));
        Assert.Equal(4, node.Store.PointCount);
        Assert.Equal(204, await Delete("writer", "_measurement=\"m\" AND k=\"a\""));
        Assert.Equal(["m,k=a v=2 2000000000", "m,k=b v=3 10", "n,k=a v=4 10"], node.Store.ReadAfter(0, 10).Select(stored => stored.Point.ToString()));
        using HttpResponseMessage refused = await node.Client.PostAsync("/query?db=bench&u=reader&p=reads-only&q=DROP+MEASUREMENT+m", null, Cancel);
        Assert.Equal(403, (int)refused.StatusCode);
        Assert.Equal(3, node.Store.PointCount);
    }

    private static async Task<string> AnswerAsync(HttpClient http, string body)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        using HttpResponseMessage answer = await http.PostAsync("/write?db=bench", content, Cancel);
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}";
    }

    private static async Task<(int Status, string Output)> RunAsync(int port, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Client, ["-host", "127.0.0.1", "-port", $"{port}", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        string output = await process.StandardOutput.ReadToEndAsync(patience.Token) + await process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, output);
    }
}
