using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Sensors.Grid.Sdm630;
using EdgeDePin.Sensors.Modbus;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Scenarios;

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
        var meter = new SimulatedSdm630((quantity, _) => Value(quantity), TimeProvider.System);
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

    // Addresses of Eastron's Modbus protocol sheet V1.8, not of our driver: a value of its own in each register.
    [Theory]
    [InlineData(MeterDetail.Totals, "voltage 00,current 30,power 34,energy 48,frequency 46")]
    [InlineData(MeterDetail.Phases,
        "voltage 00,voltage_l2 02,voltage_l3 04,current_l1 06,current_l2 08,current_l3 0A,power_l1 0C,power_l2 0E,power_l3 10,"
        + "apparent_power_l1 12,apparent_power_l2 14,apparent_power_l3 16,reactive_power_l1 18,reactive_power_l2 1A,reactive_power_l3 1C,"
        + "power_factor_l1 1E,power_factor_l2 20,power_factor_l3 22,current 30,power 34,apparent_power 38,reactive_power 3C,power_factor 3E,"
        + "frequency 46,energy 48,energy_exported 4A")]
    [InlineData(MeterDetail.Everything,
        "voltage 00,voltage_l2 02,voltage_l3 04,current_l1 06,current_l2 08,current_l3 0A,power_l1 0C,power_l2 0E,power_l3 10,"
        + "apparent_power_l1 12,apparent_power_l2 14,apparent_power_l3 16,reactive_power_l1 18,reactive_power_l2 1A,reactive_power_l3 1C,"
        + "power_factor_l1 1E,power_factor_l2 20,power_factor_l3 22,current 30,power 34,apparent_power 38,reactive_power 3C,power_factor 3E,"
        + "frequency 46,energy 48,energy_exported 4A,voltage_thd_l1 EA,voltage_thd_l2 EC,voltage_thd_l3 EE,current_thd_l1 F0,current_thd_l2 F2,"
        + "current_thd_l3 F4,voltage_thd F8,current_thd FA,energy_total 156")]
    public async Task Every_quantity_comes_from_its_register(MeterDetail detail, string registers)
    {
        await using var server = new SimulatedModbusServer(new NumberedRegisters());
        using ISensor sensor = SensorCatalog.Open(
            new SensorOptions { Chip = "sdm630", Bus = $"tcp:127.0.0.1:{server.Port}", Detail = detail }, SensorBuses.Linux, TimeProvider.System);
        var measured = Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
        Assert.Equal(sensor.Quantities, measured.Measurements.Select(one => one.Quantity));
        Assert.Equal(
            registers.Split(',').Order(StringComparer.Ordinal), measured.Measurements.Select(one => $"{one.Quantity.Name} {(int)one.Value:X2}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_simulated_meter_has_everything_that_is_asked_of_it()
    {
        var options = new SensorOptions { Chip = "sdm630", Bus = SimulatedSite.Bus, Detail = MeterDetail.Everything };
        using ISensor sensor = SimulatedSite.Open(options, 1, "node", TimeProvider.System);
        var measured = Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
        Dictionary<Quantity, double> values = measured.Measurements.ToDictionary(one => one.Quantity, one => one.Value);
        Assert.Equal(35, values.Count);
        Assert.Equal(values[Quantity.Power], values[Quantity.PowerL1] + values[Quantity.PowerL2] + values[Quantity.PowerL3], 0.5);
        Assert.Equal(values[Quantity.EnergyTotal], values[Quantity.Energy] + values[Quantity.EnergyExported], 0.01);
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
            (quantity, _) => quantity == Quantity.Energy ? null : Value(quantity), TimeProvider.System);
        await using var server = new SimulatedModbusServer(meter);
        using ISensor sensor = Open(server.Port);
        var measured = Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
        Assert.DoesNotContain(measured.Measurements, one => one.Quantity == Quantity.Energy);
        Assert.Equal(4, measured.Measurements.Length);
    }

    private static double? Value(Quantity quantity) => Values.TryGetValue(quantity, out double value) ? value : null;

    /// <summary>Each float is the address of its first register.</summary>
    private sealed class NumberedRegisters : SimulatedModbusUnit
    {
        protected override bool TryRead(ModbusFunction function, int first, Span<ushort> registers)
        {
            for (int at = first; at < first + registers.Length; at += 2)
            {
                PutFloat(registers, first, at, at);
            }

            return function == ModbusFunction.InputRegisters && registers.Length <= 80;
        }
    }

    private static ISensor Open(int port) => SensorCatalog.Open(
        new SensorOptions { Chip = "sdm630", Bus = $"tcp:127.0.0.1:{port}" }, SensorBuses.Linux, TimeProvider.System);
}
