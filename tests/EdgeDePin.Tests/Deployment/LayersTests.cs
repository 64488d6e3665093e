using System.Text.Json.Nodes;
using EdgeDePin.Deployment;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Tests.Deployment;

/// <summary>Layers merge as Microsoft's "Understand IoT Edge automatic deployments" describes.</summary>
public sealed class LayersTests
{
    private const string Base = """{"modulesContent":{"$edgeAgent":{"properties.desired":{"modules":{"a":{"x":1}}}},"$edgeHub":{"properties.desired":{"routes":{"r":"one"}}},"a":{"properties.desired":{"period":5,"unit":"s"}}}}""";

    [Fact]
    public void A_layer_adds_a_module_and_a_route_and_leaves_the_others() =>
        Expect("""{"modulesContent":{"$edgeAgent":{"properties.desired":{"modules":{"a":{"x":1},"b":{"y":2}}}},"$edgeHub":{"properties.desired":{"routes":{"r":"one","s":"two"}}},"a":{"properties.desired":{"period":5,"unit":"s"}}}}""",
            """{"modulesContent":{"$edgeAgent":{"properties.desired.modules.b":{"y":2}},"$edgeHub":{"properties.desired.routes.s":"two"}}}""");

    [Fact]
    public void A_whole_twin_in_a_layer_replaces_the_lower_one_and_a_part_only_that_part()
    {
        Expect("""{"modulesContent":{"$edgeAgent":{"properties.desired":{"modules":{"a":{"x":1}}}},"$edgeHub":{"properties.desired":{"routes":{"r":"one"}}},"a":{"properties.desired":{"period":9}}}}""",
            """{"modulesContent":{"a":{"properties.desired":{"period":9}}}}""");
        Expect("""{"modulesContent":{"$edgeAgent":{"properties.desired":{"modules":{"a":{"x":1}}}},"$edgeHub":{"properties.desired":{"routes":{"r":"one"}}},"a":{"properties.desired":{"period":9,"unit":"s"}}}}""",
            """{"modulesContent":{"a":{"properties.desired.period":9}}}""");
    }

    [Fact]
    public void The_higher_priority_wins_whatever_the_order_and_of_equal_ones_the_later()
    {
        const string nine = """{"priority":9,"content":{"modulesContent":{"a":{"properties.desired.period":9}}}}""";
        const string eight = """{"priority":8,"content":{"modulesContent":{"a":{"properties.desired.period":8}}}}""";
        const string again = """{"priority":9,"content":{"modulesContent":{"a":{"properties.desired.period":10}}}}""";
        Assert.Equal(9, Period(nine, eight));
        Assert.Equal(9, Period(eight, nine));
        Assert.Equal(10, Period(nine, again));
        Assert.Equal(9, Period(again, nine));
    }

    [Theory]
    [InlineData("""{"modulesContent":{"$edgeAgent":{"properties.desired":{"modules":{}}}}}""", "whole deployment")]
    [InlineData("""{"modulesContent":{"a":{"properties.reported.x":1}}}""", "is no part of a layer")]
    [InlineData("""{"modulesContent":{"a":{"properties.desired..x":1}}}""", "empty step")]
    [InlineData("""{"modulesContent":{"a":5}}""", "is no object")]
    [InlineData("""{"priority":-1,"content":{"modulesContent":{"a":{"properties.desired.period":9}}}}""", "whole number from 0")]
    [InlineData("""{"content":{}}""", "needs an object")]
    public void A_layer_that_is_none_is_named_with_its_line(string layer, string complaint)
    {
        DeploymentException error = Assert.Throws<DeploymentException>(() => Layers.Merge(Some.Parsed(Base), [Some.Parsed("\n\n" + layer, "my.layer.json")]));
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("my.layer.json:3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merging_leaves_its_parts_as_they_were()
    {
        Manifest lower = Some.Parsed(Base), layer = Some.Parsed("""{"modulesContent":{"a":{"properties.desired.deep":{"x":[1,2]}}}}""");
        string before = lower.Root.ToJsonString() + layer.Root.ToJsonString();
        Manifest merged = Layers.Merge(lower, [layer]);
        merged.Root["modulesContent"]!["a"]!["properties.desired"]!["deep"]!["x"] = 0;
        Assert.Equal(before, lower.Root.ToJsonString() + layer.Root.ToJsonString());
    }

    private static int Period(params string[] layers) =>
        Layers.Merge(Some.Parsed(Base), [.. layers.Select(layer => Some.Parsed(layer))]).Root["modulesContent"]!["a"]!["properties.desired"]!["period"]!.GetValue<System.Text.Json.JsonElement>().GetInt32();

    private static void Expect(string expected, params string[] layers)
    {
        JsonNode merged = Layers.Merge(Some.Parsed(Base), [.. layers.Select(layer => Some.Parsed(layer))]).Root;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(merged.ToJsonString())), merged.ToJsonString());
    }
}
