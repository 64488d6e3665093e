namespace EdgeDePin.Tests.Sharing;

/// <summary>A real MQTT broker that can be stopped and started again on its port.</summary>
internal interface IBroker : IAsyncDisposable
{
    int Port { get; }

    Task StartAsync();

    Task StopAsync();
}
