using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Weather.Bme280;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Chips;

namespace EdgeDePin.Tests.Sensors.Weather;

public sealed class Bme280SensorTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly AcceleratedTime _time = new(TimeProvider.System, DateTimeOffset.UnixEpoch, 1_000);

    [Fact]
    public async Task A_channel_that_the_chip_skipped_is_left_out()
    {
        using Bme280Sensor sensor = Sensor(new SimulatedBme280(
            (quantity, _) => quantity == Quantity.RelativeHumidity ? null : Mild(quantity), _time));
        var measured = Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
        Assert.Equal([Quantity.Temperature, Quantity.Pressure], measured.Measurements.Select(one => one.Quantity));
    }

    [Fact]
    public async Task Without_a_temperature_nothing_is_told()
    {
        using Bme280Sensor sensor = Sensor(new SimulatedBme280(
            (quantity, _) => quantity == Quantity.Temperature ? null : Mild(quantity), _time));
        Assert.Equal(FaultKind.NotReady, Fault(await sensor.SampleAsync(Stop)).Kind);
    }

    [Theory]
    [InlineData(0x58, "BMP280")]
    [InlineData(0x61, "0x61")]
    public async Task Another_chip_at_the_address_is_named(byte id, string named)
    {
        using Bme280Sensor sensor = Sensor(new SimulatedBme280((quantity, _) => Mild(quantity), _time)
        {
            [Bme280Register.Id] = id,
        });
        SensorFault fault = Fault(await sensor.SampleAsync(Stop));
        Assert.Equal(FaultKind.WrongChip, fault.Kind);
        Assert.Contains(named, fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chip_with_blank_memory_is_a_fault()
    {
        using Bme280Sensor sensor = Sensor(new SimulatedBme280((quantity, _) => Mild(quantity), _time, calibration: new byte[33]));
        Assert.Equal(FaultKind.Corrupted, Fault(await sensor.SampleAsync(Stop)).Kind);
    }

    // Lines that are held high read as ones, which are codes like any other.
    [Fact]
    public void Codes_beyond_what_the_chip_can_measure_are_a_fault()
    {
        SensorFault? fault = Bme280Conversion.Convert(new Bme280Data(0xFFFFF, 0xFFFFF, 0xFFFF), Bme280Parts.Pimoroni, new SampleBuffer());
        Assert.Equal(FaultKind.Corrupted, fault?.Kind);
    }

    [Fact]
    public async Task A_chip_that_was_unplugged_is_set_up_again()
    {
        var chip = new SimulatedBme280((quantity, _) => Mild(quantity), _time);
        using Bme280Sensor sensor = Sensor(chip);
        Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
        chip.IsPlugged = false;
        Assert.Equal(FaultKind.NoAnswer, Fault(await sensor.SampleAsync(Stop)).Kind);
        chip.IsPlugged = true;
        chip.PowerOn();
        Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
    }

    private Bme280Sensor Sensor(SimulatedBme280 chip) => new(new SensorId("roof"), chip, _time);

    private static SensorFault Fault(Sample sample) => Assert.IsType<Sample.Faulted>(sample).Fault;

    private static double Mild(Quantity quantity) =>
        quantity == Quantity.Temperature ? 12.5 : quantity == Quantity.Pressure ? 101_325 : 55;
}
