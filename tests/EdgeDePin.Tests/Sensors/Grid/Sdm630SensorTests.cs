using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Chips;

namespace EdgeDePin.Tests.Sensors.Grid;

public sealed class Sdm630SensorTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private static readonly Dictionary<Quantity, double> Values = new()
    {
        [Quantity.Voltage] = 230.25,
        [Quantity.Current] = 5.5,
        [Quantity.Power] = -1_266.375,
        [Quantity.Energy] = 4_321.5,
        [Quantity.Frequency] = 49.98,
    };

    [Fact]
    public async Task A_meter_behind_tcp_is_read_and_again_after_it_restarted()
    {
        var meter = new SimulatedSdm630((quantity, _) => Values[quantity], TimeProvider.System);
        await using var server = new SimulatedModbusServer(meter);
        using ISensor sensor = Open(server.Port);
        var measured = Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
        Assert.Equal(
            Values.Select(pair => new Measurement(pair.Key, (float)pair.Value)), measured.Measurements);

        server.Disturb = answer => [0, 0, .. answer[2..]];   // an answer to another question
        Assert.Equal(FaultKind.Corrupted, Assert.IsType<Sample.Faulted>(await sensor.SampleAsync(Stop)).Fault.Kind);
        server.Disturb = answer => answer;
        Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
    }

    [Fact]
    public async Task Nobody_listening_is_a_fault()
    {
        int port;
        await using (var server = new SimulatedModbusServer(new SimulatedSdm630((_, _) => 0, TimeProvider.System)))
        {
            port = server.Port;
        }

        using ISensor sensor = Open(port);
        Assert.Equal(FaultKind.Bus, Assert.IsType<Sample.Faulted>(await sensor.SampleAsync(Stop)).Fault.Kind);
    }

    [Fact]
    public async Task A_value_that_the_meter_does_not_have_is_left_out()
    {
        var meter = new SimulatedSdm630(
            (quantity, _) => quantity == Quantity.Energy ? null : Values[quantity], TimeProvider.System);
        await using var server = new SimulatedModbusServer(meter);
        using ISensor sensor = Open(server.Port);
        var measured = Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
        Assert.DoesNotContain(measured.Measurements, one => one.Quantity == Quantity.Energy);
        Assert.Equal(4, measured.Measurements.Length);
    }

    private static ISensor Open(int port) => SensorCatalog.Open(
        new SensorOptions { Chip = "sdm630", Bus = $"tcp:127.0.0.1:{port}" }, SensorBuses.Linux, TimeProvider.System);
}
