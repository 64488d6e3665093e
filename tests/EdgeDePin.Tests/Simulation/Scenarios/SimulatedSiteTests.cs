using EdgeDePin.Model;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Tests.Simulation.Scenarios;

public sealed class SimulatedSiteTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_site_has_one_sensor_of_each_family_and_all_are_read_every_second()
    {
        var time = new AcceleratedTime(TimeProvider.System, Start, 200);
        IReadOnlyList<ScheduledSensor> site = SimulatedSite.Sensors(1, "node-a", time);
        Assert.Equal(["bme280", "sdm630", "sds011"], site.Select(one => one.Sensor.Id.Value));
        var counters = new SamplingCounters();
        var inbox = new ReadingInbox(counters);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task all = Task.WhenAll(site.Select(one => new SamplingLoop(one, new ReadingPath(), inbox, counters, _ => { }).RunAsync(stop.Token)));
        List<Reading> readings = await inbox.Reader.ReadAllAsync(stop.Token).Select(one => one.Reading).Take(300).ToListAsync(stop.Token);
        await stop.CancelAsync();
        await all;
        Assert.Equal(10, readings.Select(reading => reading.Quantity).Distinct().Count());
        Assert.Equal(0, counters.Faults);
        foreach (ScheduledSensor one in site)
        {
            one.Sensor.Dispose();
        }
    }

    [Fact]
    public void A_year_of_every_scenario_is_within_what_the_chips_can_tell()
    {
        foreach (int seed in new[] { 1, -5, int.MaxValue })
        {
            EnvironmentSource weather = WeatherScenario.Of(seed), air = PollutionScenario.Of(seed);
            for (DateTimeOffset at = Start; at < Start.AddYears(1); at += TimeSpan.FromMinutes(97))
            {
                Assert.InRange(weather(Quantity.Temperature, at)!.Value, -10, 40);
                Assert.InRange(weather(Quantity.RelativeHumidity, at)!.Value, 0, 100);
                Assert.InRange(weather(Quantity.Pressure, at)!.Value, 95_000, 106_000);
                Assert.InRange(air(Quantity.Pm25, at)!.Value, 0, air(Quantity.Pm10, at)!.Value);
            }
        }
    }

    [Fact]
    public void Energy_never_goes_back_and_is_the_power_that_was_imported()
    {
        var house = new HouseholdScenario(3, Start);
        double first = house.At(Quantity.Energy, Start)!.Value, previous = first, integral = 0;
        for (DateTimeOffset at = Start; at < Start.AddDays(2); at += TimeSpan.FromSeconds(10))
        {
            double energy = house.At(Quantity.Energy, at)!.Value;
            Assert.True(energy >= previous);
            previous = energy;
            integral += Math.Max(0, house.At(Quantity.Power, at)!.Value) / 360_000;
        }

        Assert.Equal(integral, previous - first, 0.01);
        Assert.InRange(integral, 4, 60);
    }
}
