using EdgeDePin.Model;
using EdgeDePin.Node;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.AirQuality;
using EdgeDePin.Sensors.AirQuality.Sds011;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Storage;
using EdgeDePin.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.Node;

/// <summary>The hours of a laser outlive the process that counts them.</summary>
public sealed class LaserBookTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Hours_and_cycles_go_on_after_a_restart_and_stand_in_the_metrics()
    {
        for (int start = 1; start <= 3; start++)
        {
            using SamplingLoop loop = Loop("dust");
            var book = new LaserBook(_folder, [loop]);
            loop.Laser!.SwitchOn();
            _time.Advance(TimeSpan.FromHours(100));
            loop.Laser.SwitchOff();
            _time.Advance(TimeSpan.FromHours(7));   // off: not counted
            book.Write();
            Dictionary<string, FieldValue> fields = SensorPoints.Health(loop, new NodeOptions(), _time.GetUtcNow()).Fields.ToDictionary(field => field.Key, field => field.Value);
            Assert.Equal(100.0 * start, fields["laser_hours"].AsFloat, 1e-6);
            Assert.Equal(start, fields["laser_cycles"].AsInteger);
            Assert.Equal(100.0 * start / 8_000, fields["laser_life_used"].AsFloat, 1e-9);
        }
    }

    [Fact]
    public void A_sensor_that_is_not_there_for_a_while_keeps_its_hours()
    {
        using SamplingLoop first = Loop("first"), second = Loop("second");
        new LaserBook(_folder, [first]).Write();
        first.Laser!.GoOnFrom(new LaserUse(TimeSpan.FromHours(5), 2));
        new LaserBook(_folder, [first]).Write();
        new LaserBook(_folder, [second]).Write();
        using SamplingLoop again = Loop("first");
        _ = new LaserBook(_folder, [again]);
        Assert.Equal(new LaserUse(TimeSpan.FromHours(5), 2), again.Laser!.Use);
    }

    [Theory]
    [InlineData("{ \"dust\": { \"Hours\": -1 } }")]
    [InlineData("{ \"dust\": 3 }")]
    [InlineData("not json")]
    public void A_file_that_is_none_of_ours_is_named(string text)
    {
        File.WriteAllText(Path.Combine(_folder, "lasers.json"), text);
        using SamplingLoop loop = Loop("dust");
        Assert.Contains("lasers.json", Assert.Throws<FormatException>(() => new LaserBook(_folder, [loop])).Message, StringComparison.Ordinal);
    }

    private SamplingLoop Loop(string id)
    {
        var counters = new SamplingCounters();
        var sensor = new Sds011Sensor(new SensorId(id), new StreamPort(new SimulatedSds011((_, _) => 7, _time), _time), sleeps: true);
        return new SamplingLoop(ScheduledSensor.Every(TimeSpan.FromMinutes(5), sensor, _time), new ReadingPath(), new ReadingInbox(counters), counters, _ => { });
    }
}
