using System.Device.Gpio;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Chips;

namespace EdgeDePin.Tests.Sensors.Buses;

public sealed class I2cLaneTests
{
    private const int Clock = 3;
    private const int Data = 2;
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bus_that_hangs_is_a_fault_and_other_buses_go_on()
    {
        var stuck = new SimulatedSht4x((_, _) => 20, TimeProvider.System) { Hangs = true };
        using SimulatedBuses buses = new SimulatedBuses()
            .With(1, 0x44, stuck)
            .With(1, 0x45, new SimulatedSht4x((_, _) => 21, TimeProvider.System))
            .With(3, 0x44, new SimulatedSht4x((_, _) => 22, TimeProvider.System));
        using ISensor hung = Open(buses, 1, 0x44), beside = Open(buses, 1, 0x45), elsewhere = Open(buses, 3, 0x44);

        Task<Sample> waiting = Task.Run(async () => await hung.SampleAsync(Stop), Stop);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(22, Assert.IsType<Sample.Measured>(await elsewhere.SampleAsync(Stop)).Measurements[0].Value, 0.01);
        }

        Assert.Equal(FaultKind.Bus, Assert.IsType<Sample.Faulted>(await waiting).Fault.Kind);
        // The same wires: this one cannot be read either, but it is told at once and nobody waits again.
        Assert.Equal(FaultKind.Bus, Assert.IsType<Sample.Faulted>(await beside.SampleAsync(Stop)).Fault.Kind);
        stuck.Hangs = false;
        for (int tried = 0; await beside.SampleAsync(Stop) is Sample.Faulted && tried < 100; tried++)
        {
            await Task.Delay(10, Stop);
        }

        Assert.Equal(21, Assert.IsType<Sample.Measured>(await beside.SampleAsync(Stop)).Measurements[0].Value, 0.01);
        Assert.Equal(20, Assert.IsType<Sample.Measured>(await hung.SampleAsync(Stop)).Measurements[0].Value, 0.01);
    }

    [Fact]
    public async Task Clocking_frees_a_bus_and_the_transfer_ends()
    {
        var chip = new SimulatedSht4x((_, _) => 20, TimeProvider.System) { Hangs = true };
        using SimulatedBuses buses = new SimulatedBuses().With(1, 0x44, chip);
        Func<int> clocks = HoldUntil(buses.Gpio, clocks: 5, freed: () => chip.Hangs = false);
        buses.RecoverBy(1, Clock, Data);
        using ISensor sensor = Open(buses, 1, 0x44);
        Sample sample = await Task.Run(async () => await sensor.SampleAsync(Stop), Stop);
        Assert.IsType<Sample.Measured>(sample);
        Assert.Equal(6, clocks()); // five, and that of the stop condition   // the last may be the one of the stop condition
    }

    [Fact]
    public async Task A_controller_that_gives_up_by_itself_is_freed_before_the_next_sample()
    {
        var chip = new SimulatedSht4x((_, _) => 20, TimeProvider.System) { IsPlugged = false };
        using SimulatedBuses buses = new SimulatedBuses().With(1, 0x44, chip);
        HoldUntil(buses.Gpio, clocks: 9, freed: () => chip.IsPlugged = true);
        buses.RecoverBy(1, Clock, Data);
        using ISensor sensor = Open(buses, 1, 0x44);
        Assert.Equal(FaultKind.NoAnswer, Assert.IsType<Sample.Faulted>(await sensor.SampleAsync(Stop)).Fault.Kind);
        Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
    }

    [Fact]
    public void A_bus_that_nobody_holds_is_not_disturbed()
    {
        var gpio = new SimulatedGpio();
        gpio.Driven += (pin, _) => Assert.Fail($"pin {pin} was driven");
        Assert.False(new I2cBusClocking(new GpioController(gpio), Clock, Data).TryFree());
    }

    [Fact]
    public void A_line_that_nine_clocks_do_not_free_is_told()
    {
        var gpio = new SimulatedGpio();
        HoldUntil(gpio, clocks: 10, freed: () => { });
        Assert.False(new I2cBusClocking(new GpioController(gpio), Clock, Data).TryFree());
    }

    // A chip that was interrupted while it sent a zero holds SDA until it has seen the rest of its clocks.
    private static Func<int> HoldUntil(SimulatedGpio gpio, int clocks, Action freed)
    {
        gpio.SetContact(Data, true);
        int seen = 0;
        gpio.Driven += (pin, value) =>
        {
            if (pin == Clock && value == PinValue.High && ++seen == clocks)
            {
                gpio.SetContact(Data, false);
                freed();
            }
        };
        return () => seen;
    }

    private static ISensor Open(SimulatedBuses buses, int bus, int address) => SensorCatalog.Open(
        new SensorOptions { Id = $"a{bus}-{address}", Chip = "sht4x", Bus = $"i2c:{bus}", Address = address }, buses, TimeProvider.System);
}
