using EdgeDePin.Web;

namespace EdgeDePin.Tests.Web;

public sealed class SeriesTests
{
    private static readonly Series Empty = new("m", new Dictionary<string, string>(), ["time", "a", "b"], []);

    [Fact]
    public void Instants_are_DateTimeOffset_or_epoch_milliseconds()
    {
        Assert.Equal(StoreInMemory.Noon, Series.Instant([StoreInMemory.Noon]));
        Assert.Equal(StoreInMemory.Noon, Series.Instant([1_565_784_000_000L]));
        FormatException wrong = Assert.Throws<FormatException>(() => Series.Instant(["2019"]));
        Assert.Contains("2019", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_of_every_width_are_read_and_what_is_none_is_null()
    {
        Assert.Equal(3, Empty.Number([0L, 3L, null], "a"));
        Assert.Equal(3.5, Empty.Number([0L, 3.5f, null], "a"));
        Assert.Null(Empty.Number([0L, "text", null], "a"));
        Assert.Null(Empty.Number([0L, double.NaN, null], "a"));
        Assert.Null(Empty.Number([0L, 1, null], "b"));
        Assert.Null(Empty.Number([0L, 1, 2], "nosuch"));
    }

    [Fact]
    public void A_tag_that_is_not_there_is_the_empty_string() => Assert.Equal("", Empty.Tag("sensor"));
}
