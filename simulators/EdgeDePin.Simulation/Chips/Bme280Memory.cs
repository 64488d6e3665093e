using System.Buffers.Binary;
using EdgeDePin.Sensors.Weather.Bme280;

namespace EdgeDePin.Simulation.Chips;

/// <summary>The bytes of a BME280 as they lie in its registers.</summary>
public static class Bme280Memory
{
    /// <summary>The calibration of the real part in the tests of Pimoroni's bme280-python.</summary>
    public static byte[] Published { get; } = Encode(new Bme280Calibration
    {
        T1 = 28_009,
        T2 = 25_654,
        T3 = 50,
        P1 = 39_145,
        P2 = -10_750,
        P3 = 3_024,
        P4 = 5_667,
        P5 = -120,
        P6 = -7,
        P7 = 15_500,
        P8 = -14_600,
        P9 = 6_000,
        H1 = 75,
        H2 = 376,
        H3 = 0,
        H4 = 286,
        H5 = 50,
        H6 = 30,
    });

    /// <summary>0x88 to 0xA1, then 0xE1 to 0xE7 (BST-BME280-DS002, table 16).</summary>
    public static byte[] Encode(Bme280Calibration trim)
    {
        byte[] bytes = new byte[Bme280Calibration.LowLength + Bme280Calibration.HighLength];
        short[] words =
        [
            (short)trim.T1, trim.T2, trim.T3,
            (short)trim.P1, trim.P2, trim.P3, trim.P4, trim.P5, trim.P6, trim.P7, trim.P8, trim.P9,
        ];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), words[i]);
        }

        bytes[25] = trim.H1;
        Span<byte> high = bytes.AsSpan(Bme280Calibration.LowLength);
        BinaryPrimitives.WriteInt16LittleEndian(high, trim.H2);
        high[2] = trim.H3;
        high[3] = (byte)(trim.H4 >> 4);
        high[4] = (byte)((trim.H4 & 0x0F) | ((trim.H5 & 0x0F) << 4));
        high[5] = (byte)(trim.H5 >> 4);
        high[6] = (byte)trim.H6;
        return bytes;
    }

    /// <summary>The eight bytes from 0xF7.</summary>
    public static byte[] Burst(Bme280Data data) =>
    [
        (byte)(data.Pressure >> 12), (byte)(data.Pressure >> 4), (byte)(data.Pressure << 4),
        (byte)(data.Temperature >> 12), (byte)(data.Temperature >> 4), (byte)(data.Temperature << 4),
        (byte)(data.Humidity >> 8), (byte)data.Humidity,
    ];
}
