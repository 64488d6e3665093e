using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Grid.Ade7953;
using EdgeDePin.Sensors.Grid.Dsmr;
using EdgeDePin.Sensors.Grid.Ina219;
using EdgeDePin.Sensors.Grid.Ina226;
using EdgeDePin.Sensors.Grid.Pzem004t;
using EdgeDePin.Sensors.Grid.SunSpec;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Tests.Sensors.Grid;

public sealed class GridVectorTests
{
    [Fact]
    public void A_pzem004t_answers_with_low_words_first()
    {
        var everything = new ModbusRequest(1, ModbusFunction.InputRegisters, 0, 10);
        Assert.Equal("01040000000A700D", Convert.ToHexString(ModbusRtuFrame.Request(everything)));
        byte[] frame = Convert.FromHexString("01041408D1006C0000" + "00F4000000260000" + "01F4006400005134");
        Assert.False(ModbusRtuFrame.Decode(frame, everything).Failed(out _, out ushort[]? registers));
        var sample = new SampleBuffer();
        Pzem004tConversion.Convert(registers, sample);
        Assert.Equal(Pzem004tSensor.Measures, sample.Measurements.ToArray().Select(one => one.Quantity));
        Assert.Equal([225.7, 0.108, 24.4, 0.038, 50.0, 1.0], sample.Measurements.ToArray().Select(one => one.Value));
    }

    [Fact]
    public void An_sdm120_answers_with_high_words_first()
    {
        var voltage = new ModbusRequest(1, ModbusFunction.InputRegisters, 0, 2);
        Assert.Equal("01040000000271CB", Convert.ToHexString(ModbusRtuFrame.Request(voltage)));
        Assert.False(ModbusRtuFrame.Decode(Convert.FromHexString("010404436633341B38"), voltage).Failed(out _, out ushort[]? registers));
        Assert.Equal(230.2, ModbusFloat.HighFirst(registers, 0), 0.0001);
    }

    [Theory]
    [InlineData("01030208D97E1E", 1, 2_265)]
    [InlineData("0103040000058D3906", 2, 1_421)]
    public void Real_answers_of_a_meter_decode(string frame, ushort count, int last)
    {
        var asked = new ModbusRequest(1, ModbusFunction.HoldingRegisters, 0, count);
        Assert.False(ModbusRtuFrame.Decode(Convert.FromHexString(frame), asked).Failed(out _, out ushort[]? registers));
        Assert.Equal(last, registers[^1]);
    }

    [Fact]
    public void A_pzem004t_is_asked_by_any_number_and_reset_as_its_manual_says()
    {
        Assert.Equal("F8040000000A6464", Convert.ToHexString(ModbusRtuFrame.Request(new ModbusRequest(0xF8, ModbusFunction.InputRegisters, 0, 10))));
        Assert.Equal("01428011", Convert.ToHexString(ModbusRtuFrame.Seal([1, 0x42, 0, 0])));
    }

    [Fact]
    public void The_check_of_a_telegram_is_the_published_one() => Assert.Equal(0xBB3D, DsmrChecksum.Of("123456789"u8));

    [Fact]
    public void The_check_of_modbus_is_the_published_one() => Assert.Equal(0x4B37, ModbusCrc.Of("123456789"u8));

    [Fact]
    public void Current_monitors_convert_as_their_datasheets_say()
    {
        Assert.Equal(2_560, Ina226Conversion.Calibration(0.001, 0.002));   // SBOS547B, section 7.5.1
        Assert.Equal(20_480, Ina219Conversion.Calibration(20e-6, 0.1));
        Assert.Equal(-0.32, Ina219Conversion.ShuntVolts(0x8300), 1e-9);    // SBOS448G, figure 20
        Assert.Equal(32, Ina219Conversion.BusVolts(0xFA00), 1e-9);
        Assert.Equal(11.98, Ina226Conversion.BusVolts(0x2570), 1e-9);      // SBOS547B, table 8
        Assert.Equal(10, Ina226Conversion.Amperes(0x2710, 0.001), 1e-9);
        Assert.Equal(119.8, Ina226Conversion.Watts(0x12B8, 0.001), 1e-9);
        Assert.Equal(0.02, Ina226Conversion.ShuntVolts(0x1F40), 1e-9);
    }

    [Fact]
    public void A_metering_chip_tells_frequency_and_power_factor()
    {
        Assert.Equal(50, Ade7953Conversion.Hertz(4_474), 1e-9);
        Assert.Equal((-1.0, 1.0), (Ade7953Conversion.PowerFactor(short.MinValue), Ade7953Conversion.PowerFactor(short.MaxValue)));
        Assert.Equal(230, Ade7953Conversion.Volts(5_980_000), 1e-9);
    }

    [Theory]
    [InlineData(0x8000, 0, null)]          // not implemented
    [InlineData(2_301, -1, 230.1)]
    [InlineData(0xFF9C, 1, -1_000.0)]
    [InlineData(5, -32_768, null)]         // no power of ten
    public void A_point_has_its_power_of_ten(int word, int scale, double? expected)
    {
        ushort[] registers = [103, 50, (ushort)word, (ushort)(short)scale];
        double? value = SunSpecModel.Value(new SunSpecPoint(Quantity.Power, 2, SunSpecType.Int16, 3), registers);
        Assert.Equal(expected.HasValue, value.HasValue);
        Assert.Equal(expected ?? 0, value ?? 0, 1e-9);
    }
}
