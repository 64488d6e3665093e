using EdgeDePin.Analytics;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.AirQuality.Scd4x;
using EdgeDePin.Sensors.Grid.Ina219;
using EdgeDePin.Sensors.Sensirion;
using EdgeDePin.Sensors.Weather.Bme280;
using EdgeDePin.Sensors.Weather.Sht3x;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Scenarios;
using EdgeDePin.Tests.Sensors.Weather;

namespace EdgeDePin.Tests.Sensors;

/// <summary>Six defects that a widely used library of drivers has or had, each as a test that would have found it.</summary>
public sealed class KnownDefectTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly AcceleratedTime _time = new(TimeProvider.System, DateTimeOffset.UnixEpoch, 1_000);

    [Fact]
    public void Bme280_sign_extends_the_12_bit_H4_and_H5()
    {
        Bme280Calibration trim = Bme280Parts.Pimoroni with { H4 = -100, H5 = -1 };
        byte[] memory = Bme280Memory.Encode(trim);
        Assert.Equal("F9FCFF", Convert.ToHexString(memory, 29, 3));   // E4, E5, E6
        Bme280Calibration decoded = Bme280Calibration.Decode(memory.AsSpan(0, Bme280Calibration.LowLength), memory.AsSpan(Bme280Calibration.LowLength));
        Assert.Equal((-100, -1), (decoded.H4, decoded.H5));
    }

    [Fact]
    public async Task Sht3x_reports_a_flipped_CRC_as_a_fault_not_as_the_last_value()
    {
        var faults = new FaultPlan(1, 0);
        double celsius = 21;
        using var sensor = new Sht3xSensor(
            new SensorId("a"), new SimulatedSht3x((quantity, _) => quantity == Quantity.Temperature ? celsius : 50, _time, faults), _time);
        Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
        celsius = 30;
        faults.Forced = BusFault.BitFlip;
        Assert.Equal(FaultKind.Corrupted, Assert.IsType<Sample.Faulted>(await sensor.SampleAsync(Stop)).Fault.Kind);
        var measured = Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
        Assert.Equal(30, measured.Measurements[0].Value, 0.01);
    }

    [Fact]
    public void Scd4x_sends_ambient_pressure_in_hPa()
    {
        Span<byte> frame = stackalloc byte[5];
        int length = SensirionFrame.Encode((ushort)Scd4xCommand.SetAmbientPressure, [Scd4xConversion.AmbientPressure(101_325)], frame);
        Assert.Equal("E00003F5DB", Convert.ToHexString(frame[..length]));
        var chip = new SimulatedScd4x((_, _) => 500, _time);
        using var sensor = new Scd4xSensor(new SensorId("a"), chip, _time);
        sensor.SetAmbientPressure(101_325);
        Assert.Equal(1_013, chip.AmbientPressure);
    }

    [Fact]
    public async Task Ina219_reads_negative_current()
    {
        using var sensor = new Ina219Sensor(new SensorId("a"), Battery(-1), _time);
        var measured = Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
        Assert.Equal(-1, measured.Measurements[1].Value, 0.001);
        Assert.Equal(-12, measured.Measurements[2].Value, 0.05);
    }

    [Fact]
    public async Task Ina219_writes_the_shunt_ADC_resolution_into_SADC()
    {
        SimulatedIna219 chip = Battery(1);
        using var sensor = new Ina219Sensor(new SensorId("a"), chip, _time);
        Assert.IsType<Sample.Measured>(await sensor.SampleAsync(Stop));
        ushort configuration = chip[(byte)Ina219Register.Configuration];
        Assert.Equal(0b1100, (configuration >> 3) & 0b1111);   // SADC: 16 samples
        Assert.Equal(0b1100, (configuration >> 7) & 0b1111);   // BADC: 16 samples
        Assert.Equal(0x3E63, Ina219Conversion.Configuration(Ina219Conversion.Averaged(4), Ina219Conversion.Averaged(4)));
    }

    [Fact]
    public void Heat_index_in_dry_air_is_lowered() => Assert.Equal(89.45, HeatIndex.Fahrenheit(95, 10), 0.005);

    [Theory]
    [InlineData(75, 50, 75)]
    [InlineData(80, 50, 81)]
    [InlineData(80, 95, 88)]
    [InlineData(90, 50, 95)]
    [InlineData(90, 95, 127)]
    public void The_heat_index_is_that_of_the_weather_service(double fahrenheit, double humidity, double felt) =>
        Assert.Equal(felt, HeatIndex.Fahrenheit(fahrenheit, humidity), 0.9);

    private SimulatedIna219 Battery(double amperes) =>
        new((quantity, _) => quantity == Quantity.Voltage ? 12 : amperes, _time);
}
