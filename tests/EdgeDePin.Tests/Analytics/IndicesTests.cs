using EdgeDePin.Analytics;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Analytics;

public sealed class IndicesTests
{
    // EPA 454/B-24-002 (May 2024), the ends of the rows; beyond the table its last slope goes on.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(9.0, 50)]
    [InlineData(9.05, 50)]   // truncated to 9.0, not rounded to 9.1
    [InlineData(9.1, 51)]
    [InlineData(12, 56)]
    [InlineData(28.4, 87)]   // the official NowCast example on the breakpoints of 2024
    [InlineData(35.4, 100)]
    [InlineData(35.5, 101)]
    [InlineData(55.5, 151)]
    [InlineData(125.5, 201)]
    [InlineData(225.4, 300)]
    [InlineData(225.5, 301)]
    [InlineData(325.4, 500)]
    [InlineData(425.3, 699)]
    [InlineData(-0.1, null)]
    [InlineData(double.NaN, null)]
    public void Pm25_has_the_index_of_the_EPA(double concentration, int? index) =>
        Assert.Equal(index, UsAqi.Of(Quantity.Pm25, concentration));

    [Theory]
    [InlineData(54, 50)]
    [InlineData(54.9, 50)]
    [InlineData(55, 51)]
    [InlineData(154, 100)]
    [InlineData(155, 101)]
    [InlineData(254, 150)]
    [InlineData(255, 151)]
    [InlineData(354, 200)]
    [InlineData(355, 201)]
    [InlineData(424, 300)]
    [InlineData(425, 301)]
    [InlineData(604, 500)]
    public void Pm10_has_the_index_of_the_EPA(double concentration, int index) =>
        Assert.Equal(index, UsAqi.Of(Quantity.Pm10, concentration));

    [Fact]
    public void Other_quantities_have_no_index() => Assert.Null(UsAqi.Of(Quantity.Temperature, 20));

    // The EPA's worked example, as kept by MazamaScience/air-monitor-algorithms: 28.4098, truncated.
    [Fact]
    public void NowCast_gives_the_official_example() =>
        Assert.Equal(28.4, NowCast.Of(Quantity.Pm25, [34.9, 43, 50, 64.9, 69.2, 66.2, 53.7, 48.6, 49.2, 35, null, 21]));

    public static TheoryData<double?[], double?> NowCasts => new()
    {
        { [], null },
        { [5], null },
        { [5, null, null], null },                 // one of the last three hours
        { [9, 9, null, null, 5], null },
        { [5, null, 5], 5 },
        { [0, 0], 0 },                             // clean air divides by nothing
        { [1000, .. Enumerable.Repeat((double?)7, 12)], 7 },  // the thirteenth hour back is forgotten
    };

    [Theory]
    [MemberData(nameof(NowCasts))]
    public void NowCast_needs_two_of_the_last_three_hours(double?[] means, double? nowCast) =>
        Assert.Equal(nowCast, NowCast.Of(Quantity.Pm25, means));

    // Magnus with 17.62 and 243.12.
    [Theory]
    [InlineData(20, 50, 9.255)]
    [InlineData(25, 60, 16.693)]
    [InlineData(-10, 80, -12.797)]
    [InlineData(15, 100, 15)]
    public void Dew_point_follows_Magnus(double celsius, double humidity, double dewPoint) =>
        Assert.Equal(dewPoint, DewPoint.Celsius(celsius, humidity)!.Value, 0.0005);

    // weewx computes the same with slightly other constants: 68 °F and 50 % give 48.7 °F, 32 °F 15.5 °F, -10 °F -23.5 °F.
    [Theory]
    [InlineData(68, 48.7)]
    [InlineData(32, 15.5)]
    [InlineData(-10, -23.5)]
    public void Dew_point_agrees_with_weewx_within_its_other_constants(double fahrenheit, double dewPoint) =>
        Assert.Equal(dewPoint, (DewPoint.Celsius((fahrenheit - 32) / 1.8, 50)!.Value * 1.8) + 32, 0.3);

    [Fact]
    public void Dry_air_has_no_dew_point() => Assert.Null(DewPoint.Celsius(20, 0));

    [Fact]
    public void Pressure_is_reduced_to_sea_level()
    {
        Assert.Equal(101_325, SeaLevelPressure.Pascals(95_000, 546.89, 15), 1.0);
        Assert.Equal(95_000, SeaLevelPressure.Pascals(95_000, 0, 15));
    }
}
