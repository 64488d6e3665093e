using System.Net;
using System.Net.Sockets;
using EdgeDePin.EdgeHub;
using EdgeHubSimulator;
using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.EdgeHub;

/// <summary>An end of a connection that takes it and says nothing: a hub that owes its CONNACK, a client that owes its CONNECT.</summary>
public sealed class SilentEndTests : IDisposable
{
    private const int Limit = 20_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgedepin-silent-");

    public void Dispose() => _folder.Delete(recursive: true);

    // As edgeHub 1.6.0 and 1.6.1 do when CONNECT arrives with the last of the handshake (Azure/iotedge, pull request 7539).
    [Fact(Timeout = Limit)]
    public async Task A_hub_that_never_answers_CONNECT_is_left_after_the_time_that_was_set_and_asked_again()
    {
        var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        int port = ((IPEndPoint)silent.LocalEndpoint).Port;
        await using ModuleClient sensor = new(
            new ModuleOptions
            {
                Port = port,
                DeviceId = "edge",
                ModuleId = "sensor",
                ConnectTimeout = TimeSpan.FromSeconds(1),
                FirstBackoff = TimeSpan.FromMilliseconds(10),
                MaxBackoff = TimeSpan.FromMilliseconds(100),
            },
            TimeProvider.System, new Random(1), Microsoft.Extensions.Logging.Abstractions.NullLogger<ModuleClient>.Instance);
        Task connecting = sensor.ConnectAsync(Site.Token);
        Task sent = sensor.SendEventAsync("readings", Site.Text("kept"), Site.Token);
        using (TcpClient first = await silent.AcceptTcpClientAsync(Site.Token))
        {
            await Site.UntilAsync(() => sensor.State.LastError is not null);
            Assert.Equal("no CONNACK came within 1 s", sensor.State.LastError);
            using TcpClient second = await silent.AcceptTcpClientAsync(Site.Token);
            Assert.False(sent.IsCompleted);
        }

        silent.Dispose();
        await using Site site = await Site.StartAsync(new LocalHubOptions { Port = port });
        await Task.WhenAll(connecting, sent);
        Assert.Equal(1, site.Hub.State.Waiting);
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_never_begins_its_handshake_is_let_go_after_a_minute()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using Site site = await Site.StartAsync(new LocalHubOptions { Folder = _folder.FullName, Secure = true }, time);
        using var silent = new TcpClient();
        await silent.ConnectAsync(IPAddress.Loopback, site.Hub.Port, Site.Token);
        Task<int> closed = silent.GetStream().ReadAsync(new byte[1], Site.Token).AsTask();
        for (int seconds = 0; seconds < 55; seconds += 5)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(5, Site.Token);
        }

        Assert.False(closed.IsCompleted);
        while (!closed.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(closed, Task.Delay(20, Site.Token));
        }

        Assert.Equal(0, await closed);
    }

    // CONNECT with a remaining length of 128 MiB, of which nothing follows.
    [Fact(Timeout = Limit)]
    public async Task A_packet_that_announces_more_than_a_message_may_have_ends_its_connection_before_it_comes()
    {
        await using Site site = await Site.StartAsync();
        using var greedy = new TcpClient();
        await greedy.ConnectAsync(IPAddress.Loopback, site.Hub.Port, Site.Token);
        await greedy.GetStream().WriteAsync(new byte[] { 0x10, 0x80, 0x80, 0x80, 0x40 }, Site.Token);
        int read;
        try
        {
            read = await greedy.GetStream().ReadAsync(new byte[1], Site.Token);
        }
        catch (IOException)
        {
            read = 0;
        }

        Assert.Equal(0, read);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Noise_ends_its_own_connection_and_no_other(bool secure)
    {
        await using Site site = await Site.StartAsync(new LocalHubOptions { Folder = _folder.FullName, Secure = secure });
        ModuleClient sensor = await site.SensorAsync();
        var random = new Random(7);
        for (int i = 0; i < 40; i++)
        {
            using var noise = new TcpClient();
            await noise.ConnectAsync(IPAddress.Loopback, site.Hub.Port, Site.Token);
            NetworkStream stream = noise.GetStream();
            byte[] bytes = new byte[1 + random.Next(300)];
            random.NextBytes(bytes);
            // Half of them begin as what is awaited: a handshake of TLS, a CONNECT of MQTT 3.1.1.
            byte[] beginning = i % 2 == 0 ? [] : secure ? [22, 3, 1, 0, (byte)Math.Min(255, bytes.Length)] : [0x10, (byte)(bytes.Length & 0x7F), 0, 4, .. "MQTT"u8, 4];
            await stream.WriteAsync((byte[])[.. beginning, .. bytes], Site.Token);
            noise.Client.Shutdown(SocketShutdown.Send);
            try
            {
                while (await stream.ReadAsync(bytes, Site.Token) > 0)
                {
                }
            }
            catch (IOException)
            {
                // Reset instead of closed.
            }
        }

        await sensor.SendEventAsync("readings", Site.Text("a"), Site.Token);
        Assert.Equal((0L, HubLink.Connected), (sensor.State.Reconnects, sensor.State.Link));
    }

    [Fact(Timeout = Limit)]
    public async Task Connections_beyond_the_limit_are_closed_and_those_before_it_stand()
    {
        await using Site site = await Site.StartAsync(new LocalHubOptions { MaxModules = 2 });
        List<TcpClient> clients = [];
        try
        {
            for (int i = 0; i < 20; i++)
            {
                clients.Add(new TcpClient());
                await clients[i].ConnectAsync(IPAddress.Loopback, site.Hub.Port, Site.Token);
            }

            using var more = new TcpClient();
            await more.ConnectAsync(IPAddress.Loopback, site.Hub.Port, Site.Token);
            Assert.Equal(0, await more.GetStream().ReadAsync(new byte[1], Site.Token));
            Assert.DoesNotContain(clients, client => client.Client.Poll(0, SelectMode.SelectRead));
            clients[0].Dispose();
            ModuleClient sensor = await site.SensorAsync();
            await sensor.SendEventAsync("readings", Site.Text("a"), Site.Token);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }
}
