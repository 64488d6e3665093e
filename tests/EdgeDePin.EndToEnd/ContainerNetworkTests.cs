using System.Net;
using System.Net.Http.Headers;
using EdgeDePin.Tests.Storage;

namespace EdgeDePin.EndToEnd;

/// <summary>
/// The telemetry module in a network of its own, as IoT Edge gives it one: its page and its API are reached where docs/influx-api.md says, through
/// the published port, and by its users only.
/// </summary>
public sealed class ContainerNetworkTests : IAsyncLifetime
{
    private const string Token = "a token of the test";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _name = $"edtnet{Environment.ProcessId}";
    private readonly int _port = InfluxServer.FreePort();

    public async ValueTask InitializeAsync()
    {
        ContainerNode.RequireImages();
        ToolCall.Require("iptables", "iptables");
        await ToolCall.RunAsync("podman", "network", "create", _name);
        await ToolCall.RunAsync("podman", "--runtime", "runc", "run", "--detach", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024",
            $"--name={_name}", $"--network={_name}", $"--publish=127.0.0.1:{_port}:8086", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges",
            "--memory=268435456", $"--volume={_name}:/data", "--tmpfs=/tmp:size=64m",
            "--env=EDGEDEPIN_Node__DataFolder=/data", "--env=EDGEDEPIN_Api__Listen=http://0.0.0.0:8086", "--env=EDGEDEPIN_Api__Pages=true",
            "--env=EDGEDEPIN_Api__Users__0__Name=anna", $"--env=EDGEDEPIN_Api__Users__0__Token={Token}", "localhost/edgedepin-telemetry:0.1.0");
    }

    public async ValueTask DisposeAsync()
    {
        await ToolCall.TryAsync("podman", ["rm", "--force", "--time", "0", _name]);
        await ToolCall.TryAsync("podman", ["volume", "rm", "--force", _name]);
        await ToolCall.TryAsync("podman", ["network", "rm", "--force", _name]);
    }

    [Fact]
    public async Task The_page_is_reached_through_the_published_port_with_a_token_and_not_without()
    {
        HttpStatusCode nobody = default;
        await Eventually.HoldsAsync(async () => (nobody = (await AskAsync("/", null)).Status) != default, Patience, Logs);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("/", "another token of the test")).Status);
        (HttpStatusCode status, string page) = await AskAsync("/", Token);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("data-testid", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("/query?db=edgedepin&q=SHOW%20MEASUREMENTS", null)).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("/query?db=edgedepin&q=SHOW%20MEASUREMENTS", Token)).Status);

        // Pages without a password are the container's own loopback's, and nobody else's.
        string address = (await ToolCall.RunAsync("podman", "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", _name)).Trim();
        using var direct = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        await Assert.ThrowsAsync<HttpRequestException>(() => direct.GetAsync(new Uri($"http://{address}:8080/"), TestContext.Current.CancellationToken));
    }

    /// <summary>What is answered; no status while nobody does.</summary>
    private async Task<(HttpStatusCode Status, string Body)> AskAsync(string path, string? token)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{_port}{path}"));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Token", token);
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        catch (HttpRequestException)
        {
            return default;
        }
    }

    private string Logs()
    {
        (_, string output, string error) = ToolCall.TryAsync("podman", ["logs", "--tail", "8", _name]).GetAwaiter().GetResult();
        return output + error;
    }
}
