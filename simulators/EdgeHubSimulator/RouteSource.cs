namespace EdgeHubSimulator;

/// <summary>Which messages a route takes: those of any module or one, with any output, any named output, or one.</summary>
/// <param name="Module">Null for every module.</param>
/// <param name="Output">Null if the output does not matter; <c>*</c> if there must be one.</param>
public sealed record RouteSource(string? Module, string? Output)
{
    /// <summary>
    /// The sources of edgeHub's Route.g4: <c>/*</c>, <c>/messages/*</c>, <c>/messages/modules/*</c>, <c>/messages/modules/m/*</c>,
    /// <c>/messages/modules/m/outputs/*</c> and <c>/messages/modules/m/outputs/o</c>. Null for anything else.
    /// </summary>
    public static RouteSource? Parse(string path) => path.Split('/') switch
    {
        ["", "*"] or ["", "messages", "*"] or ["", "messages", "modules", "*"] => new RouteSource(null, null),
        ["", "messages", "modules", { Length: > 0 } module, "*"] => new RouteSource(module, null),
        ["", "messages", "modules", { Length: > 0 } module, "outputs", { Length: > 0 } output] => new RouteSource(module, output),
        _ => null,
    };

    /// <param name="output">Null for a message that was sent to no output.</param>
    public bool Matches(string module, string? output) =>
        (Module is null || Module == module) && (Output is null || output is not null && (Output == "*" || Output == output));
}
