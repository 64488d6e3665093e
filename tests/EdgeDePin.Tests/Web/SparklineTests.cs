using EdgeDePin.Web.Now;

namespace EdgeDePin.Tests.Web;

public sealed class SparklineTests
{
    [Fact]
    public void A_gap_lifts_the_pen() => Assert.Equal("M0 30L30 2M90 30L120 2", Sparkline.Path([1, 3, null, 1, 3]));

    [Fact]
    public void A_constant_trend_is_a_line_in_the_middle() => Assert.Equal("M0 16L120 16", Sparkline.Path([5, 5]));

    [Fact]
    public void Fewer_than_two_neighbours_draw_nothing()
    {
        Assert.Equal("", Sparkline.Path([]));
        Assert.Equal("", Sparkline.Path([7]));
        Assert.Equal("", Sparkline.Path([7, null, 8]));
    }
}
