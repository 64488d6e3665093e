using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeDePin.Storage;
using EdgeDePin.Tests.Storage.Fuzz;

namespace EdgeDePin.Tests.Web;

/// <summary>Bytes on the socket that are almost a request: each gets an answer or a closed connection, and the next caller is served.</summary>
public sealed class RawRequestFuzzTests
{
    private static readonly string[] Seeds =
    [
        "POST /write?db=bench&precision=ms HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\nConnection: close\r\n\r\nm f=1 1",
        "POST /api/v2/write?bucket=bench&precision=ns HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\nAuthorization: Token x\r\nConnection: close\r\n\r\nm f=1 1",
        "POST /write?db=bench HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n7\r\nm f=1 1\r\n0\r\n\r\n",
        "GET /query?db=bench&epoch=ns&q=SELECT%20f%20FROM%20m HTTP/1.1\r\nHost: localhost\r\nAccept: application/csv\r\nConnection: close\r\n\r\n",
        "POST /query HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 22\r\nConnection: close\r\n\r\ndb=bench&q=SHOW+SERIES",
        "GET /ping HTTP/1.0\r\n\r\n", "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ];

    [Fact]
    public async Task The_server_answers_or_hangs_up_and_serves_the_next()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using InfluxNode node = await InfluxNode.StartAsync(new ApiOptions { MaxBodyBytes = 10_000, MaxInflatedBytes = 20_000 });
        var random = new Random(FuzzRun.Seed);
        int rounds = Math.Max(400, (FuzzRun.Inputs ?? 0) / 100), answered = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] request = Mutation.Bytes(random, Some(random), () => Some(random));
            string answer = await AskAsync(node.Port, request, cancellationToken);
            string where = $"seed {FuzzRun.Seed}, round {round}: {Convert.ToBase64String(request)}";
            Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.", StringComparison.Ordinal), $"{where}: {answer}");
            if (answer.Length > 12)
            {
                answered++;
                int status = int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture);
                // 505 is the web server's, to a version of HTTP that it never heard of; 500 would be a fault of ours.
                Assert.True(status is (>= 200 and < 500) or 505, $"{where}: {answer}");
            }
        }

        Assert.True(answered > rounds / 4, $"{answered} answers to {rounds} requests");
        using HttpResponseMessage last = await node.Client.PostAsync("/write?db=bench", new StringContent("last f=1 1"), cancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, last.StatusCode);
    }

    private static byte[] Some(Random random) => Encoding.Latin1.GetBytes(Seeds[random.Next(Seeds.Length)]);

    private static async Task<string> AskAsync(int port, byte[] request, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync(request, patience.Token);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            char[] first = new char[1];
            Task<int> begun = reader.ReadAsync(first, patience.Token).AsTask();

            // A server that sees the end of the line first may drop what it was asked: until it begins to answer, it gets a moment.
            await Task.WhenAny(begun, Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token));
            // Half closed: nothing more will come, so a server that waits for the rest must give up.
            client.Client.Shutdown(SocketShutdown.Send);
            return await begun == 0 ? "" : first[0] + await reader.ReadToEndAsync(patience.Token);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            // Reset by the server while we still wrote: it has seen enough.
            return "";
        }
    }
}
