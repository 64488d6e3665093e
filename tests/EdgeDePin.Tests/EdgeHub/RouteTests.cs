using EdgeDePin.EdgeHub;
using EdgeHubSimulator.Routing;

namespace EdgeDePin.Tests.EdgeHub;

public sealed class RouteTests
{
    // Sources and sinks of edgeHub's Route.g4; the first is the routing table of this product.
    [Theory]
    [InlineData("FROM /messages/modules/sensor/outputs/readings INTO BrokeredEndpoint(\"/modules/telemetry/inputs/readings\")", "sensor", "readings", true)]
    [InlineData("FROM /messages/modules/sensor/outputs/readings INTO $upstream", "sensor", "faults", false)]
    [InlineData("FROM /messages/modules/sensor/outputs/readings INTO $upstream", "sensor2", "readings", false)]
    [InlineData("FROM /messages/modules/sensor/outputs/* INTO $upstream", "sensor", "faults", true)]
    [InlineData("FROM /messages/modules/sensor/outputs/* INTO $upstream", "sensor", null, false)]
    [InlineData("FROM /messages/modules/sensor/* INTO $upstream", "sensor", null, true)]
    [InlineData("FROM /messages/modules/* INTO $upstream", "any", "readings", true)]
    [InlineData("select * from /messages/* into $upstream", "any", null, true)]
    [InlineData("  FROM  /*\n INTO brokeredendpoint ( '/modules/a/inputs/b' ) ", "any", null, true)]
    public void A_route_takes_the_messages_of_its_source(string text, string module, string? output, bool taken) =>
        Assert.Equal(taken, new RouteTable([new("r", new RouteEntry(text))]).Of(From(module, output)).Any());

    [Fact]
    public void An_endpoint_is_an_input_of_a_module() =>
        Assert.Equal(
            new RouteSink.Input("telemetry", "readings"),
            Route.Parse("r", new RouteEntry("FROM /messages/* INTO BrokeredEndpoint(\"/modules/telemetry/inputs/readings\")")).Sink);

    [Fact]
    public void Two_routes_into_one_input_deliver_once_by_the_first_in_priority() =>
        Assert.Equal("b", Assert.Single(new RouteTable(
        [
            new("a", new RouteEntry("FROM /messages/* INTO $upstream")),
            new("b", new RouteEntry("FROM /messages/modules/sensor/* INTO $upstream") { Priority = 2 }),
        ]).Of(From("sensor", "readings"))).Name);

    [Theory]
    [InlineData("FROM /messages/* WHERE kind = 'INTO the wild' INTO $upstream", "INTO the wild", true)]
    [InlineData("FROM /messages/* WHERE kind = 'INTO the wild' INTO $upstream", "tame", false)]
    [InlineData("FROM /messages/* where $connectionModuleId = 'sensor' AND kind <> \"into\"\n into $upstream", "x", true)]
    [InlineData("FROM /messages/* WHERE length(kind) > 3 INTO BrokeredEndpoint(\"/modules/into/inputs/into\")", "long", true)]
    public void A_condition_ends_at_the_first_INTO_outside_of_quotes(string text, string kind, bool taken) =>
        Assert.Equal(taken, new RouteTable([new("r", new RouteEntry(text))]).Of(From("sensor", "readings", ("kind", kind))).Any());

    [Fact]
    public void News_of_a_twin_is_a_source_of_its_own()
    {
        RoutedMessage news = new(MessageOrigin.TwinChange, "sensor", new Dictionary<string, string?>
        {
            [SystemProperty.ContentType] = "application/json",
            [SystemProperty.ContentEncoding] = "utf-8",
        }, """{"battery":{"percent":7}}"""u8.ToArray());
        string[] texts =
        [
            "FROM /twinChangeNotifications WHERE $body.battery.percent < 10 INTO $upstream", "FROM /* INTO $upstream",
            "FROM /twinChangeNotifications WHERE $body.battery.percent > 10 INTO $upstream", "FROM /messages/* INTO $upstream",
        ];
        Assert.Equal([true, true, false, false], texts.Select(text => new RouteTable([new("r", new RouteEntry(text))]).Of(news).Any()));
    }

    [Theory]
    [InlineData("INTO $upstream", 1, "expected FROM, found 'INTO'")]
    [InlineData("FROM /messages/* INTA $upstream", 18, "expected INTO, found 'INTA'")]
    [InlineData("FROM /messages/* INTO", 22, "expected BrokeredEndpoint, found the end")]
    [InlineData("FROM /telemetry/* INTO $upstream", 6, "'/telemetry/*' is no source")]
    [InlineData("FROM /messages/* WHERE a = 1 INTO $upstream", 24, "character 3: '=' does not take a text and a number")]
    [InlineData("FROM /messages/* WHERE a = '1'", 31, "expected INTO, found the end")]
    [InlineData("FROM /messages/* INTO BrokeredEndpoint(\"/modules/a\")", 41, "'/modules/a' is no endpoint")]
    [InlineData("FROM /messages/* INTO BrokeredEndpoint(/modules/a/inputs/b)", 40, "expected an endpoint in quotes")]
    [InlineData("FROM /messages/* INTO $upstream too", 33, "expected the end, found 'too'")]
    public void A_route_that_cannot_be_read_is_named_with_the_place(string text, int position, string complaint)
    {
        var error = Assert.Throws<RouteFormatException>(() => Route.Parse("toTheCloud", new RouteEntry(text)));
        Assert.Equal(("toTheCloud", position), (error.Route, error.Position));
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"Route 'toTheCloud', character {position}:", error.Message, StringComparison.Ordinal);
    }

    private static RoutedMessage From(string module, string? output, params (string Key, string? Value)[] properties) => new(
        MessageOrigin.Telemetry, module,
        properties.Append((SystemProperty.Output, output)).Where(pair => pair.Item2 is not null).ToDictionary(pair => pair.Item1, pair => pair.Item2), []);
}
