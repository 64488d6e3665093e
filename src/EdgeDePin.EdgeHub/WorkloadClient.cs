using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeDePin.EdgeHub;

/// <summary>
/// The workload API of the IoT Edge daemon (HTTP/1.1, mostly over a unix socket): signatures with the module's key, the roots to
/// trust, and server certificates. Requests and answers: <c>edgelet/api/workloadVersion_2020_07_07.yaml</c> of Azure/iotedge.
/// </summary>
public sealed class WorkloadClient : IModuleSigner, IDisposable
{
    /// <summary>The version that the official clients ask for; every daemon since 2018 answers it.</summary>
    public const string ApiVersion = "2018-06-28";

    /// <summary>A chain of a few certificates with their key is under 20 kB.</summary>
    private const int MaxAnswerBytes = 1 << 20;

    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly string _module;
    private readonly string _generation;

    /// <param name="address"><c>unix:///path/to/workload.sock</c> or <c>http://host:port</c>.</param>
    /// <param name="generationId">Which life of the module this is; the daemon derives the key from it.</param>
    /// <exception cref="FormatException">The address is of another kind.</exception>
    public WorkloadClient(string address, string moduleId, string generationId, TimeSpan timeout)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("unix" or "http"))
        {
            throw new FormatException(
                $"The workload address '{address}' is neither unix:///path/to/socket nor http://host:port (IOTEDGE_WORKLOADURI).");
        }

        (_address, _module, _generation) = (uri, Uri.EscapeDataString(moduleId), Uri.EscapeDataString(generationId));
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false };
        if (uri.Scheme == "unix")
        {
            handler.ConnectCallback = (_, token) => ConnectAsync(uri.LocalPath, token);
        }

        _http = new HttpClient(handler)
        {
            BaseAddress = uri.Scheme == "unix" ? new Uri("http://workload") : uri,
            Timeout = timeout,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
    }

    public async Task<string> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var request = new JsonObject
        {
            ["keyId"] = "primary",
            ["algo"] = "HMACSHA256",
            ["data"] = Convert.ToBase64String(data.Span),
        };
        JsonNode answer = await AskAsync(HttpMethod.Post, $"/modules/{_module}/genid/{_generation}/sign", request, cancellationToken);
        return Text(answer, "digest");
    }

    /// <summary>The roots that servers of this device chain to, as PEM; there may be several.</summary>
    /// <exception cref="IOException">See <see cref="SignAsync"/>.</exception>
    public async Task<string> TrustBundleAsync(CancellationToken cancellationToken) =>
        Text(await AskAsync(HttpMethod.Get, "/trust-bundle", body: null, cancellationToken), "certificate");

    /// <summary>A certificate for a server of this module, as PEM: the chain and its private key.</summary>
    /// <exception cref="IOException">See <see cref="SignAsync"/>.</exception>
    public async Task<(string Certificate, string PrivateKey)> ServerCertificateAsync(
        string commonName, DateTimeOffset expiration, CancellationToken cancellationToken)
    {
        var request = new JsonObject { ["commonName"] = commonName, ["expiration"] = expiration.UtcDateTime.ToString("O") };
        JsonNode answer = await AskAsync(
            HttpMethod.Post, $"/modules/{_module}/genid/{_generation}/certificate/server", request, cancellationToken);
        return (Text(answer, "certificate"), Text(answer["privateKey"] ?? throw Unexpected("privateKey"), "bytes"));
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> AskAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, $"{path}?api-version={ApiVersion}");
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
            string text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode
                ? JsonNode.Parse(text) ?? throw Unexpected("a JSON object")
                : throw new IOException($"The workload API at {_address} refused {method} {path} with {(int)response.StatusCode}: {Reason(text)}"
                    + (response.StatusCode == HttpStatusCode.Forbidden ? " Only the module's own container may ask for it." : ""));
        }
        catch (Exception error) when (error is HttpRequestException or JsonException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new IOException(
                $"The workload API at {_address} does not answer: {error.GetBaseException().Message} Is the IoT Edge daemon or the local hub running?", error);
        }
    }

    private string Text(JsonNode answer, string name) =>
        answer is JsonObject body && body[name] is JsonValue value && value.TryGetValue(out string? text) ? text : throw Unexpected(name);

    private IOException Unexpected(string what) => new($"The workload API at {_address} answered without '{what}'.");

    private static string Reason(string text)
    {
        try
        {
            return JsonNode.Parse(text)?["message"]?.ToString() ?? "no reason given.";
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return text.Length > 200 ? text[..200] : text;
        }
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
