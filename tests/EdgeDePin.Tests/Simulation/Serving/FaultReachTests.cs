using System.Net;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Network;
using EdgeDePin.Simulation.Scenarios;
using EdgeDePin.Simulation.Serving;

namespace EdgeDePin.Tests.Simulation.Serving;

/// <summary>A planned fault acts, or is refused: what is announced is ground truth.</summary>
public sealed class FaultReachTests
{
    private static readonly IPEndPoint Anywhere = new(IPAddress.Loopback, 0);
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sdm120", PlannedFaultKind.BitFlip, "tcp", "checksum")]
    [InlineData("sdm120", PlannedFaultKind.Garbage, "tcp", "serial line")]
    [InlineData("sdm120", PlannedFaultKind.Hang, "tcp", "no clock")]
    [InlineData("sds011", PlannedFaultKind.Stretch, "serial", "no clock")]
    [InlineData("mhz19b", PlannedFaultKind.BrownOut, "serial", "no settings")]
    [InlineData("mhz19b", PlannedFaultKind.Saturated, "serial", "no humidity")]
    [InlineData("mhz19b", PlannedFaultKind.CounterWrap, "serial", "no counter")]
    [InlineData("sds011", PlannedFaultKind.ClockStep, "serial", "time of day")]
    [InlineData("bme280", PlannedFaultKind.BitFlip, "i2c", "checksum")]
    [InlineData("sht4x", PlannedFaultKind.Garbage, "i2c", "serial line")]
    [InlineData("anemometer", PlannedFaultKind.NoAnswer, "gpio", "asked nothing")]
    [InlineData("ds18b20", PlannedFaultKind.Hang, "onewire", "no clock")]
    public void A_fault_that_cannot_act_is_refused_with_its_place_and_those_that_can(string chip, PlannedFaultKind kind, string line, string why)
    {
        var fault = new PlannedFault { Site = "roof", Sensor = chip, Kind = kind, AtSeconds = 30 };
        string message = Assert.Throws<FormatException>(() => ServedScenario.Serve(City(chip, fault), 1, false, Anywhere, TimeProvider.System)).Message;
        Assert.StartsWith($"the fault {kind} of roof/{chip} at 30 s cannot act on a {chip} on {line}: ", message, StringComparison.Ordinal);
        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.Contains("Plan one of Unplug", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PlannedFaultKind.Unplug)]
    [InlineData(PlannedFaultKind.NoAnswer)]
    [InlineData(PlannedFaultKind.ShortFrame)]
    public async Task A_fault_of_the_wire_acts_on_a_meter_behind_tcp_and_on_no_other(PlannedFaultKind kind)
    {
        var time = new VirtualTime(3);
        SimulationScenario city = City("sdm120", new PlannedFault { Site = "roof", Sensor = "sdm120", Kind = kind, AtSeconds = 10, ForSeconds = 10 });
        city.Sites[0].Sensors.Add(new SensorOptions { Id = "other", Chip = "sdm120", Address = 2 });
        await using ServedScenario served = ServedScenario.Serve(city, 1, false, Anywhere, time);
        var buses = SensorBuses.Linux;
        string bus = $"tcp:127.0.0.1:{served.ModbusPort}";
        using ISensor sensor = SensorCatalog.Open(new SensorOptions { Chip = "sdm120", Bus = bus }, buses, TimeProvider.System);
        using ISensor other = SensorCatalog.Open(new SensorOptions { Id = "other", Chip = "sdm120", Bus = bus, Address = 2 }, buses, TimeProvider.System);
        foreach (int second in new[] { 0, 11, 21 })
        {
            time.Advance(TimeSpan.FromSeconds(second) - time.Elapsed);
            Assert.Equal(second == 11, served.Step().Any());
            Assert.Equal(second == 11, await sensor.SampleAsync(new SampleBuffer(), Stop) is not null);
            Assert.Null(await other.SampleAsync(new SampleBuffer(), Stop));
        }
    }

    [Theory]
    [InlineData("ds18b20", PlannedFaultKind.Unplug)]
    [InlineData("ds18b20", PlannedFaultKind.NoAnswer)]
    [InlineData("ds18b20", PlannedFaultKind.BitFlip)]
    [InlineData("ds18b20", PlannedFaultKind.ShortFrame)]
    public async Task A_fault_of_the_wire_acts_on_a_thermometer(string chip, PlannedFaultKind kind)
    {
        var time = new VirtualTime(3);
        var fault = new PlannedFault { Site = "roof", Sensor = chip, Kind = kind, AtSeconds = 10, ForSeconds = 10 };
        using var served = new ServedSensor("roof", new SensorOptions { Chip = chip }, new SiteEnvironment(3, 3, time.GetUtcNow()), [fault], 3, time);
        served.Check(served.Wired, isRead: true);
        using ISensor sensor = served.Open();
        foreach (int second in new[] { 0, 11, 21 })
        {
            time.Advance(TimeSpan.FromSeconds(second) - time.Elapsed);
            served.Step();
            Assert.Equal(second == 11, await sensor.SampleAsync(new SampleBuffer(), Stop) is not null);
        }
    }

    private static SimulationScenario City(string chip, PlannedFault fault)
    {
        var city = new SimulationScenario();
        city.Sites.Add(new SimulationSite { Name = "roof", Sensors = [new SensorOptions { Chip = chip }] });
        city.Faults.Add(fault);
        return city;
    }
}
