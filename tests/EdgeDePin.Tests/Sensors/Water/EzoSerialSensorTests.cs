using System.Text;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Sensors.Water.Ezo;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Network;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Tests.Sensors.Water;

public sealed class EzoSerialSensorTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    private readonly VirtualTime _time = new(1);
    private readonly FaultPlan _faults = new(1, 0);
    private double _value = 7.4;

    [Fact]
    public void A_circuit_as_delivered_is_asked_and_what_it_says_by_itself_is_no_answer() => Run("ezo-ph", async (sensor, chip) =>
    {
        await Task.Delay(TimeSpan.FromSeconds(10), _time);
        for (int asked = 0; asked < 5; asked++)
        {
            _value += 0.1;
            Measurement one = Assert.Single(Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Never)).Measurements);
            Assert.Equal(new Measurement(Quantity.Acidity, Math.Round(_value, 3)), one);
        }

        // It was told to be silent: nothing more is on the line than what was asked.
        Assert.Equal(TimeSpan.FromSeconds(10) + (5 * TimeSpan.FromMilliseconds(900)), _time.Elapsed);
        _faults.Forced = BusFault.NoAnswer;
        Assert.Equal(FaultKind.Timeout, Assert.IsType<Sample.Faulted>(await sensor.SampleAsync(Never)).Fault.Kind);
        Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Never));

        chip.PowerOn();
        SensorFault restarted = Assert.IsType<Sample.Faulted>(await sensor.SampleAsync(Never)).Fault;
        Assert.Contains("restarted", restarted.Detail, StringComparison.Ordinal);
        Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Never));

        chip.IsPlugged = false;
        Assert.Equal(FaultKind.Timeout, Assert.IsType<Sample.Faulted>(await sensor.SampleAsync(Never)).Fault.Kind);
        chip.IsPlugged = true;
        Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Never));
    });

    [Fact]
    public void The_unit_is_that_of_the_quantity() => Run("ezo-ec", async (sensor, _) =>
    {
        _value = 0.0450;   // S/m are 450 µS/cm
        Assert.Equal(0.0450, Assert.Single(Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Never)).Measurements).Value, 1e-9);
    });

    [Fact]
    public void Another_circuit_is_not_taken_for_the_one_that_is_configured()
    {
        using var buses = new SimulatedBuses();
        buses.With("/dev/water", new SimulatedEzoLine(EzoKind.DissolvedOxygen, (_, _) => 8, _time));
        using ISensor sensor = SensorCatalog.Open(new SensorOptions { Chip = "ezo-ph", Bus = "serial:/dev/water" }, buses, _time);
        new VirtualThread(_time).Run(async () =>
        {
            SensorFault fault = Assert.IsType<Sample.Faulted>(await sensor.SampleAsync(Never)).Fault;
            Assert.Equal(FaultKind.WrongChip, fault.Kind);
            Assert.Contains("?i,DO", fault.Detail, StringComparison.Ordinal);
        });
    }

    // The lines of the datasheet: "7.401", "?i,pH,1.98"; EC with all its outputs on.
    [Theory]
    [InlineData("7.401", 7.401)]
    [InlineData("-1", -1.0)]
    [InlineData("1413,702,0.71,1.000", 1_413.0)]
    [InlineData("7.4e1", null)]
    [InlineData("?i,pH,1.98", null)]
    [InlineData("", null)]
    public void A_number_is_digits_and_a_point(string line, double? number) => Assert.Equal(number, EzoLine.TryNumber(line, out double value) ? value : null);

    [Fact]
    public void A_line_ends_with_a_carriage_return_and_holds_text()
    {
        Assert.Equal(6, EzoLine.At("7.401\r*OK\r"u8));
        Assert.Equal(-1, EzoLine.At("7.40"u8));
        Assert.Equal(0, EzoLine.At("7.\04\r"u8));
        Assert.Equal(0, EzoLine.At("\r7.4\r"u8));
        Assert.Equal(0, EzoLine.At(Encoding.ASCII.GetBytes(new string('7', EzoLine.Longest))));
    }

    private void Run(string chip, Func<ISensor, SimulatedEzoLine, Task> work)
    {
        using var buses = new SimulatedBuses();
        var options = new SensorOptions { Chip = chip, Bus = "serial" };
        var place = new ChipPlace(options, buses, (_, _) => _value, _time, _faults);
        string bus = SimulatedChips.Wire(place);
        Assert.StartsWith("serial:", bus, StringComparison.Ordinal);
        using ISensor sensor = SensorCatalog.Open(SimulatedSite.OnBus(options, bus), buses, _time);
        new VirtualThread(_time).Run(() => work(sensor, (SimulatedEzoLine)place.Chip!));
    }
}
