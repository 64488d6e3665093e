using EdgeDePin.EdgeHub;

namespace EdgeHubSimulator;

/// <summary>One line of edgeHub's routing table: <c>FROM source INTO sink</c>. Keywords are read in any case.</summary>
public sealed record Route(string Name, RouteSource Source, RouteSink Sink)
{
    /// <summary>Reads the form that deployment manifests use. Conditions (<c>WHERE</c>) are not evaluated here and are refused.</summary>
    /// <exception cref="RouteFormatException">Not such a route; the message names it, the character, and what was expected there.</exception>
    public static Route Parse(string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = new RouteWords(name, text);
        if (words.TryTake("SELECT"))
        {
            words.Take("*");
        }

        words.Take("FROM");
        (string path, int at) = words.TakeWord("a source");
        RouteSource source = RouteSource.Parse(path)
            ?? throw new RouteFormatException(name, at, $"'{path}' is no source.");
        if (words.TryTake("WHERE"))
        {
            throw new RouteFormatException(name, at + path.Length + 1, "the local hub evaluates no conditions; give the messages an output of their own.");
        }

        words.Take("INTO");
        RouteSink sink = ReadSink(words);
        words.TakeEnd();
        return new Route(name, source, sink);
    }

    private static RouteSink ReadSink(RouteWords words)
    {
        if (words.TryTake("$upstream"))
        {
            return new RouteSink.Upstream();
        }

        words.Take("BrokeredEndpoint");
        words.Take("(");
        (string endpoint, int at) = words.TakeQuoted();
        words.Take(")");
        return endpoint.Split('/') is ["", "modules", var module, "inputs", { Length: > 0 } input] && ModuleIdentityAllows(module)
            ? new RouteSink.Input(module, input)
            : throw new RouteFormatException(words.Route, at, $"'{endpoint}' is no endpoint: it has the form /modules/{{module}}/inputs/{{input}}.");
    }

    private static bool ModuleIdentityAllows(string module) =>
        ModuleIdentity.TryParseUserName($"hub/device/{module}/?api-version=x", out _);
}
