using EdgeDePin.Node;
using EdgeDePin.Storage.Forwarding;
using Microsoft.Extensions.Configuration;

namespace EdgeDePin.Tests.Node;

/// <summary>The section <c>Influx</c>, as people write it.</summary>
public sealed class InfluxOptionsTests
{
    [Fact]
    public void The_short_form_is_one_destination_and_keeps_its_cursor()
    {
        InfluxOptions influx = Read("""{ "Url": "http://127.0.0.1:8086", "Database": "home" }""");
        InfluxDestination only = Assert.Single(influx.All());
        Assert.Equal(("http://127.0.0.1:8086/home", "127.0.0.1:8086/home"), (only.CursorName, only.Title));
    }

    [Fact]
    public void Nothing_configured_is_nothing_forwarded() => Assert.Empty(Read("{ }").All());

    [Fact]
    public void Every_option_of_a_destination_reaches_its_forwarder()
    {
        InfluxOptions influx = Read("""
            { "Url": "http://127.0.0.1:8086", "Destinations": [ {
              "Name": "cloud", "Url": "https://example.org/influx/", "Database": "d", "Bucket": "b", "Organization": "o", "Token": "t",
              "Measurements": ["weather", "air"], "ExceptMeasurements": ["fault"], "DownsampleSeconds": 60,
              "BacklogPointsPerSecond": 700, "BatchSize": 800 },
              { "Url": "http://127.0.0.1:8428", "User": "u", "Password": "p" } ] }
            """);
        Assert.Equal(["127.0.0.1:8086/edgedepin", "cloud", "127.0.0.1:8428/edgedepin"], influx.All().Select(one => one.Title));
        InfluxDestination cloud = influx.Destinations[0];
        Assert.Equal("https://example.org/influx/b?only=air,weather?except=fault?every=60s", cloud.CursorName);
        ForwarderOptions options = cloud.ToForwarder();
        Assert.Equal(
            (cloud.CursorName, "d", "b", "o", "t", TimeSpan.FromMinutes(1), 700, 800),
            (options.Name, options.Database, options.Bucket, options.Organization, options.Token, options.Downsample, options.BacklogPointsPerSecond, options.BatchSize));
        Assert.Equal(["weather", "air"], options.Measurements);
        Assert.Equal(["fault"], options.ExceptMeasurements);
        ForwarderOptions second = influx.Destinations[1].ToForwarder();
        Assert.Equal(("u", "p"), (second.User, second.Password));
    }

    [Theory]
    [InlineData("""{ "Destinations": [ { "Database": "d" } ] }""", "Destinations:0:Url")]
    [InlineData("""{ "Destinations": [ { "Url": "ftp://a" } ] }""", "http")]
    [InlineData("""{ "Destinations": [ { "Url": "http://a", "BatchSize": 0 } ] }""", "Destinations:0:BatchSize")]
    [InlineData("""{ "Destinations": [ { "Url": "http://a", "Token": "t", "User": "u" } ] }""", "not both")]
    [InlineData("""{ "Url": "http://a", "Destinations": [ { "Url": "http://a/" } ] }""", "the same")]
    [InlineData("""{ "Destinations": [ { "Url": "http://a", "Databse": "d" } ] }""", "Databse")]
    public void What_is_wrong_is_named(string json, string part) =>
        Assert.Contains(part, Assert.Throws<OptionsException>(() => Read(json)).Message, StringComparison.Ordinal);

    private static InfluxOptions Read(string json)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes($"{{ \"Influx\": {json} }}"));
        return OptionsSection.Read<InfluxOptions>(new ConfigurationBuilder().AddJsonStream(stream).Build(), "Influx");
    }
}
