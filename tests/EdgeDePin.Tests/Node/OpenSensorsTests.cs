using System.Text;
using EdgeDePin.Model;
using EdgeDePin.Node;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Chips;
using Microsoft.Extensions.Configuration;

namespace EdgeDePin.Tests.Node;

/// <summary>The sensors of a module as its configuration makes them.</summary>
public sealed class OpenSensorsTests
{
    private const int Clock = 23;
    private const int Data = 24;
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bus_that_a_chip_holds_is_freed_by_the_pins_of_the_configuration()
    {
        var chip = new SimulatedSht4x((_, _) => 20, TimeProvider.System) { Hangs = true };
        using SimulatedBuses buses = new SimulatedBuses().With(1, 0x44, chip);
        buses.Gpio.SetContact(Data, true);
        int clocks = 0;
        buses.Gpio.Driven += (pin, value) =>
        {
            if (pin == Clock && value == System.Device.Gpio.PinValue.High && ++clocks == 7)
            {
                buses.Gpio.SetContact(Data, false);
                chip.Hangs = false;
            }
        };

        using OpenSensors sensors = OpenSensors.Of(Sensing("""{ "Bus": "i2c:1", "RecoveryScl": 23, "RecoverySda": 24 }"""), buses, TimeProvider.System);
        var counters = new SamplingCounters();
        List<SensorFaultEvent> faults = [];
        using var loop = new SamplingLoop(sensors.Scheduled[0], new ReadingPath(), new ReadingInbox(counters), counters, faults.Add);
        Assert.True(await Task.Run(() => loop.SampleAsync(DateTimeOffset.UnixEpoch, Stop), Stop), string.Join(' ', faults));
        Assert.InRange(clocks, 7, 8);
    }

    [Theory]
    [InlineData("""{ "Bus": "serial:/dev/ttyS0", "RecoveryScl": 1, "RecoverySda": 2 }""", "no I2C bus")]
    [InlineData("""{ "Bus": "i2c:1", "RecoveryScl": 5, "RecoverySda": 5 }""", "two different")]
    [InlineData("""{ "Bus": "i2c:1", "RecoveryScl": 5 }""", "not set")]
    [InlineData("""{ "Bus": "i2c:1", "RecoveryScl": 3, "RecoverySda": 24 }""", "GPIO 2 and 3 are the controller's own")]
    [InlineData("""{ "Bus": "i2c:0", "RecoveryScl": 23, "RecoverySda": 0 }""", "GPIO 0 and 1 are the controller's own")]
    [InlineData("""{ "Bus": "i2c:1", "RecoveryScl": 5, "RecoverySda": 6 }, { "Bus": "i2c:1", "RecoveryScl": 7, "RecoverySda": 8 }""", "two entries")]
    public void Pins_that_cannot_be_are_refused_before_anything_is_opened(string buses, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<OptionsException>(() => OpenSensors.Check(Sensing(buses))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(23, 900, "RecoverySda is 900: the line cannot be opened")]
    [InlineData(900, 24, "RecoveryScl is 900: the line cannot be opened")]
    public void A_pin_that_there_is_not_is_refused_at_the_start_with_its_line_and_a_remedy(int scl, int sda, string complaint)
    {
        using SimulatedBuses buses = new SimulatedBuses().With(1, 0x44, new SimulatedSht4x((_, _) => 20, TimeProvider.System));
        var error = Assert.Throws<OptionsException>(
            () => OpenSensors.Of(Sensing($$"""{ "Bus": "i2c:1", "RecoveryScl": {{scl}}, "RecoverySda": {{sda}} }"""), buses, TimeProvider.System));
        Assert.Contains($"Configuration Sensing:Buses: i2c:1: {complaint}", error.Message, StringComparison.Ordinal);
        Assert.Contains("name one that exists", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pin_that_another_program_has_is_refused_at_the_start_and_one_that_is_free_is_let_go_again()
    {
        using SimulatedBuses buses = new SimulatedBuses().With(1, 0x44, new SimulatedSht4x((_, _) => 20, TimeProvider.System));
        SensingOptions sensing = Sensing("""{ "Bus": "i2c:1", "RecoveryScl": 23, "RecoverySda": 24 }""");
        OpenSensors.Of(sensing, buses, TimeProvider.System).Dispose();
        buses.Gpio.Taken.Add(Data);
        Assert.Contains("RecoverySda is 24", Assert.Throws<OptionsException>(() => OpenSensors.Of(sensing, buses, TimeProvider.System)).Message, StringComparison.Ordinal);
        buses.Gpio.Taken.Clear();
        OpenSensors.Of(sensing, buses, TimeProvider.System).Dispose();
    }

    [Fact]
    public async Task Samples_begin_when_they_are_due_on_the_thread_of_their_bus()
    {
        var chip = new SimulatedSht4x((_, _) => 20, TimeProvider.System);
        using SimulatedBuses buses = new SimulatedBuses().With(1, 0x44, chip);
        using OpenSensors sensors = OpenSensors.Of(Sensing(""), buses, TimeProvider.System);
        List<string?> threads = [];
        int seen = 0;
        await foreach (DateTimeOffset _ in sensors.Scheduled[0].Schedule.WithCancellation(Stop))
        {
            threads.Add(Thread.CurrentThread.Name);
            if (++seen == 4)
            {
                break;
            }
        }

        Assert.All(threads.Skip(1), name => Assert.Equal("sample i2c:1", name));
        Assert.Equal(3, sensors.Scheduled[0].Lateness!.Summary.Slots);
    }

    private static SensingOptions Sensing(string buses)
    {
        string json = $$"""{ "Sensing": { "Sensors": [ { "Chip": "sht4x", "Bus": "i2c:1", "PeriodMilliseconds": 50 } ], "Buses": [ {{buses}} ] } }""";
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return NodeSections.Sensing(new ConfigurationBuilder().AddJsonStream(stream).Build());
    }
}
