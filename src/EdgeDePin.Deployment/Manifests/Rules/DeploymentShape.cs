using System.Collections.Immutable;

namespace EdgeDePin.Deployment.Manifests.Rules;

/// <summary>
/// The form of a deployment manifest, schema 2.0 of azure-iot-edge-deployment as SchemaStore publishes it, and what edgeHub reads beyond it.
/// The tests compare its verdicts with those of a JSON-schema validator and the published schema.
/// </summary>
internal static class DeploymentShape
{
    private const decimal MaxUInt32 = 4_294_967_295;

    private static readonly Shape AnyText = new Shape.Text("a text");
    private static readonly Shape Docker = OneOf("docker");
    private static readonly Shape Status = OneOf("running", "stopped");
    private static readonly Shape RestartPolicy = OneOf("never", "on-failure", "on-unhealthy", "always");
    private static readonly Shape PullPolicy = OneOf("never", "on-create");
    private static readonly Shape StartupOrder = new Shape.Whole(0, MaxUInt32);
    private static readonly Shape Anything = new Shape.Structure([], Open: true);

    private static readonly Shape Env = new Shape.Structure([], new Shape.Named(
        "a variable's name without + # $ . and blanks", name => Plain(name, "+#$."), Object(Required("value", new Shape.Scalar()))));

    private static readonly Shape Settings = new Shape.Structure([Required("image", AnyText)],
        new Shape.Named("createOptions, createOptions01 …", IsCreateOptions, AnyText));

    private static readonly Shape Runtime = Object(
        Required("type", Docker),
        Required("settings", Object(
            Optional("minDockerVersion", AnyText),
            Optional("loggingOptions", AnyText),
            Optional("registryCredentials", new Shape.Structure([], new Shape.Named(
                "a name without . $ # and blanks", name => PlainButBlank(name, ".$#"),
                Object(Required("username", AnyText), Required("password", AnyText), Required("address", new Shape.Text("an address without blanks", Address)))))))));

    private static readonly Shape EdgeAgent = Object(
        Required("type", Docker), Required("settings", Settings), Optional("env", Env), Optional("imagePullPolicy", PullPolicy));

    private static readonly Shape EdgeHub = Object(
        Required("type", Docker), Required("settings", Settings), Required("status", Status), Required("restartPolicy", RestartPolicy),
        Optional("env", Env), Optional("imagePullPolicy", PullPolicy), Optional("startupOrder", StartupOrder));

    private static readonly Shape Module = Object(
        Optional("version", AnyText), Required("type", Docker), Required("status", Status), Required("restartPolicy", RestartPolicy),
        Required("settings", Settings), Optional("env", Env), Optional("imagePullPolicy", PullPolicy), Optional("startupOrder", StartupOrder));

    private static readonly Shape.Text RouteText = new("a route such as FROM /messages/* INTO $upstream", OneLine);

    private static readonly Shape Route = new Shape.TextOr(RouteText, Structure(
        Required("route", RouteText), Optional("priority", new Shape.Whole(0, 9)), Optional("timeToLiveSecs", new Shape.Whole(0, MaxUInt32))));

    private static readonly Shape StoreAndForward = Object(
        Required("timeToLiveSecs", new Shape.Whole(decimal.MinValue, decimal.MaxValue)),
        new Shape.Member("storeLimits", Object(Required("maxSizeBytes", new Shape.Whole(1, long.MaxValue))), Extension: "edgeHub from 1.0.10 on"));

    private static readonly Shape AgentDesired = Object(
        Required("schemaVersion", AnyText), Required("runtime", Runtime),
        Required("systemModules", Object(Required("edgeAgent", EdgeAgent), Required("edgeHub", EdgeHub))),
        Required("modules", new Shape.Structure([], new Shape.Named("a name of letters, digits, _ and -", ModuleName, Module))));

    private static readonly Shape HubDesired = Object(
        Required("schemaVersion", AnyText),
        Required("routes", new Shape.Structure([], new Shape.Named("a name without . $ # and blanks", name => PlainButBlank(name, ".$#"), Route))),
        Optional("storeAndForwardConfiguration", StoreAndForward),
        new Shape.Member("mqttBroker", Anything, Extension: "edgeHub with schemaVersion 1.2"),
        new Shape.Member("integrity", Anything, Extension: "edgeHub with schemaVersion 1.3"));

    /// <summary>A whole manifest.</summary>
    public static Shape Whole { get; } = Object(Required("modulesContent", new Shape.Structure(
        [Required(Manifest.Agent, Desired(AgentDesired)), Required(Manifest.Hub, Desired(HubDesired))],
        new Shape.Named("a module's name of letters, digits, _ and -", ModuleName, Desired(Anything)))));

    public static bool ModuleName(string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    private static Shape.Structure Desired(Shape form) => Structure(Required(Manifest.Desired, form));

    private static Shape Object(params ImmutableArray<Shape.Member> members) => new Shape.Structure(members);

    private static Shape.Structure Structure(params ImmutableArray<Shape.Member> members) => new(members);

    private static Shape.Member Required(string name, Shape form) => new(name, form, Required: true);

    private static Shape.Member Optional(string name, Shape form) => new(name, form);

    private static Shape OneOf(params string[] words) => new Shape.Text($"{(words.Length > 1 ? "one of " : "")}{string.Join(", ", words)}", words.Contains);

    private static bool IsCreateOptions(string name) =>
        (name.StartsWith("createOptions", StringComparison.Ordinal) || name.StartsWith("createoptions", StringComparison.Ordinal))
        && name.AsSpan("createOptions".Length).IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool Plain(string name, string without) => PlainButBlank(name, without) && !name.Any(Blank);

    // The published patterns for routes and credentials exclude the space only.
    private static bool PlainButBlank(string name, string without) => name.Length > 0 && !name.Contains(' ', StringComparison.Ordinal) && name.AsSpan().IndexOfAny(without) < 0;

    private static bool Address(string text) => text.Length > 0 && !text.Any(Blank);

    private static bool OneLine(string text) => text.Length > 0 && text.AsSpan().IndexOfAny("\n\r\u2028\u2029") < 0;

    // \s of ECMAScript, which the schema's patterns are written in.
    private static bool Blank(char letter) => char.IsWhiteSpace(letter) && letter != '\u0085' || letter == '\uFEFF';
}
