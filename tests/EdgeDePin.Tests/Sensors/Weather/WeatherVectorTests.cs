using EdgeDePin.Model;
using EdgeDePin.Sensors.Weather.Ads1115;
using EdgeDePin.Sensors.Weather.Anemometer;
using EdgeDePin.Sensors.Weather.Bh1750fvi;
using EdgeDePin.Sensors.Weather.Bmp388;
using EdgeDePin.Sensors.Weather.Ds18b20;
using EdgeDePin.Sensors.Weather.RainGauge;
using EdgeDePin.Sensors.Weather.Veml7700;
using EdgeDePin.Sensors.Weather.WindVane;

namespace EdgeDePin.Tests.Sensors.Weather;

public sealed class WeatherVectorTests
{
    // Memory as the thermometer shows it, and the temperature (NaN: none).
    public static TheoryData<string, double> Scratchpads => new()
    {
        { "7F014B467FFF011033", 23.9375 },
        { "91014B467FFF0F1025", 25.0625 },
        { "5EFF4B467FFF0210B6", -10.125 },
        { "50054B467FFF0C101C", double.NaN },   // 85 °C after power-on
        { "7F014B467FFF011034", double.NaN },   // a wrong check
        { "000000000000000000", double.NaN },   // a shorted line has a right check
    };

    [Theory]
    [MemberData(nameof(Scratchpads))]
    public void A_thermometers_memory_tells_the_temperature_or_none(string hex, double expected)
    {
        bool told = Ds18b20Scratchpad.TryConvert(Convert.FromHexString(hex), isFirstGeneration: false, out double celsius, out SensorFault? fault);
        Assert.Equal(!double.IsNaN(expected), told);
        Assert.Equal(told, fault is null);
        Assert.Equal(expected, told ? celsius : double.NaN);
    }

    // The example of Maxim's application note 27, and a recorded scratchpad.
    [Theory]
    [InlineData("021CB801000000", 0xA2)]
    [InlineData("7F014B467FFF0110", 0x33)]
    [InlineData("50054B467FFF0C10", 0x1C)]
    public void The_check_of_one_wire_is_the_published_one(string bytes, byte check) => Assert.Equal(check, Ds18b20Scratchpad.Crc(Convert.FromHexString(bytes)));

    // DS18S20, table 2 and the formula below it: half degrees, and sixteenths from what remains of the count.
    [Theory]
    [InlineData("AA00", 0x10, 84.75 + 0)]
    [InlineData("3200", 0x0C, 25.0)]
    [InlineData("3200", 0x08, 25.25)]
    [InlineData("CEFF", 0x0C, -25.0)]
    public void The_first_generation_counts_on_between_its_half_degrees(string temperature, byte remain, double expected)
    {
        byte[] bytes = [.. Convert.FromHexString(temperature), 0x4B, 0x46, 0xFF, 0xFF, remain, 0x10, 0];
        bytes[8] = Ds18b20Scratchpad.Crc(bytes.AsSpan(0, 8));
        Assert.True(Ds18b20Scratchpad.TryConvert(bytes, isFirstGeneration: true, out double celsius, out _));
        Assert.Equal(expected, celsius, 1e-9);
    }

    [Fact]
    public void Eighty_five_degrees_that_were_measured_are_a_temperature()
    {
        byte[] bytes = Convert.FromHexString("50054B467FFF101000");
        bytes[8] = Ds18b20Scratchpad.Crc(bytes.AsSpan(0, 8));
        Assert.True(Ds18b20Scratchpad.TryConvert(bytes, false, out double celsius, out _));
        Assert.Equal(85, celsius);
    }

    [Fact]
    public void The_kernels_text_is_read_and_anything_else_refused()
    {
        Span<byte> bytes = stackalloc byte[9];
        Assert.True(Ds18b20Scratchpad.TryParse("7f 01 4b 46 7f ff 01 10 33 : crc=33 YES\n7f 01 4b 46 7f ff 01 10 33 t=23937\n", bytes));
        Assert.Equal("7F014B467FFF011033", Convert.ToHexString(bytes));
        Assert.False(Ds18b20Scratchpad.TryParse("", bytes));
        Assert.False(Ds18b20Scratchpad.TryParse("7f 01 4b 46 7f ff 01 10", bytes));
        Assert.False(Ds18b20Scratchpad.TryParse("zz 01 4b 46 7f ff 01 10 33", bytes));
    }

    // A trim of the usual size; temperature and pressure computed from it in exact rational arithmetic by another program.
    [Theory]
    [InlineData(8_000_000, 6_000_000, 16.049153511878103, 93_828.28362865587)]
    [InlineData(8_400_000, 6_500_000, 23.168975987820886, 86_502.71014245015)]
    [InlineData(7_500_000, 5_000_000, 7.133388205395022, 109_329.16931619817)]
    public void A_bmp388_is_compensated_as_its_datasheet_says(int temperature, int pressure, double celsius, double pascals)
    {
        Bmp388Calibration trim = Bmp388Calibration.Decode(Convert.FromHexString("596CFC4AF63DF62BF40A01BE5F3A7503FA7D3E1AC4"));
        double seen = Bmp388Compensation.Celsius(temperature, trim);
        Assert.Equal(celsius, seen, 1e-9);
        Assert.Equal(pascals, Bmp388Compensation.Pascals(pressure, seen, trim), 1e-5);
    }

    [Fact]
    public void Light_is_that_of_the_corrected_datasheet()
    {
        Assert.Equal(0.0042, Veml7700Conversion.Lux(1, 2, 800), 1e-12);
        Assert.Equal(0.0042 * 8 * 2 * 1_000, Veml7700Conversion.Lux(1_000, 1, 100), 1e-9);
        Assert.Equal(1_000, Veml7700Conversion.Straighten(1_000));
        Assert.Equal(10_000 * (1.0023 + 0.81488 - 0.93924 + 0.60135), Veml7700Conversion.Straighten(10_000), 1e-6);
    }

    // ROHM: 0x8390 in high resolution mode is 28067 lx.
    [Fact]
    public void A_bh1750_divides_by_one_point_two_and_once_more_in_mode_2()
    {
        Assert.Equal(28_067, Bh1750fviConversion.Lux(0x8390), 0.5);
        Assert.Equal(28_067 / 2.0, Bh1750fviConversion.Lux(0x8390, halfLux: true), 0.5);
        Assert.Equal(28_067 / 2.0, Bh1750fviConversion.Lux(0x8390, measurementTime: 138), 0.5);
    }

    [Fact]
    public void A_converter_is_set_and_read_as_its_datasheet_says()
    {
        Assert.Equal(0xC383, Ads1115Conversion.Start(0));
        Assert.Equal(0xF383, Ads1115Conversion.Start(3));
        Assert.Equal(3.3, Ads1115Conversion.Volts(26_400), 1e-9);
        Assert.Equal(-4.096, Ads1115Conversion.Volts(short.MinValue), 1e-9);
    }

    [Fact]
    public void Sixteen_positions_of_a_vane_have_the_published_codes()
    {
        int[] published =
        [
            20_260, 10_468, 11_895, 2_160, 2_400, 1_699, 4_761, 3_262, 7_407, 6_309, 16_246, 15_455, 24_369, 21_335, 22_875, 18_119,
        ];
        Assert.All(published.Index(), one => Assert.InRange(WindVaneConversion.Codes[one.Index], one.Item - 1, one.Item + 1));
        Assert.All(published.Index(), one => Assert.Equal(22.5 * one.Index, WindVaneConversion.Degrees((short)one.Item)));
        Assert.Null(WindVaneConversion.Degrees(26_400));   // a broken wire: 3.3 V
        Assert.Null(WindVaneConversion.Degrees(0));
    }

    [Fact]
    public void Wind_is_pulses_per_time_and_a_gust_is_its_fastest_three_seconds()
    {
        var pulses = new WindPulses(AnemometerSensor.MetresPerSecondPerHertz);
        for (int i = 0; i < 10; i++)
        {
            pulses.Pulse(TimeSpan.FromSeconds(i));
        }

        for (int i = 0; i < 30; i++)
        {
            pulses.Pulse(TimeSpan.FromSeconds(10) + TimeSpan.FromMilliseconds(100 * i));
            pulses.Pulse(TimeSpan.FromSeconds(10) + TimeSpan.FromMilliseconds((100 * i) + 0.4));   // a bounce
        }

        (double mean, double gust) = pulses.Take(TimeSpan.FromSeconds(20));
        Assert.Equal(30, pulses.Bounces);
        Assert.Equal(40 / 20.0 * 2.4 / 3.6, mean, 1e-9);
        Assert.Equal(10 * 2.4 / 3.6, gust, 1e-9);
        Assert.Equal((0, 0), pulses.Take(TimeSpan.FromSeconds(40)));
    }

    [Fact]
    public void Rain_rate_comes_from_intervals_and_falls_while_the_next_tip_is_due()
    {
        var tips = new RainTips(RainGaugeSensor.MillimetresPerTip);
        Assert.Equal(0, tips.Rate(TimeSpan.Zero));
        tips.Tip(TimeSpan.FromMinutes(1));
        tips.Tip(TimeSpan.FromMinutes(1) + TimeSpan.FromMilliseconds(120));   // a bounce
        Assert.Equal(0, tips.Rate(TimeSpan.FromMinutes(1.5)));                // one tip tells no rate
        tips.Tip(TimeSpan.FromMinutes(2));
        Assert.Equal(60 * 0.2794, tips.Rate(TimeSpan.FromMinutes(2)), 1e-9);
        Assert.Equal(60 * 0.2794, tips.Rate(TimeSpan.FromMinutes(2.9)), 1e-9);
        Assert.Equal(30 * 0.2794, tips.Rate(TimeSpan.FromMinutes(4)), 1e-9);
        Assert.Equal(0, tips.Rate(TimeSpan.FromMinutes(17)));
        Assert.Equal(2 * 0.2794, tips.Millimetres, 1e-9);
        Assert.Equal(1, tips.Bounces);
    }
}
