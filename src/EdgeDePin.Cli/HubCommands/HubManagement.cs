using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeDePin.Cli.HubCommands;

/// <summary>A running hub, reached through the socket in its folder; who may enter the folder may ask.</summary>
internal sealed class HubManagement : IDisposable
{
    /// <summary>The longest that a method may take, and a little.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(310);

    private readonly string _socket;
    private readonly HttpClient _http;

    public HubManagement(DirectoryInfo data)
    {
        _socket = HubFolder.ManagementSocket(data);
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, token) => ConnectAsync(_socket, token) })
        {
            BaseAddress = new Uri("http://hub"),
            Timeout = Patience,
        };
    }

    /// <exception cref="CommandFailure">The text is no JSON.</exception>
    public static JsonNode? Json(string option, string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"{option} '{text}' is no JSON: {error.Message}", error);
        }
    }

    /// <exception cref="CommandFailure">No hub answers, or it refuses.</exception>
    public async Task<JsonObject> AskAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
            JsonObject answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken)) as JsonObject ?? [];
            return response.IsSuccessStatusCode || answer.ContainsKey("status")
                ? answer
                : throw new CommandFailure(ExitCode.WrongUse, $"the hub refused: {answer["message"]}");
        }
        catch (Exception error) when (error is HttpRequestException or JsonException)
        {
            throw new CommandFailure(ExitCode.Environment,
                $"no hub answers at {_socket}: {error.GetBaseException().Message.TrimEnd('.')}. Start it with 'edgedepin hub run --data {Path.GetDirectoryName(_socket)}'.", error);
        }
    }

    public void Dispose() => _http.Dispose();

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
