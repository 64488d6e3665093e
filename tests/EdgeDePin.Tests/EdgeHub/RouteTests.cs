using EdgeHubSimulator;

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
        Assert.Equal(taken, new RouteTable([new("r", text)]).SinksOf(module, output).Any());

    [Fact]
    public void An_endpoint_is_an_input_of_a_module() =>
        Assert.Equal(
            new RouteSink.Input("telemetry", "readings"),
            Route.Parse("r", "FROM /messages/* INTO BrokeredEndpoint(\"/modules/telemetry/inputs/readings\")").Sink);

    [Fact]
    public void Two_routes_into_one_input_deliver_once() =>
        Assert.Single(new RouteTable(
        [
            new("a", "FROM /messages/* INTO $upstream"),
            new("b", "FROM /messages/modules/sensor/* INTO $upstream"),
        ]).SinksOf("sensor", "readings"));

    [Theory]
    [InlineData("INTO $upstream", 1, "expected FROM, found 'INTO'")]
    [InlineData("FROM /messages/* INTA $upstream", 18, "expected INTO, found 'INTA'")]
    [InlineData("FROM /messages/* INTO", 22, "expected BrokeredEndpoint, found the end")]
    [InlineData("FROM /telemetry/* INTO $upstream", 6, "'/telemetry/*' is no source")]
    [InlineData("FROM /messages/* WHERE a = 1 INTO $upstream", 18, "evaluates no conditions")]
    [InlineData("FROM /messages/* INTO BrokeredEndpoint(\"/modules/a\")", 41, "'/modules/a' is no endpoint")]
    [InlineData("FROM /messages/* INTO BrokeredEndpoint(/modules/a/inputs/b)", 40, "expected an endpoint in quotes")]
    [InlineData("FROM /messages/* INTO $upstream too", 33, "expected the end, found 'too'")]
    public void A_route_that_cannot_be_read_is_named_with_the_place(string text, int position, string complaint)
    {
        var error = Assert.Throws<RouteFormatException>(() => Route.Parse("toTheCloud", text));
        Assert.Equal(("toTheCloud", position), (error.Route, error.Position));
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"Route 'toTheCloud', character {position}:", error.Message, StringComparison.Ordinal);
    }
}
