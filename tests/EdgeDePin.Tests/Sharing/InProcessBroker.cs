using System.Net;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeDePin.Tests.Sharing;

/// <summary>The broker that a node can embed.</summary>
internal sealed class InProcessBroker : IBroker
{
    private MqttServer? _server;

    public int Port { get; } = FreePort.Find();

    /// <summary>Turns away whoever connects.</summary>
    public bool Refusing { get; set; }

    /// <summary>How many were turned away.</summary>
    public int Refused { get; private set; }

    public async Task StartAsync()
    {
        MqttServerOptions options = new MqttServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithDefaultEndpointPort(Port)
            .Build();
        _server = new MqttServerFactory().CreateMqttServer(options);
        _server.ValidatingConnectionAsync += arrived =>
        {
            Refused += Refusing ? 1 : 0;
            arrived.ReasonCode = Refusing ? MqttConnectReasonCode.NotAuthorized : MqttConnectReasonCode.Success;
            return Task.CompletedTask;
        };
        await _server.StartAsync();
    }

    public async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.StopAsync();
            _server.Dispose();
            _server = null;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
