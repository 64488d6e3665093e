using System.Globalization;
using System.Net.Sockets;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Deployment.Checkup;

/// <summary>Do the hub, the broker and InfluxDB answer?</summary>
internal static class ReachChecks
{
    private const int SecurePort = 8883;
    private const int PlainPort = 1883;
    private const byte TlsAlert = 0x15; // RFC 8446 §5.1

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // MQTT 3.1.1 §3.1: CONNECT with a clean session, keep-alive 60 s and an empty client id.
    private static readonly byte[] Connect = [0x10, 0x0C, 0x00, 0x04, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 0x04, 0x02, 0x00, 0x3C, 0x00, 0x00];

    /// <param name="port">Null looks at edgeHub's port and then at the plain one.</param>
    public static async Task<CheckResult> HubAsync(int? port, TimeProvider time, CancellationToken cancellationToken)
    {
        const string remedy = "Start it: 'systemctl start edgedepin-hub', or 'iotedge system restart'.";
        CheckResult secure = await MqttAsync("hub", "127.0.0.1", port ?? SecurePort, remedy, time, cancellationToken);
        return port is not null || secure.Verdict == Verdict.Good ? secure
            : await MqttAsync("hub", "127.0.0.1", PlainPort, remedy, time, cancellationToken);
    }

    public static async Task<IReadOnlyList<CheckResult>> OthersAsync(Manifest? manifest, TimeProvider time, CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>();
        string? broker = Setting("EDGEDEPIN_Broker__Host");
        int brokerPort = int.TryParse(Setting("EDGEDEPIN_Broker__Port"), NumberStyles.None, CultureInfo.InvariantCulture, out int port) ? port : PlainPort;
        results.Add(broker is null
            ? new CheckResult("broker", Verdict.Skipped, "no broker is configured: the node shares nothing")
            : await MqttAsync("broker", broker, brokerPort, "Neighbours are not reachable: check name, network and firewall. Sensing goes on.", time, cancellationToken));
        results.Add(Uri.TryCreate(Setting("EDGEDEPIN_Influx__Url"), UriKind.Absolute, out Uri? influx)
            ? await InfluxAsync(influx, cancellationToken)
            : new CheckResult("influx", Verdict.Skipped, "no InfluxDB is configured"));
        return results;

        string? Setting(string name) => manifest is null ? null
            : ManifestModules.Of(manifest.Root).Select(module => module.Variable(name)).FirstOrDefault(value => !string.IsNullOrEmpty(value));
    }

    private static async Task<CheckResult> MqttAsync(string check, string host, int port, string remedy, TimeProvider time, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        try
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            late.CancelAfter(Patience);
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, late.Token);
            await client.GetStream().WriteAsync(Connect, late.Token);
            byte[] answer = new byte[4];
            int length = await client.GetStream().ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, late.Token);
            string milliseconds = time.GetElapsedTime(started).TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
            // Anybody without a name may be refused; that it speaks MQTT is what counts here.
            return length == 4 && answer[0] == 0x20
                ? new CheckResult(check, Verdict.Good, $"{host}:{port} answers in {milliseconds} ms")
                : length == 4 && answer[0] == TlsAlert ? new CheckResult(check, Verdict.Good, $"{host}:{port} wants TLS, and answers in {milliseconds} ms")
                : length == 0 ? new CheckResult(check, Verdict.Good, $"{host}:{port} listens and takes no strangers")
                : new CheckResult(check, Verdict.Bad, $"{host}:{port} speaks something else than MQTT", "Check the port.");
        }
        catch (Exception error) when (error is SocketException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new CheckResult(check, Verdict.Bad, $"{host}:{port} does not answer ({(error is OperationCanceledException ? $"within {Patience.TotalSeconds:0} s" : error.Message)})", remedy);
        }
    }

    private static async Task<CheckResult> InfluxAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var http = new HttpClient { Timeout = Patience };
            using HttpResponseMessage answer = await http.GetAsync(new Uri(address, "/ping"), cancellationToken);
            return new CheckResult("influx", Verdict.Good, $"{address.GetLeftPart(UriPartial.Authority)} answers {(int)answer.StatusCode}");
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new CheckResult("influx", Verdict.Warning, $"{address.GetLeftPart(UriPartial.Authority)} does not answer",
                "Nothing is lost: the store keeps everything and sends it later. Check address and network.");
        }
    }
}
