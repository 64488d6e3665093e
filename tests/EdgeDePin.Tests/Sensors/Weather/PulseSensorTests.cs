using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Chips;
using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.Sensors.Weather;

public sealed class PulseSensorTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task Wind_turns_the_cups_and_is_read_at_the_pin()
    {
        using var buses = new SimulatedBuses();
        using ISensor sensor = SensorCatalog.Open(new SensorOptions { Chip = "anemometer", Bus = "gpio:5" }, buses, _time);
        Task<Sample> first = sensor.SampleAsync(Stop).AsTask();
        using var cups = new SimulatedAnemometer(buses.Gpio, 5, (_, _) => 6, _time);
        Pass(TimeSpan.FromSeconds(4));
        await first;
        Task<Sample> second = sensor.SampleAsync(Stop).AsTask();
        Pass(TimeSpan.FromSeconds(60));
        var measured = Assert.IsType<Sample.Measured>(await second);
        Assert.Equal([Quantity.WindSpeed, Quantity.WindGust], measured.Measurements.Select(one => one.Quantity));
        Assert.Equal(6, measured.Measurements[0].Value, 0.4);
        Assert.InRange(measured.Measurements[1].Value, measured.Measurements[0].Value, 6.7);
    }

    [Fact]
    public async Task Rain_tips_the_bucket_and_bounces_are_no_rain()
    {
        using var buses = new SimulatedBuses();
        using ISensor sensor = SensorCatalog.Open(new SensorOptions { Chip = "raingauge", Bus = "gpio:6" }, buses, _time);
        Assert.Equal(0, Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop)).Measurements[0].Value);
        // 10 mm an hour.
        using var gauge = new SimulatedRainGauge(buses.Gpio, 6, (_, now) => 10 * (now - DateTimeOffset.UnixEpoch).TotalHours, _time);
        Pass(TimeSpan.FromMinutes(30));
        var measured = Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
        Assert.Equal(5, measured.Measurements[0].Value, 0.28);
        Assert.Equal(10, measured.Measurements[1].Value, 0.2);
    }

    private void Pass(TimeSpan span)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromMilliseconds(20))
        {
            _time.Advance(TimeSpan.FromMilliseconds(20));
        }
    }
}
