using EdgeDePin.Tests.Storage;

namespace EdgeDePin.EndToEnd;

/// <summary>The demo at work, its first node's page, and a real influxd that it forwards to.</summary>
public sealed class TelemetryFixture : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private InfluxServer _influx = null!;
    private BuiltProgram _demo = null!;

    /// <summary>Address of the node, which answers InfluxQL from its own store.</summary>
    public Uri Node { get; private set; } = null!;

    public Uri Influx => _influx.Url;

    public async ValueTask InitializeAsync()
    {
        _influx = await InfluxServer.StartAsync(CancellationToken.None);
        _demo = BuiltProgram.Cli("demo", "--nodes", "3", "--http", "0", "--headless", "--influx", Influx.ToString());
        string line = await _demo.LineAsync(text => text.Contains("http://127.0.0.1:", StringComparison.Ordinal), Patience);
        Node = new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..].Trim());
    }

    public async ValueTask DisposeAsync()
    {
        await _demo.DisposeAsync();
        await _influx.DisposeAsync();
    }
}
