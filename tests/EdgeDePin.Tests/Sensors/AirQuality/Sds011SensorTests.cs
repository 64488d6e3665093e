using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.AirQuality.Sds011;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Chips;

namespace EdgeDePin.Tests.Sensors.AirQuality;

public sealed class Sds011SensorTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly AcceleratedTime _time = new(TimeProvider.System, DateTimeOffset.UnixEpoch, 500);

    [Fact]
    public async Task Reports_that_stood_in_the_line_before_the_question_are_not_told()
    {
        var chip = new SimulatedSds011((quantity, _) => quantity == Quantity.Pm25 ? 3.1 : 7.4, _time);
        chip.Say(SimulatedSds011.Report(99, 99));
        chip.Say([0xAA, 0xC0, 0x01]);
        using var sensor = new Sds011Sensor(new SensorId("porch"), chip, _time);
        var measured = Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
        Assert.Equal([3.1, 7.4], measured.Measurements.Select(one => one.Value));
    }

    [Fact]
    public async Task Silence_is_a_timeout_with_a_remedy()
    {
        using var sensor = new Sds011Sensor(
            new SensorId("porch"), new SimulatedSds011((_, _) => 1, _time) { IsPlugged = false }, _time);
        SensorFault fault = Assert.IsType<Sample.Faulted>(await sensor.SampleAsync(Stop)).Fault;
        Assert.Equal(FaultKind.Timeout, fault.Kind);
        Assert.Contains("TX and RX", fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_instead_of_frames_is_corruption()
    {
        var chip = new SimulatedSds011((_, _) => 1, _time) { IsPlugged = false };
        chip.Say([1, 2, 3, 0xAA, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
        using var sensor = new Sds011Sensor(new SensorId("porch"), chip, _time);
        Assert.Equal(FaultKind.Corrupted, Assert.IsType<Sample.Faulted>(await sensor.SampleAsync(Stop)).Fault.Kind);
    }
}
