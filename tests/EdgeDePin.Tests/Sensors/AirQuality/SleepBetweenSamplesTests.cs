using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.AirQuality;
using EdgeDePin.Sensors.AirQuality.Pms5003;
using EdgeDePin.Sensors.AirQuality.Sds011;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Network;

namespace EdgeDePin.Tests.Sensors.AirQuality;

public sealed class SleepBetweenSamplesTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly VirtualTime _time = new(1);

    [Fact]
    public void An_sds011_is_on_for_half_a_minute_at_each_sample()
    {
        var chip = new SimulatedSds011((_, _) => 7, _time);
        using var sensor = new Sds011Sensor(new SensorId("a"), Port(chip), sleeps: true);
        Assert.All(Samples(sensor, () => chip.IsAwake), sample => Assert.IsType<Sample.Measured>(sample));
        Assert.InRange(sensor.Laser.On.TotalSeconds, 300, 305);
        Assert.Equal(sensor.Laser.On / TimeSpan.FromHours(8_000), sensor.Laser.LifeUsed);
        Assert.Equal(10, sensor.Laser.Use.Cycles);
    }

    [Fact]
    public void A_pms5003_is_on_for_half_a_minute_at_each_sample()
    {
        var chip = new SimulatedPms5003(Pms5003Model.Pms5003, (_, _) => 7, _time);
        using var sensor = new Pms5003Sensor(new SensorId("a"), Port(chip), Pms5003Model.Pms5003, sleeps: true);
        Assert.All(Samples(sensor, () => chip.IsAwake), sample => Assert.IsType<Sample.Measured>(sample));
        Assert.InRange(sensor.Laser.On.TotalSeconds, 300, 305);
    }

    // Ten samples, one in five minutes; between them the chip is asleep.
    private List<Sample> Samples(ISensor sensor, Func<bool> isAwake)
    {
        List<Sample> samples = [];
        new VirtualThread(_time).Run(async () =>
        {
            for (int i = 0; i < 10; i++)
            {
                samples.Add(await sensor.SampleAsync(Stop));
                Assert.False(isAwake());
                await Task.Delay(TimeSpan.FromMinutes(5) - LaserClock.WarmUp, _time, Stop);
            }
        });
        return samples;
    }

    private StreamPort Port(SimulatedUartChip chip) => new("sim", (_, _, _) => ValueTask.FromResult<Stream>(chip), _time);
}
