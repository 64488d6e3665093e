using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace EdgeDePin.EndToEnd.EdgeHub;

/// <summary>
/// Stands between a client and the hub and writes down every byte that the client sends. Its certificate is of the hub's own
/// authority, had through the workload API, so that the client notices nothing.
/// </summary>
internal sealed class MqttRecorder : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ends = new();
    private readonly X509Certificate2 _certificate;
    private readonly string _trustBundle;
    private readonly int _hubPort;
    private readonly List<MemoryStream> _connections = [];
    private readonly Task _accepting;

    private MqttRecorder(X509Certificate2 certificate, string trustBundle, int hubPort)
    {
        (_certificate, _trustBundle, _hubPort) = (certificate, trustBundle, hubPort);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static async Task<MqttRecorder> StartAsync(RunningHub hub)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(new Uri(hub.WorkloadUri).LocalPath), token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using HttpResponseMessage response = await http.PostAsync(
            new Uri($"http://workload/modules/recorder/genid/{hub.Generation}/certificate/server?api-version=2018-06-28"),
            new StringContent("""{"commonName":"localhost","expiration":"2100-01-01T00:00:00Z"}""", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        JsonNode answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return new MqttRecorder(
            X509Certificate2.CreateFromPem(answer["certificate"]!.GetValue<string>(), answer["privateKey"]!["bytes"]!.GetValue<string>()), hub.TrustBundle, hub.Port);
    }

    /// <summary>The packets of every connection until now, one after the other.</summary>
    public IReadOnlyList<MqttPacket> Packets
    {
        get
        {
            lock (_connections)
            {
                return [.. _connections.SelectMany(bytes => MqttPacket.Read(bytes.ToArray()))];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _certificate.Dispose();
        _ends.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        while (!_ends.IsCancellationRequested)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync(_ends.Token);
            connections.Add(CarryAsync(client));
        }

        await Task.WhenAll(connections);
    }

    private async Task CarryAsync(TcpClient client)
    {
        using TcpClient inner = client;
        using var hub = new TcpClient();
        await hub.ConnectAsync(IPAddress.Loopback, _hubPort, _ends.Token);
        await using var near = new SslStream(client.GetStream());
        await near.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _ends.Token);
        await using var far = new SslStream(hub.GetStream(), false, (_, shown, _, _) => shown is not null && IsOfTheSite(shown));
        await far.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, _ends.Token);
        var written = new MemoryStream();
        lock (_connections)
        {
            _connections.Add(written);
        }

        await Task.WhenAny(PassAsync(near, far, written), PassAsync(far, near, null));
    }

    private bool IsOfTheSite(X509Certificate shown)
    {
        using var certificate = new X509Certificate2(shown);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(_trustBundle);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private async Task PassAsync(SslStream from, SslStream to, MemoryStream? written)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _ends.Token) is var read and > 0)
            {
                if (written is not null)
                {
                    lock (_connections)
                    {
                        written.Write(buffer, 0, read);
                    }
                }

                await to.WriteAsync(buffer.AsMemory(0, read), _ends.Token);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One side has closed; the other is closed with it.
        }
    }
}
