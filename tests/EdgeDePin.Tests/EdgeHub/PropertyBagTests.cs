using CsCheck;
using EdgeDePin.EdgeHub;

namespace EdgeDePin.Tests.EdgeHub;

public sealed class PropertyBagTests
{
    // Captured from the official Node client (azure-iot-device 1.18.4): messageId "m 1", a user property with every awkward character.
    private const string CapturedEvent =
        "devices/dev1/modules/mod1/messages/events/%24.on=alert&%24.mid=m%201&%24.ct=application%2Fjson&%24.ce=utf-8&alert%20level=hi%26lo%3D%2Fx/";

    // A topic that the official Node client took apart: input in1, messageId abc, property "k x" = "v&y".
    private const string AcceptedInput =
        "devices/dev1/modules/mod1/inputs/in1/%24.cdid=dev1&%24.cmid=sender&%24.mid=abc&k%20x=v%26y";

    private static readonly ModuleTopics Topics = new(new ModuleIdentity("dev1", "mod1"));

    [Fact]
    public void An_event_has_the_very_topic_of_the_official_client()
    {
        var message = new HubMessage(default)
        {
            MessageId = "m 1",
            ContentType = "application/json",
            ContentEncoding = "utf-8",
            Properties = new Dictionary<string, string> { ["alert level"] = "hi&lo=/x" },
        };
        Assert.Equal(CapturedEvent, Topics.Event("alert", message));
    }

    [Fact]
    public void An_input_that_the_official_client_understands_is_understood()
    {
        Assert.True(Topics.TryReadInput(AcceptedInput, out string input, out string bag));
        HubMessage message = HubMessage.FromBag(default, PropertyBag.Decode(bag));
        Assert.Equal(("in1", "abc", "dev1", "sender"), (input, message.MessageId, message.ConnectionDeviceId, message.ConnectionModuleId));
        Assert.Equal([KeyValuePair.Create("k x", "v&y")], message.Properties);
    }

    [Fact]
    public void A_bag_decodes_to_the_properties_it_was_made_of()
    {
        // Every character of the basic plane that is one by itself; half a surrogate pair is no text.
        Gen<string> text = Gen.Char['\u0001', '\uD7FF'].Array[1, 12].Select(letters => new string(letters));
        Gen.Dictionary(text, Gen.OneOf(text, Gen.Const("")))[0, 6].Sample(properties =>
        {
            string bag = PropertyBag.Encode(properties.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
            Assert.DoesNotContain(bag, letter => "/#+$? ".Contains(letter, StringComparison.Ordinal));
            Assert.Equal(properties.ToHashSet(), PropertyBag.Decode(bag).Select(pair => KeyValuePair.Create(pair.Key, pair.Value ?? "null")).ToHashSet());
        });
    }

    // Rules of edge-hub's UrlEncodedDictionarySerializer.
    [Theory]
    [InlineData("", "")]
    [InlineData("a=1&a=2", "a:2")]
    [InlineData("a", "a:null")]
    [InlineData("a=", "a:")]
    [InlineData("a=1/b=2", "a:1")]
    [InlineData("%24.on=x&plus=a+b", "$.on:x plus:a+b")]
    public void A_bag_is_read_as_edgeHub_reads_it(string bag, string expected) =>
        Assert.Equal(expected, string.Join(' ', PropertyBag.Decode(bag).Select(pair => $"{pair.Key}:{pair.Value ?? "null"}")));

    [Theory]
    [InlineData("=1")]
    [InlineData("&a=1")]
    [InlineData("a=1=2")]
    [InlineData("a=1&")]
    public void A_malformed_bag_is_refused_with_the_pair_that_is_wrong(string bag) =>
        Assert.Contains("is not key=value", Assert.Throws<FormatException>(() => PropertyBag.Decode(bag)).Message, StringComparison.Ordinal);
}
