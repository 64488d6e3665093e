using EdgeDePin.Web.Now;

namespace EdgeDePin.Tests.Web;

public sealed class AqiCategoryTests
{
    /// <summary>EPA-454/B-24-002, tables 1 (names, ranges) and 2 (colours).</summary>
    [Theory]
    [InlineData(0, "Good", "#00e400")]
    [InlineData(50, "Good", "#00e400")]
    [InlineData(50.4, "Good", "#00e400")]
    [InlineData(50.5, "Moderate", "#ffff00")] // the index is an integer: it is rounded before it is named
    [InlineData(100, "Moderate", "#ffff00")]
    [InlineData(101, "Unhealthy for Sensitive Groups", "#ff7e00")]
    [InlineData(151, "Unhealthy", "#ff0000")]
    [InlineData(201, "Very Unhealthy", "#8f3f97")]
    [InlineData(300, "Very Unhealthy", "#8f3f97")]
    [InlineData(301, "Hazardous", "#7e0023")]
    [InlineData(712, "Hazardous", "#7e0023")] // beyond the table it is still hazardous
    public void An_index_has_the_name_and_colour_EPA_gave_it(double index, string name, string colour)
    {
        AqiCategory category = AqiCategory.Of(index);

        Assert.Equal((name, colour), (category.Name, category.Colour));
    }
}
