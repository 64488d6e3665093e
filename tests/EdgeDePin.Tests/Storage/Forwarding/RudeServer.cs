using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeDePin.Tests.Storage.Forwarding;

/// <summary>
/// Sits between a forwarder and a real server and spoils connections on purpose: what no HTTP library lets a server do. A write
/// that it lets through reaches the real server.
/// </summary>
internal sealed class RudeServer : IDisposable
{
    /// <summary>What it does with a connection instead of passing it on.</summary>
    public static readonly string[] Manners =
        ["hangs up", "half a status", "half a header", "short body", "resets", "answer lost", "silent", "garbage", "closes its side"];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Func<string?> _manners;
    private readonly int _target;

    /// <param name="target">The port of the real server.</param>
    /// <param name="manners">What to do with the next connection; null passes it on.</param>
    public RudeServer(int target, Func<string?> manners)
    {
        (_target, _manners) = (target, manners);
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _ = ServeAsync();
    }

    public Uri Url { get; }

    public void Dispose()
    {
        _ending.Cancel();
        _listener.Dispose();
        _ending.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_ending.Token);
                _ = HandleAsync(client, _manners());
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private async Task HandleAsync(TcpClient client, string? manners)
    {
        using TcpClient caller = client;
        try
        {
            NetworkStream stream = caller.GetStream();
            if (manners is null or "answer lost")
            {
                using var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, _target, _ending.Token);
                Task there = stream.CopyToAsync(server.GetStream(), _ending.Token);
                // The real server has stored it, and nobody hears of it.
                Task back = manners is null ? server.GetStream().CopyToAsync(stream, _ending.Token) : server.GetStream().ReadExactlyAsync(new byte[1], _ending.Token).AsTask();
                await Task.WhenAny(there, back);
                return;
            }

            await stream.ReadExactlyAsync(new byte[1], _ending.Token);
            switch (manners)
            {
                case "silent":
                    await Task.Delay(Timeout.Infinite, _ending.Token);
                    break;
                case "resets":
                    caller.LingerState = new LingerOption(true, 0);
                    break;
                case "closes its side":
                    caller.Client.Shutdown(SocketShutdown.Send);
                    await Task.Delay(TimeSpan.FromMilliseconds(50), _ending.Token);
                    break;
                default:
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(manners switch
                    {
                        "half a status" => "HTTP/1.1 20",
                        "half a header" => "HTTP/1.1 204 No Content\r\nX-Influxdb-Vers",
                        "short body" => "HTTP/1.1 400 Bad Request\r\nContent-Length: 1000\r\n\r\n{\"error\":\"partial write: fiel",
                        "garbage" => "\0\u0001SSH-2.0-OpenSSH\r\n\r\n",
                        _ => "",
                    }), _ending.Token);
                    break;
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The other side was rude, too.
        }
    }
}
