using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.AirQuality.Scd30;
using EdgeDePin.Sensors.AirQuality.Scd4x;
using EdgeDePin.Sensors.AirQuality.Sgp40;
using EdgeDePin.Sensors.AirQuality.Sps30;
using EdgeDePin.Sensors.Sensirion;
using EdgeDePin.Sensors.Weather.Sht3x;
using EdgeDePin.Sensors.Weather.Sht4x;

namespace EdgeDePin.Tests.Sensors.Sensirion;

public sealed class SensirionFrameTests
{
    [Theory]
    [InlineData("BEEF", 0x92)]   // the example of every datasheet
    [InlineData("03F5", 0xDB)]
    [InlineData("0300", 0xAC)]
    [InlineData("6666", 0x93)]
    [InlineData("8000", 0xA2)]
    [InlineData("D400", 0xC6)]
    public void The_check_of_a_word_is_the_datasheets(string word, byte check) =>
        Assert.Equal(check, SensirionFrame.Crc(Convert.FromHexString(word)));

    [Fact]
    public void Every_single_flipped_bit_is_found()
    {
        byte[] frame = Convert.FromHexString("01F4336667A25EB93C");
        ushort[] words = new ushort[3];
        for (int bit = 0; bit < 8 * frame.Length; bit++)
        {
            byte[] flipped = [.. frame];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(SensirionFrame.TryDecode(flipped, words, out int wrong));
            Assert.Equal(bit / 24, wrong);
        }
    }

    [Fact]
    public void Temperature_and_humidity_are_those_of_the_examples()
    {
        Assert.Equal(25.000, Sht4xConversion.Celsius(0x6666), 0.0005);
        Assert.Equal(44.0, Sht4xConversion.RelativeHumidity(0x6666), 0.0005);
        Assert.Equal(42.501, Sht4xConversion.Celsius(0x8000), 0.0005);
        Assert.Equal((0, 100), (Sht4xConversion.RelativeHumidity(0), Sht4xConversion.RelativeHumidity(0xFFFF)));
        Assert.Equal(25.000, Sht3xConversion.Celsius(0x6666), 0.0005);
        Assert.Equal(40.0, Sht3xConversion.RelativeHumidity(0x6666), 0.0005);
    }

    [Fact]
    public void A_measurement_of_an_scd4x_is_that_of_its_datasheet()
    {
        Span<ushort> words = stackalloc ushort[3];
        Assert.True(SensirionFrame.TryDecode(Convert.FromHexString("01F4336667A25EB93C"), words, out _));
        Assert.Equal(500, words[0]);
        Assert.Equal(25.0, Scd4xConversion.Celsius(words[1]), 0.005);
        Assert.Equal(37.0, Scd4xConversion.RelativeHumidity(words[2]), 0.005);
        Assert.False(Scd4xConversion.IsReady(0x8000));
        Assert.True(Scd4xConversion.IsReady(0x8006));
    }

    [Fact]
    public void A_measurement_of_an_scd30_is_that_of_its_interface_description()
    {
        Span<ushort> words = stackalloc ushort[6];
        Assert.True(SensirionFrame.TryDecode(Convert.FromHexString("43DBCB8C2E8F41D970E7FFF54243BF3A1B74"), words, out _));
        var sample = new SampleBuffer();
        Scd30Conversion.Convert(words, sample);
        Assert.Equal([Quantity.CarbonDioxide, Quantity.Temperature, Quantity.RelativeHumidity], sample.Measurements.ToArray().Select(one => one.Quantity));
        Assert.Equal(439.095, sample.Measurements[0].Value, 0.001);
        Assert.Equal(27.238, sample.Measurements[1].Value, 0.001);
        Assert.Equal(48.807, sample.Measurements[2].Value, 0.001);
    }

    [Fact]
    public void Before_its_first_measurement_an_scd30_has_no_carbon_dioxide()
    {
        var sample = new SampleBuffer();
        Scd30Conversion.Convert(stackalloc ushort[6], sample);
        Assert.DoesNotContain(Quantity.CarbonDioxide, sample.Measurements.ToArray().Select(one => one.Quantity));
    }

    [Fact]
    public void An_sps30_on_i2c_is_started_as_its_datasheet_says()
    {
        Span<byte> frame = stackalloc byte[5];
        SensirionFrame.Encode((ushort)Sps30Command.StartMeasurement, [0x0300], frame);
        Assert.Equal("00100300AC", Convert.ToHexString(frame));

        // The first value of the frame that a real one sent on its serial line: 40A78320.
        Assert.Equal(5.235, SensirionFrame.Float([0x40A7, 0x8320]), 0.0005);
    }

    [Fact]
    public void Commands_are_those_of_the_datasheets()
    {
        Assert.Equal([0x2400, 0x30A2, 0xF32D, 0x3041],
            new[] { Sht3xCommand.MeasureHighNoStretch, Sht3xCommand.SoftReset, Sht3xCommand.ReadStatus, Sht3xCommand.ClearStatus }.Select(command => (int)command));
        Assert.Equal([0xFD, 0x89, 0x94], new[] { Sht4xCommand.MeasureHighPrecision, Sht4xCommand.ReadSerialNumber, Sht4xCommand.SoftReset }.Select(command => (int)command));
        Assert.Equal([0x0010, 0x4600, 0x0202, 0x0300, 0xD100],
            new[] { Scd30Command.StartContinuousMeasurement, Scd30Command.SetInterval, Scd30Command.GetDataReady, Scd30Command.ReadMeasurement, Scd30Command.ReadFirmwareVersion }.Select(command => (int)command));
        Assert.Equal([0x21B1, 0x3F86, 0xE4B8, 0xEC05, 0xE000, 0x3682],
            new[]
            {
                Scd4xCommand.StartPeriodicMeasurement, Scd4xCommand.StopPeriodicMeasurement, Scd4xCommand.GetDataReady, Scd4xCommand.ReadMeasurement,
                Scd4xCommand.SetAmbientPressure, Scd4xCommand.GetSerialNumber,
            }.Select(command => (int)command));
        Assert.Equal([0x260F, 0x280E, 0x3615], new[] { Sgp40Command.MeasureRawSignal, Sgp40Command.ExecuteSelfTest, Sgp40Command.TurnHeaterOff }.Select(command => (int)command));
        Assert.Equal([0x0010, 0x0104, 0x0202, 0x0300, 0xD033],
            new[] { Sps30Command.StartMeasurement, Sps30Command.StopMeasurement, Sps30Command.ReadDataReady, Sps30Command.ReadMeasuredValues, Sps30Command.ReadSerialNumber }.Select(command => (int)command));
    }

    [Fact]
    public void A_question_to_an_sgp40_carries_humidity_and_temperature_with_their_checks()
    {
        Span<byte> frame = stackalloc byte[8];
        SensirionFrame.Encode((ushort)Sgp40Command.MeasureRawSignal, [0x8000, 0x6666], frame);
        Assert.Equal("260F8000A2666693", Convert.ToHexString(frame));
    }
}
