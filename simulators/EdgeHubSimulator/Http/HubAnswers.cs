using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeDePin.EdgeHub;
using Microsoft.AspNetCore.Http;

namespace EdgeHubSimulator.Http;

/// <summary>
/// Answers to HTTP requests. Workload API: <c>edgelet/api/workloadVersion_2020_07_07.yaml</c> of Azure/iotedge. Management: twins and
/// methods in the shapes of IoT Hub's service API.
/// </summary>
internal static class HubAnswers
{
    private const int DefaultPatienceSeconds = 30;
    private const int MaxPatienceSeconds = 300;

    public static async Task AnswerAsync(LocalHub hub, HttpContext context)
    {
        (HubDoor door, string? only) = context.Features.Get<DoorFeature>()!;
        string[] path = [.. (context.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
        try
        {
            if (door == HubDoor.Metrics || path is ["metrics"])
            {
                await (path is ["metrics"] && context.Request.Method == HttpMethods.Get
                    ? context.Response.WriteAsync(hub.MetricsText(), context.RequestAborted)
                    : SayAsync(context, 404, "GET /metrics is all there is."));
                return;
            }

            await (door == HubDoor.Workload ? WorkloadAsync(hub, context, path, only) : ManageAsync(hub, context, path));
        }
        catch (Exception error) when (error is FormatException or JsonException or InvalidOperationException)
        {
            await SayAsync(context, 400, error.Message);
        }
    }

    /// <param name="only">The one module that the socket is for; null if it is the owner's.</param>
    private static async Task WorkloadAsync(LocalHub hub, HttpContext context, string[] path, string? only)
    {
        switch (context.Request.Method, path)
        {
            case ("GET", ["trust-bundle"]):
                await SendAsync(context, 200, new JsonObject { ["certificate"] = hub.Ca!.TrustBundle() });
                break;
            case ("GET", ["modules"]) when only is not null:
                await SayAsync(context, 403, $"this socket is for the module '{only}', which has no business with the others.");
                break;
            case ("GET", ["modules"]):
                await SendAsync(context, 200, new JsonObject
                {
                    ["modules"] = new JsonArray([.. hub.State.Modules.Select(module => new JsonObject { ["id"] = module.ModuleId, ["name"] = module.ModuleId, ["type"] = "docker" })]),
                });
                break;
            // As the IoT Edge daemon: what is another module's is not for this one, be it a signature or a certificate in its name.
            case ("POST", ["modules", var named, ..]) when only is not null && named != only:
                await SayAsync(context, 403, $"this socket is for the module '{only}', not for '{named}'.");
                break;
            case ("POST", ["modules", _, "genid", var generation, ..]) when generation != hub.Keys!.GenerationId:
                await SayAsync(context, 404, $"generation '{generation}' is not known; it is '{hub.Keys.GenerationId}'.");
                break;
            case ("POST", ["modules", var module, "genid", _, "sign"]):
                byte[] data = Convert.FromBase64String(Text(await BodyAsync(context), "data"));
                await SendAsync(context, 200, new JsonObject { ["digest"] = hub.Keys!.Of(hub.IdentityOf(module)).Sign(data) });
                break;
            case ("POST", ["modules", _, "genid", _, "certificate", "server"]):
                string commonName = Text(await BodyAsync(context), "commonName");
                await (only is null || commonName == only
                    ? SendCertificateAsync(hub, context, commonName)
                    : SayAsync(context, 403, $"the module '{only}' gets a certificate for its own name only, not for '{commonName}'."));
                break;
            default:
                await SayAsync(context, 404, $"the workload API has no {context.Request.Method} {context.Request.Path}.");
                break;
        }
    }

    private static async Task ManageAsync(LocalHub hub, HttpContext context, string[] path)
    {
        switch (context.Request.Method, path)
        {
            case ("GET", ["twins", var module]):
                await SendAsync(context, 200, hub.ReadTwin(module));
                break;
            case ("PATCH", ["twins", var module]):
                hub.PatchDesired(module, await BodyAsync(context));
                await SendAsync(context, 200, hub.ReadTwin(module));
                break;
            case ("POST", ["twins", var module, "methods"]):
                await CallAsync(hub, context, module);
                break;
            default:
                await SayAsync(context, 404, $"the management API has no {context.Request.Method} {context.Request.Path}.");
                break;
        }
    }

    private static async Task CallAsync(LocalHub hub, HttpContext context, string module)
    {
        JsonObject call = await BodyAsync(context);
        int seconds = call["responseTimeoutInSeconds"]?.GetValue<int>() ?? DefaultPatienceSeconds;
        if (seconds is < 1 or > MaxPatienceSeconds)
        {
            throw new FormatException($"responseTimeoutInSeconds is {seconds}; it must be 1 to {MaxPatienceSeconds}.");
        }

        byte[] payload = call.ContainsKey("payload") ? Encoding.UTF8.GetBytes(call["payload"]?.ToJsonString() ?? "null") : [];
        MethodResponse response = await hub.CallMethodAsync(
            module, new MethodRequest(Text(call, "methodName"), payload), TimeSpan.FromSeconds(seconds), context.RequestAborted);
        JsonNode? answer = response.Payload.Length == 0 ? null : JsonNode.Parse(response.Payload.Span);
        await SendAsync(context, response.Status is 404 or 504 && answer is null ? response.Status : 200, new JsonObject { ["status"] = response.Status, ["payload"] = answer });
    }

    private static async Task SendCertificateAsync(LocalHub hub, HttpContext context, string commonName)
    {
        if (Uri.CheckHostName(commonName) == UriHostNameType.Unknown)
        {
            throw new FormatException($"commonName '{commonName}' is no host name.");
        }

        using X509Certificate2 certificate = hub.Ca!.ServerFor(commonName);
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        await SendAsync(context, 201, new JsonObject
        {
            ["privateKey"] = new JsonObject { ["type"] = "key", ["bytes"] = key.ExportPkcs8PrivateKeyPem() },
            ["certificate"] = certificate.ExportCertificatePem(),
            ["expiration"] = certificate.NotAfter.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
        });
    }

    private static string Text(JsonObject body, string name) => body[name] is JsonValue value && value.TryGetValue(out string? text)
        ? text
        : throw new FormatException($"'{name}' is missing, or no text.");

    private static async Task<JsonObject> BodyAsync(HttpContext context) =>
        await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted) as JsonObject
        ?? throw new FormatException("the body must be a JSON object.");

    private static Task SayAsync(HttpContext context, int status, string message) =>
        SendAsync(context, status, new JsonObject { ["message"] = message });

    private static Task SendAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
