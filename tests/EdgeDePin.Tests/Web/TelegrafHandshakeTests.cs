using System.IO.Compression;
using System.Net.Sockets;
using System.Text;

namespace EdgeDePin.Tests.Web;

/// <summary>
/// What Telegraf's <c>outputs.influxdb</c> sends, byte by byte as its source makes it (influxdata/telegraf,
/// plugins/outputs/influxdb/http.go, and Go's net/http): the database is made by a form, then a gzip stream of unknown length
/// comes in chunks. The answers are what that source takes for success: 200 without an error in its JSON, and 204.
/// </summary>
public sealed class TelegrafHandshakeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_requests_of_its_output_for_InfluxDB_1_make_the_database_and_store_the_points()
    {
        await using InfluxNode node = await InfluxNode.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(node.Client.BaseAddress!.Host, node.Client.BaseAddress.Port, Cancel);
        await using NetworkStream connection = client.GetStream();
        string host = node.Client.BaseAddress.Authority;

        const string Form = "q=CREATE+DATABASE+%22bench%22";
        await SendAsync(connection, $"POST /query HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Telegraf/1.34.0 Go/1.24.1\r\nContent-Length: {Form.Length}\r\n"
            + $"Content-Type: application/x-www-form-urlencoded\r\nAccept-Encoding: gzip\r\n\r\n{Form}");
        string created = await AnswerAsync(connection, "\"statement_id\":0}]}");

        await SendAsync(connection, $"POST /write?db=bench HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Telegraf/1.34.0 Go/1.24.1\r\nTransfer-Encoding: chunked\r\n"
            + "Content-Encoding: gzip\r\nContent-Type: text/plain; charset=utf-8\r\nAccept-Encoding: gzip\r\n\r\n");
        byte[] body = Zipped("cpu,cpu=cpu0,host=pi usage_idle=97.5,usage_user=1i 1500000000000000000\nmem,host=pi free=42i 1500000000000000000\n");
        foreach (byte[] chunk in body.Chunk(50))
        {
            await SendAsync(connection, $"{chunk.Length:x}\r\n");
            await connection.WriteAsync(chunk, Cancel);
            await SendAsync(connection, "\r\n");
        }

        await SendAsync(connection, "0\r\n\r\n");
        string written = await AnswerAsync(connection, "\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", created, StringComparison.Ordinal);
        Assert.DoesNotContain("error", created, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("HTTP/1.1 204 No Content\r\n", written, StringComparison.Ordinal);
        Assert.Equal(
            ["cpu,cpu=cpu0,host=pi usage_idle=97.5,usage_user=1i 1500000000000000000", "mem,host=pi free=42i 1500000000000000000"],
            node.Store.ReadAfter(0, 10).Select(stored => stored.Point.ToString()));
    }

    private static async Task SendAsync(NetworkStream connection, string text) => await connection.WriteAsync(Encoding.ASCII.GetBytes(text), Cancel);

    private static async Task<string> AnswerAsync(NetworkStream connection, string end)
    {
        var answer = new StringBuilder();
        byte[] buffer = new byte[4_096];
        while (!answer.ToString().Contains(end, StringComparison.Ordinal))
        {
            int read = await connection.ReadAsync(buffer, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancel);
            Assert.True(read > 0, $"the node closed the connection after: {answer}");
            answer.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return answer.ToString();
    }

    private static byte[] Zipped(string lines)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(lines));
        }

        return zipped.ToArray();
    }
}
