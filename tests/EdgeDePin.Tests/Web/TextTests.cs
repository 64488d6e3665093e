using EdgeDePin.Web.Text;

namespace EdgeDePin.Tests.Web;

public sealed class TextTests
{
    [Theory]
    [InlineData("temperature", "Cel", 21.04, "21.0", "°C")]
    [InlineData("temperature", "Cel", -0.04, "0.0", "°C")] // no sign that the digits do not show
    [InlineData("temperature", "Cel", -3.2, "\u22123.2", "°C")]
    [InlineData("pressure", "Pa", 101325, "1\u2009013.3", "hPa")] // standard atmosphere, ISO 2533
    [InlineData("humidity", "%RH", 45.55, "45.6", "% RH")]
    [InlineData("pm2_5", "ug/m3", 12, "12.0", "µg/m³")]
    [InlineData("us_aqi", "1", 50.6, "51", "")]
    [InlineData("something_new", "lx", 3, "3.00", "lx")] // an unknown unit is shown as it is
    public void A_quantity_is_shown_in_the_unit_people_use(string name, string unit, double stored, string number, string shownUnit)
    {
        Shown shown = Shown.For(name, unit);

        Assert.Equal((number, shownUnit), (shown.Number(stored), shown.Unit));
    }

    [Theory]
    [InlineData("pm2_5", "PM2.5")]
    [InlineData("dew_point", "Dew point")]
    [InlineData("", "")]
    public void A_field_becomes_words(string name, string label) => Assert.Equal(label, Shown.For(name, "Cel").Label);

    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.0, "0 µs")]
    [InlineData(0.0423, "42.3 µs")]
    [InlineData(12.0, "12 ms")]
    [InlineData(9.996, "10 ms")]
    [InlineData(1234.0, "1.23 s")]
    [InlineData(900_000.0, "15 min")]
    [InlineData(86_400_000.0, "24 h")]
    [InlineData(604_800_000.0, "7 d")]
    [InlineData(7.0 * 31_557_600_000, "7 years")]
    [InlineData(-12.0, "\u221212 ms")]
    public void A_duration_has_three_significant_digits(double? milliseconds, string text) =>
        Assert.Equal(text, NumberText.Milliseconds(milliseconds));

    [Theory]
    [InlineData(null, "–")]
    [InlineData(1023.0, "1\u2009023 B")]
    [InlineData(1024.0, "1 KiB")]
    [InlineData(7_654_321.0, "7.3 MiB")]
    [InlineData(3_221_225_472.0, "3 GiB")]
    public void A_size_is_in_IEC_units(double? bytes, string text) => Assert.Equal(text, NumberText.Bytes(bytes));

    [Theory]
    [InlineData(12.0, 10.0, "+20 %")]
    [InlineData(8.0, 10.0, "\u221220 %")]
    [InlineData(8.0, 0.0, "–")] // relative to nothing there is no deviation
    [InlineData(null, 10.0, "–")]
    public void A_prediction_is_compared_with_the_truth(double? predicted, double actual, string text) =>
        Assert.Equal(text, NumberText.Deviation(predicted, actual));
}
