using EdgeDePin.Analytics;

namespace EdgeDePin.Tests.Analytics.Weather;

public sealed class FeltWeatherTests
{
    // Environment Canada's table: -10 °C and 20 km/h, -15 °C and 40 km/h.
    [Theory]
    [InlineData(-10, 20, -17.9)]
    [InlineData(-15, 40, -27.4)]
    [InlineData(10.1, 20, null)]    // not made for warm air
    [InlineData(0, 4.7, null)]      // nor for still air
    public void Wind_chill_is_that_of_the_table(double celsius, double kilometresPerHour, double? chill) =>
        Assert.Equal(chill, WindChill.Celsius(celsius, kilometresPerHour / 3.6) is { } value ? Math.Round(value, 1) : null);

    [Fact]
    public void Apparent_temperature_is_that_of_the_Bureau_of_Meteorology() =>
        Assert.Equal(32.97, ApparentTemperature.Celsius(30, 60, 2), 0.005);

    // FAO-56, example 19: N'Diaye, Senegal, 1 October, 14 to 15 h local time (an hour behind UTC), and 2 to 3 h of that night.
    [Theory]
    [InlineData(15, 38, 52, 680.56, 3.3, 0.63)]
    [InlineData(3, 28, 90, 0, 1.9, 0.00)]
    public void Evapotranspiration_is_that_of_the_example_of_the_FAO(int hourUtc, double celsius, double humidity, double watts, double wind, double millimetres)
    {
        var hour = new HourOfWeather(
            celsius, humidity, 101_200, wind, watts, new DateTimeOffset(1998, 10, 1, hourUtc, 0, 0, TimeSpan.Zero), 16.217, -16.25, 8);
        Assert.Equal(millimetres, Evapotranspiration.Millimetres(hour, clearness: 0.8), 0.005);
    }

    // FAO-56, example 14: 3.2 m/s at 10 m are 2.4 m/s at 2 m.
    [Fact]
    public void Wind_is_brought_down_to_two_metres() => Assert.Equal(2.4, Evapotranspiration.AtTwoMetres(3.2, 10), 0.05);

    [Theory]
    [InlineData(1030, 0, 1, null, 'A')]
    [InlineData(1010, 0, 7, null, 'K')]
    [InlineData(1010, -1, 1, 180.0, 'U')]
    [InlineData(1000, 1, 7, 0.0, 'F')]
    [InlineData(980, -1, 1, 180.0, 'Z')]
    [InlineData(1100, 1, 1, null, 'A')]      // beyond the disc: its ends
    [InlineData(900, 1, 1, null, 'Y')]
    public void Zambretti_turns_to_the_letter_of_the_disc(double hectopascals, double perHour, int month, double? wind, char letter)
    {
        Assert.Equal(letter, Zambretti.Letter(hectopascals * 100, perHour * 100, month, wind));

        // South of the equator seasons and winds are those of half a year and half a turn later.
        Assert.Equal(letter, Zambretti.Letter(hectopascals * 100, perHour * 100, ((month + 5) % 12) + 1, wind + 180, northern: false));
        Assert.NotEmpty(Zambretti.Text(letter));
    }
}
