using System.Net;
using System.Net.Sockets;
using MQTTnet.Server;

namespace EdgeDePin.Node;

/// <summary>An MQTT broker in this process, for neighbourhoods that have none of their own yet. Loopback only.</summary>
public sealed class EmbeddedBroker : IAsyncDisposable
{
    /// <summary>Messages that wait for one slow neighbour; beyond this its oldest are dropped, and leases there run out.</summary>
    private const int MaxPendingPerClient = 1_000;

    private readonly MqttServer _server;

    private EmbeddedBroker(MqttServer server, int port) => (_server, Port) = (server, port);

    public int Port { get; }

    /// <param name="port">TCP port on 127.0.0.1; 0 takes a free one.</param>
    /// <exception cref="PortInUseException">Somebody else listens there.</exception>
    public static async Task<EmbeddedBroker> StartAsync(int port = 0)
    {
        int chosen = port == 0 ? FreePort() : port;
        MqttServerOptions options = new MqttServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithDefaultEndpointPort(chosen)
            .WithMaxPendingMessagesPerClient(MaxPendingPerClient)
            .WithPersistentSessions(false)
            .Build();
        MqttServer server = new MqttServerFactory().CreateMqttServer(options);
        try
        {
            await server.StartAsync();
        }
        catch (SocketException error)
        {
            server.Dispose();
            throw new PortInUseException(chosen, "the embedded broker", error);
        }

        return new EmbeddedBroker(server, chosen);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        _server.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
