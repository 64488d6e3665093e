using EdgeDePin.EdgeHub;

namespace EdgeHubSimulator.Routing;

/// <summary>One line of edgeHub's routing table: <c>FROM source [WHERE condition] INTO sink</c>. Keywords are read in any case.</summary>
public sealed class Route
{
    private readonly Condition? _condition;

    private Route(string name, RouteSource source, Condition? condition, RouteSink sink, RouteEntry entry) =>
        (Name, Source, _condition, Sink, Entry) = (name, source, condition, sink, entry);

    public string Name { get; }

    public RouteSource Source { get; }

    public RouteSink Sink { get; }

    /// <summary>As it was written, with priority and time to live.</summary>
    public RouteEntry Entry { get; }

    /// <summary>Reads the form that deployment manifests use.</summary>
    /// <exception cref="RouteFormatException">Not such a route; the message names it, the character, and what was expected there.</exception>
    public static Route Parse(string name, RouteEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var words = new RouteWords(name, entry.Text);
        if (words.TryTake("SELECT"))
        {
            words.Take("*");
        }

        words.Take("FROM");
        (string path, int at) = words.TakeWord("a source");
        RouteSource source = RouteSource.Parse(path)
            ?? throw new RouteFormatException(name, at, $"'{path}' is no source.");
        Condition? condition = words.TryTake("WHERE") ? ReadCondition(words, source.Origin) : null;
        words.Take("INTO");
        RouteSink sink = ReadSink(words);
        words.TakeEnd();
        return new Route(name, source, condition, sink, entry);
    }

    internal bool Takes(RoutedMessage message) => Source.Matches(message) && (_condition is null || _condition.Evaluate(message).IsTrue);

    private static Condition ReadCondition(RouteWords words, MessageOrigin? origin)
    {
        (string text, int at) = words.TakeUntil("INTO");
        try
        {
            return Condition.Parse(text, origin);
        }
        catch (FormatException error)
        {
            throw new RouteFormatException(words.Route, at, error.Message);
        }
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
