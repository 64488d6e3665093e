using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Servers;
using EdgeDePin.EdgeHub;
using EdgeHubSimulator.Security;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>
/// Mosquitto with TLS as an anchor. It looks at no token, has no routes and writes its queue to the disk every half hour, where the hub writes
/// each message before it acknowledges: it shows what a broker in C costs that does less.
/// </summary>
internal sealed class MosquittoProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly string[] Places = ["/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto"];

    private readonly string _folder;
    private readonly Process _process;
    private readonly int _port;

    private MosquittoProcess(string folder, int port, Process process) => (_folder, _port, _process) = (folder, port, process);

    /// <summary>Why it cannot be measured here; null when it can.</summary>
    public static string? Missing => Program is null ? "mosquitto is not installed (apt-get install mosquitto)" : null;

    public long PeakResidentBytes => ResidentMemory.Peak(_process.Id);

    private static string? Program => Array.Find(Places, File.Exists);

    private string Roots => Path.Combine(_folder, "ca", "trust-bundle.pem");

    public static async Task<MosquittoProcess> StartAsync(Bench bench, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateDirectory(bench.FreshPath("mosquitto")).FullName;
        int port = ServerProcess.FreePort();
        using (var authority = new SiteCa(Path.Combine(folder, "ca"), new SiteCaOptions(), TimeProvider.System, NullLogger.Instance))
        using (X509Certificate2 certificate = authority.ServerFor("localhost"))
        using (ECDsa key = certificate.GetECDsaPrivateKey()!)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "server.pem"), certificate.ExportCertificatePem(), cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder, "server.key"), key.ExportPkcs8PrivateKeyPem(), cancellationToken);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "mosquitto.conf"), $"""
            user root
            listener {port} 127.0.0.1
            certfile {folder}/server.pem
            keyfile {folder}/server.key
            allow_anonymous true
            max_queued_messages 0
            persistence true
            persistence_location {folder}/
            log_dest none

            """, cancellationToken);
        Process process = Process.Start(new ProcessStartInfo(Program!, ["-c", Path.Combine(folder, "mosquitto.conf")]) { UseShellExecute = false })!;
        var broker = new MosquittoProcess(folder, port, process);
        long startedAt = Stopwatch.GetTimestamp();
        while (!await ListensAsync(port, cancellationToken))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(startedAt) > Patience)
            {
                await broker.DisposeAsync();
                throw new IOException($"{Program} does not listen on port {port}.");
            }

            await Task.Delay(50, cancellationToken);
        }

        return broker;
    }

    /// <summary>The same module client that speaks to the hub; its token is not looked at.</summary>
    public async Task<ModuleClient> ModuleAsync(string name, CancellationToken cancellationToken)
    {
        ModuleOptions options = ModuleOptions.FromConnectionString(
            $"HostName=local;GatewayHostName=localhost:{_port};DeviceId=edgedepin;ModuleId={name};SharedAccessKey=bm90IGxvb2tlZCBhdA==", Roots);
        options.MaxInFlight = 16;
        var client = new ModuleClient(options, TimeProvider.System, new Random(name.Length), NullLogger<ModuleClient>.Instance);
        await client.ConnectAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        return client;
    }

    /// <summary>A receiver of everything that a module sends, QoS 1 over TLS.</summary>
    public async Task<IMqttClient> ReceiverAsync(string module, Action received, CancellationToken cancellationToken)
    {
        X509Certificate2Collection roots = [];
        roots.ImportFromPemFile(Roots);
        IMqttClient client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += _ =>
        {
            received();
            return Task.CompletedTask;
        };
        MqttClientOptions options = new MqttClientOptionsBuilder().WithTcpServer("localhost", _port).WithProtocolVersion(MqttProtocolVersion.V311)
            .WithTlsOptions(tls => tls.UseTls().WithTargetHost("localhost").WithTrustChain(roots)).Build();
        // As our own client has it: with MQTTnet's 8 KiB the window closes under load, and what is measured is the kernel's timer for probing it.
        ((MqttClientTcpOptions)options.ChannelOptions).BufferSize = 256 * 1024;
        await client.ConnectAsync(options, cancellationToken);
        await client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter($"devices/edgedepin/modules/{module}/messages/events/#", MqttQualityOfServiceLevel.AtLeastOnce).Build(), cancellationToken);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<bool> ListensAsync(int port, CancellationToken cancellationToken)
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync("localhost", port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
