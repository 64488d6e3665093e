using EdgeDePin.Analytics;

namespace EdgeDePin.Tests.Analytics.AirQuality;

public sealed class IndexTableTests
{
    // EPA 454/B-24-002, table 6: the ends of the rows.
    [Theory]
    [InlineData(Pollutant.Ozone, 54, 50)]
    [InlineData(Pollutant.Ozone, 55, 51)]
    [InlineData(Pollutant.Ozone, 70, 100)]
    [InlineData(Pollutant.Ozone, 71, 101)]
    [InlineData(Pollutant.Ozone, 105, 200)]
    [InlineData(Pollutant.Ozone, 200, 300)]
    [InlineData(Pollutant.Ozone, 201, null)]      // of 8 hours there is no index above 300
    [InlineData(Pollutant.CarbonMonoxide, 4.4, 50)]
    [InlineData(Pollutant.CarbonMonoxide, 9.49, 100)]
    [InlineData(Pollutant.CarbonMonoxide, 9.5, 101)]
    [InlineData(Pollutant.CarbonMonoxide, 50.4, 500)]
    [InlineData(Pollutant.SulphurDioxide, 35, 50)]
    [InlineData(Pollutant.SulphurDioxide, 185, 150)]
    [InlineData(Pollutant.SulphurDioxide, 186, 151)]
    [InlineData(Pollutant.SulphurDioxide, 1_004, 500)]
    [InlineData(Pollutant.NitrogenDioxide, 53, 50)]
    [InlineData(Pollutant.NitrogenDioxide, 100, 100)]
    [InlineData(Pollutant.NitrogenDioxide, 649, 200)]
    [InlineData(Pollutant.NitrogenDioxide, 2_049, 500)]
    public void Gases_have_the_index_of_the_EPA(Pollutant pollutant, double concentration, int? index) =>
        Assert.Equal(index, UsAqi.Of(pollutant, concentration));

    // The edges as the EEA publishes them, each with the next value above.
    [Theory]
    [InlineData("2017", Pollutant.Pm25, 10, 10.1, EuAqiBand.Good)]
    [InlineData("2017", Pollutant.Pm25, 75, 75.1, EuAqiBand.VeryPoor)]
    [InlineData("2017", Pollutant.Pm10, 50, 50.1, EuAqiBand.Moderate)]
    [InlineData("2017", Pollutant.Ozone, 240, 240.1, EuAqiBand.Poor)]
    [InlineData("2017", Pollutant.NitrogenDioxide, 40, 40.1, EuAqiBand.Good)]
    [InlineData("2017", Pollutant.SulphurDioxide, 750, 751, EuAqiBand.VeryPoor)]
    [InlineData("2024", Pollutant.Pm25, 5, 5.1, EuAqiBand.Good)]
    [InlineData("2024", Pollutant.Pm25, 15, 15.1, EuAqiBand.Fair)]
    [InlineData("2024", Pollutant.Pm10, 195, 195.1, EuAqiBand.Poor)]
    [InlineData("2024", Pollutant.Ozone, 180, 180.1, EuAqiBand.VeryPoor)]
    [InlineData("2024", Pollutant.NitrogenDioxide, 25, 25.1, EuAqiBand.Fair)]
    [InlineData("2024", Pollutant.SulphurDioxide, 20, 20.1, EuAqiBand.Good)]
    public void The_European_index_changes_its_band_above_the_edge(string version, Pollutant pollutant, double edge, double above, EuAqiBand band)
    {
        EuAqi index = version == "2017" ? EuAqi.Of2017 : EuAqi.Of2024;
        Assert.Equal(version, index.Version);
        Assert.Equal(band, index.Of(pollutant, edge));
        Assert.Equal(band + 1, index.Of(pollutant, above));
    }

    [Fact]
    public void What_is_not_in_the_European_table_has_no_band()
    {
        Assert.Null(EuAqi.Of2024.Of(Pollutant.CarbonMonoxide, 1));
        Assert.Null(EuAqi.Of2024.Of(Pollutant.Pm25, -1));
        Assert.Null(EuAqi.Of2024.Of(Pollutant.Pm25, double.NaN));
    }
}
