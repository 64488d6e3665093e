using EdgeDePin.Sensors.Weather.Bme280;

namespace EdgeDePin.Tests.Sensors.Weather;

/// <summary>Calibrations with published codes and results.</summary>
internal static class Bme280Parts
{
    /// <summary>Bosch's worked example (BST-BMP280-DS001, section 3.12; the same formulas, without humidity).</summary>
    public static Bme280Calibration Datasheet { get; } = Of(
        [27_504, 26_435, -1_000],
        [36_477, -10_685, 3_024, 2_855, 140, -7, 15_500, -14_600, 6_000],
        [0, 0, 0, 0, 0, 0]);

    /// <summary>The part in the tests of Pimoroni's bme280-python.</summary>
    public static Bme280Calibration Pimoroni { get; } = Of(
        [28_009, 25_654, 50],
        [39_145, -10_750, 3_024, 5_667, -120, -7, 15_500, -14_600, 6_000],
        [75, 376, 0, 286, 50, 30]);

    private static Bme280Calibration Of(int[] t, int[] p, int[] h) => new()
    {
        T1 = (ushort)t[0],
        T2 = (short)t[1],
        T3 = (short)t[2],
        P1 = (ushort)p[0],
        P2 = (short)p[1],
        P3 = (short)p[2],
        P4 = (short)p[3],
        P5 = (short)p[4],
        P6 = (short)p[5],
        P7 = (short)p[6],
        P8 = (short)p[7],
        P9 = (short)p[8],
        H1 = (byte)h[0],
        H2 = (short)h[1],
        H3 = (byte)h[2],
        H4 = (short)h[3],
        H5 = (short)h[4],
        H6 = (sbyte)h[5],
    };
}
