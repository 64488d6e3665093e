namespace EdgeHubSimulator.Routing;

/// <summary>Which messages a route takes: those of any module or one, with any output, any named output, or one.</summary>
/// <param name="Origin">Null for every origin.</param>
/// <param name="Module">Null for every module.</param>
/// <param name="Output">Null if the output does not matter; <c>*</c> if there must be one.</param>
public sealed record RouteSource(MessageOrigin? Origin, string? Module, string? Output)
{
    /// <summary>
    /// The sources of edgeHub's Route.g4: <c>/*</c>, <c>/twinChangeNotifications</c>, <c>/messages/*</c>, <c>/messages/modules/*</c>,
    /// <c>/messages/modules/m/*</c>, <c>/messages/modules/m/outputs/*</c> and <c>/messages/modules/m/outputs/o</c>. Null for anything else.
    /// </summary>
    public static RouteSource? Parse(string path) => path.Split('/') switch
    {
        ["", "*"] => new RouteSource(null, null, null),
        ["", "twinChangeNotifications"] or ["", "twinChangeNotifications", "*"] => new RouteSource(MessageOrigin.TwinChange, null, null),
        ["", "messages", "*"] or ["", "messages", "modules", "*"] => new RouteSource(MessageOrigin.Telemetry, null, null),
        ["", "messages", "modules", { Length: > 0 } module, "*"] => new RouteSource(MessageOrigin.Telemetry, module, null),
        ["", "messages", "modules", { Length: > 0 } module, "outputs", { Length: > 0 } output] => new RouteSource(MessageOrigin.Telemetry, module, output),
        _ => null,
    };

    internal bool Matches(RoutedMessage message) =>
        (Origin is null || Origin == message.Origin)
        && (Module is null || Module == message.Module)
        && (Output is null || (message.Output is { } output && (Output == "*" || Output == output)));
}
