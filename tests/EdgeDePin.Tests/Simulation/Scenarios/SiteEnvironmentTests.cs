using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Grid.Dsmr;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Tests.Simulation.Scenarios;

/// <summary>What the sensors of a site, and those of neighbouring sites, have to agree about.</summary>
public sealed class SiteEnvironmentTests
{
    private const int City = 5;
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Shared => ["temperature", "humidity", "pressure", "illuminance", "wind_speed", "rain_rate", "pm2_5", "co2", "frequency", "voltage"];

    [Theory]
    [MemberData(nameof(Shared))]
    public void Neighbours_of_one_city_go_together_and_are_not_the_same(string name)
    {
        Quantity quantity = Quantity.Parse(name);
        SiteEnvironment here = new(City, 100, Start), near = new(City, 250, Start);
        double[] mine = Course(here, quantity), theirs = Course(near, quantity);
        Assert.InRange(Correlation(mine, theirs), quantity == Quantity.Voltage ? 0.5 : 0.8, 1);
        Assert.Equal(quantity == Quantity.Frequency, mine.SequenceEqual(theirs));   // there is one frequency in a whole grid
    }

    // What comes back every day is left aside: of two cities the evenings are warm and the nights are dark alike.
    [Theory]
    [InlineData("pressure")]
    [InlineData("wind_speed")]
    [InlineData("frequency")]
    public void Another_city_has_other_weather_and_another_grid(string name)
    {
        Quantity quantity = Quantity.Parse(name);
        Assert.InRange(Math.Abs(Correlation(Course(new SiteEnvironment(City, 100, Start), quantity), Course(new SiteEnvironment(City + 1_000, 100, Start), quantity))), 0, 0.5);
    }

    [Fact]
    public void A_house_exports_what_its_roof_delivers_beyond_its_load_and_counts_it()
    {
        var site = new SiteEnvironment(City, 100, Start);
        double imported = -At(site, Quantity.Energy, Start), exported = -At(site, Quantity.EnergyExported, Start), total = -At(site, Quantity.EnergyTotal, Start);
        double inward = 0, outward = 0;
        for (DateTimeOffset at = Start; at < Start.AddDays(2); at = at.AddSeconds(10))
        {
            double watts = At(site, Quantity.Power, at);
            inward += Math.Max(0, watts) / 360_000;
            outward += Math.Max(0, -watts) / 360_000;
        }

        DateTimeOffset end = Start.AddDays(2);
        Assert.Equal(inward, imported + At(site, Quantity.Energy, end), 0.01);
        Assert.Equal(outward, exported + At(site, Quantity.EnergyExported, end), 0.01);
        Assert.Equal(inward + outward, total + At(site, Quantity.EnergyTotal, end), 0.01);
        Assert.InRange(outward, 5, 60);
    }

    // The pyranometer, the inverter and the meter see the same cloud.
    [Fact]
    public void Light_and_the_power_of_the_panels_agree()
    {
        var site = new SiteEnvironment(City, 100, Start);
        Assert.InRange(Correlation(Course(site, Quantity.Illuminance), Course(site, Quantity.DcPower)), 0.95, 1);
    }

    [Fact]
    public void In_a_night_of_inversion_it_is_colder_calmer_and_dustier()
    {
        var site = new SiteEnvironment(City, 100, Start);
        (double Inversion, double Wind, double Dust)[] nights =
        [
            .. Enumerable.Range(0, 60).Select(day => Start.AddDays(day).AddHours(3.5)).Select(at => (site.Inversion(at), At(site, Quantity.WindSpeed, at), At(site, Quantity.Pm25, at))),
        ];
        (double Inversion, double Wind, double Dust)[] still = [.. nights.Where(night => night.Inversion > 0.4)], open = [.. nights.Where(night => night.Inversion == 0)];
        Assert.True(still.Length >= 5 && open.Length >= 10, $"{still.Length} of inversion, {open.Length} without");
        Assert.True(still.Average(night => night.Dust) > 1.4 * open.Average(night => night.Dust));
        Assert.True(still.Average(night => night.Wind) < 0.6 * open.Average(night => night.Wind));
    }

    [Fact]
    public void In_a_month_power_stations_are_lost_and_voltages_sag_and_both_come_back()
    {
        var grid = new GridScenario(City);
        double lowest = 50, deepest = 0;
        int losses = 0, sags = 0;
        bool wasLost = false, wasSagging = false;
        for (DateTimeOffset at = Start; at < Start.AddDays(30); at = at.AddSeconds(1))
        {
            bool isLost = grid.Loss(at) > 0.05, isSagging = grid.Sag(at) > 0;
            losses += isLost && !wasLost ? 1 : 0;
            sags += isSagging && !wasSagging ? 1 : 0;
            (wasLost, wasSagging) = (isLost, isSagging);
            lowest = isLost ? Math.Min(lowest, grid.Hertz(at)) : lowest;
            deepest = Math.Max(deepest, grid.Sag(at));
        }

        Assert.InRange(losses, 20, 100);
        Assert.InRange(sags, 30, 150);
        Assert.InRange(lowest, 49.5, 49.9);      // above what sheds load
        Assert.InRange(deepest, 0.11, 0.2);      // a sag in the sense of EN 50160: below 90 %
    }

    [Fact]
    public void A_meter_of_two_tariffs_counts_each_second_in_one_of_them()
    {
        double energy = 100;
        DateTimeOffset evening = new(2026, 6, 1, 21, 59, 0, TimeSpan.Zero);   // a Monday; the low tariff begins at 23 h of winter time
        Assert.False(SimulatedDsmr.IsLow(evening));
        Assert.True(SimulatedDsmr.IsLow(evening.AddMinutes(2)));
        Assert.True(SimulatedDsmr.IsLow(new DateTimeOffset(2026, 6, 6, 12, 0, 0, TimeSpan.Zero)));
        byte[] telegram = SimulatedDsmr.Telegram((quantity, _) => quantity == Quantity.Energy ? energy : 0.5, evening, low: 61.5);
        Answer<DsmrTelegram> answer = DsmrScanner.Read(telegram);
        Assert.False(answer.Failed(out SensorFault? fault, out DsmrTelegram? read), fault?.Detail);
        Assert.Equal((61.5, 38.5), (read!.Value("1-0:1.8.1", "kWh"), read.Value("1-0:1.8.2", "kWh")));
        Assert.Equal("0002", read.Line("0-0:96.14.0")!.Values[0]);
    }

    private static double At(SiteEnvironment site, Quantity quantity, DateTimeOffset at) => site.At(quantity, at)!.Value;

    // Five days, each ten minutes.
    private static double[] Course(SiteEnvironment site, Quantity quantity) =>
        [.. Enumerable.Range(0, 720).Select(step => At(site, quantity, Start.AddMinutes(10 * step)))];

    private static double Correlation(double[] one, double[] other)
    {
        double x = one.Average(), y = other.Average();
        double both = one.Zip(other, (a, b) => (a - x) * (b - y)).Sum();
        return both / Math.Sqrt(one.Sum(a => (a - x) * (a - x)) * other.Sum(b => (b - y) * (b - y)));
    }
}
