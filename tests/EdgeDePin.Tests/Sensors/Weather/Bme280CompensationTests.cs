using CsCheck;
using EdgeDePin.Sensors.Weather.Bme280;
using EdgeDePin.Simulation.Chips;

namespace EdgeDePin.Tests.Sensors.Weather;

public sealed class Bme280CompensationTests
{
    [Fact]
    public void The_worked_example_of_the_datasheet_comes_out()
    {
        double fine = Bme280Compensation.FineTemperature(519_888, Bme280Parts.Datasheet);
        Assert.Equal(128_422.287, fine, 0.001);
        Assert.Equal(25.0825, Bme280Compensation.Celsius(fine), 0.0001);
        Assert.Equal(100_653.2668, Bme280Compensation.Pascals(415_148, fine, Bme280Parts.Datasheet)!.Value, 0.0001);
    }

    [Fact]
    public void The_published_codes_of_a_real_part_come_out_with_humidity()
    {
        double fine = Bme280Compensation.FineTemperature(529_191, Bme280Parts.Pimoroni);
        Assert.Equal(24.7894877676, Bme280Compensation.Celsius(fine), 1e-9);
        Assert.Equal(100_661.517564, Bme280Compensation.Pascals(326_816, fine, Bme280Parts.Pimoroni)!.Value, 1e-5);
        Assert.Equal(68.66996648709039, Bme280Compensation.RelativeHumidity(30_281, fine, Bme280Parts.Pimoroni), 1e-10);
    }

    [Fact]
    public void A_calibration_that_divides_by_zero_gives_no_pressure()
    {
        Bme280Calibration blank = Bme280Parts.Datasheet with { P1 = 0 };
        Assert.Null(Bme280Compensation.Pascals(415_148, 128_422, blank));
    }

    // The humidity calibration of the real part lies in its registers E4..E6 as 11 2E 03.
    [Fact]
    public void H4_and_H5_of_a_real_part_share_a_byte()
    {
        byte[] low = new byte[Bme280Calibration.LowLength];
        Bme280Calibration trim = Bme280Calibration.Decode(low, [0x78, 0x01, 0x00, 0x11, 0x2E, 0x03, 0x1E]);
        Assert.Equal((376, 0, 286, 50, 30), (trim.H2, trim.H3, trim.H4, trim.H5, trim.H6));
    }

    // -100 is F9C and -3 is FFD in twelve bits; widened without sign they would be 3996 and 4093.
    [Fact]
    public void Bme280_sign_extends_the_12_bit_H4_and_H5()
    {
        byte[] low = new byte[Bme280Calibration.LowLength];
        Bme280Calibration trim = Bme280Calibration.Decode(low, [0, 0, 0, 0xF9, 0xDC, 0xFF, 0xFE]);
        Assert.Equal((-100, -3, -2), (trim.H4, trim.H5, trim.H6));
    }

    [Fact]
    public void A_calibration_is_decoded_from_the_bytes_it_is_kept_in() =>
        Gen.Select(Gen.Byte.Array[Bme280Calibration.LowLength], Gen.Byte.Array[Bme280Calibration.HighLength]).Sample((low, high) =>
        {
            low[24] = 0;   // 0xA0 belongs to no value
            Bme280Calibration trim = Bme280Calibration.Decode(low, high);
            Assert.Equal<byte>([.. low, .. high], Bme280Memory.Encode(trim));
        });

    [Fact]
    public void Codes_of_physical_values_give_them_back_within_half_a_step() =>
        Gen.Select(Gen.Double[-40, 85], Gen.Double[0, 100], Gen.Double[30_000, 110_000]).Sample((celsius, humidity, pascals) =>
        {
            Bme280Data codes = Bme280Inverse.Codes(celsius, humidity, pascals, Bme280Parts.Pimoroni);
            double fine = Bme280Compensation.FineTemperature(codes.Temperature, Bme280Parts.Pimoroni);
            Assert.Equal(celsius, Bme280Compensation.Celsius(fine), 0.0004);
            Assert.Equal(pascals, Bme280Compensation.Pascals(codes.Pressure, fine, Bme280Parts.Pimoroni)!.Value, 0.2);
            Assert.Equal(humidity, Bme280Compensation.RelativeHumidity(codes.Humidity, fine, Bme280Parts.Pimoroni), 0.01);
        });
}
