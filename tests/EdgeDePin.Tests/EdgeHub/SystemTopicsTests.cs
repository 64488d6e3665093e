using System.Text.Json.Nodes;
using EdgeDePin.EdgeHub;

namespace EdgeDePin.Tests.EdgeHub;

public sealed class SystemTopicsTests
{
    // A call that the official Node client was seen to accept, and the topic of its answer.
    [Fact]
    public void A_method_call_and_its_answer_are_those_of_the_official_client()
    {
        Assert.True(SystemTopics.TryReadCall("$iothub/methods/POST/Reboot/?$rid=505e09bb-0076", out string name, out string id));
        Assert.Equal(("Reboot", "505e09bb-0076"), (name, id));
        Assert.Equal("$iothub/methods/POST/Reboot/?$rid=505e09bb-0076", SystemTopics.CallMethod(name, id));
        Assert.Equal("$iothub/methods/res/200/?$rid=505e09bb-0076", SystemTopics.AnswerMethod(200, id));
        Assert.True(SystemTopics.TryReadMethodAnswer("$iothub/methods/res/200/?$rid=505e09bb-0076", out int status, out id));
        Assert.Equal((200, "505e09bb-0076"), (status, id));
    }

    // The topics of https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub.
    [Fact]
    public void Twin_topics_are_those_of_the_documentation()
    {
        Assert.Equal("$iothub/twin/GET/?$rid=7", SystemTopics.GetTwin("7"));
        Assert.Equal("$iothub/twin/PATCH/properties/reported/?$rid=7", SystemTopics.Report("7"));
        Assert.Equal("$iothub/twin/res/204/?$rid=7&$version=9", SystemTopics.AnswerTwin(204, "7", 9));
        Assert.True(SystemTopics.TryReadTwinAnswer("$iothub/twin/res/204/?$rid=7&$version=9", out int status, out string id, out long? version));
        Assert.Equal((204, "7", 9L), (status, id, version));
        Assert.Equal("$iothub/twin/PATCH/properties/desired/?$version=4", SystemTopics.ChangeDesired(4));
        Assert.True(SystemTopics.IsDesiredChange(SystemTopics.ChangeDesired(4)));
    }

    [Theory]
    [InlineData("$iothub/twin/res/204/")]
    [InlineData("$iothub/twin/res/ok/?$rid=1")]
    [InlineData("$iothub/twin/res/200/x/?$rid=1")]
    [InlineData("devices/d/twin/res/200/?$rid=1")]
    public void Another_topic_is_no_answer(string topic) => Assert.False(SystemTopics.TryReadTwinAnswer(topic, out _, out _, out _));

    // The examples of RFC 7396, appendix A, as far as both sides are objects.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void A_patch_merges_as_RFC_7396_says(string target, string patch, string expected)
    {
        var values = (JsonObject)JsonNode.Parse(target)!;
        MergePatch.Apply(values, (JsonObject)JsonNode.Parse(patch)!);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), values), values.ToJsonString());
    }

    [Fact]
    public void A_version_travels_among_the_properties_and_is_no_value()
    {
        TwinProperties properties = TwinProperties.From((JsonObject)JsonNode.Parse("""{"a":1,"$version":3,"$metadata":{}}""")!);
        Assert.Equal(("""{"a":1}""", 3L), (properties.Values.ToJsonString(), properties.Version));
        Assert.Throws<FormatException>(() => TwinProperties.From((JsonObject)JsonNode.Parse("""{"$version":"three"}""")!));
    }
}
