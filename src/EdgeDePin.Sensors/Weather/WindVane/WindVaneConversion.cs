using System.Collections.Immutable;

namespace EdgeDePin.Sensors.Weather.WindVane;

/// <summary>
/// Sixteen resistors of a vane (SparkFun SEN-15901, Argent 80422, Misol): two neighbours close together give the points
/// between. It is the lower part of a divider with 10 kΩ to 3.3 V.
/// </summary>
public static class WindVaneConversion
{
    private const double PullUpOhms = 10_000;
    private const double SupplyVolts = 3.3;

    /// <summary>Codes are this far from that of a position at most: half the way between the two that are closest, ENE and E.</summary>
    public const int Tolerance = 120;

    /// <summary>Ohms of N, NNE, … NNW.</summary>
    public static ImmutableArray<double> Ohms { get; } =
    [
        33_000, 6_570, 8_200, 891, 1_000, 688, 2_200, 1_410, 3_900, 3_140, 16_000, 14_120, 120_000, 42_120, 64_900, 21_880,
    ];

    /// <summary>What an ADS1115 at ±4.096 V reads at each position.</summary>
    public static ImmutableArray<int> Codes { get; } =
        [.. Ohms.Select(ohms => (int)Math.Round(SupplyVolts * ohms / (ohms + PullUpOhms) / Ads1115.Ads1115Conversion.FullScale * 32_768))];

    /// <summary>Degrees clockwise from north, in steps of 22.5; null where no position is: a broken wire reads 3.3 V.</summary>
    public static double? Degrees(short code)
    {
        int nearest = 0;
        for (int position = 1; position < Codes.Length; position++)
        {
            nearest = Math.Abs(Codes[position] - code) < Math.Abs(Codes[nearest] - code) ? position : nearest;
        }

        return Math.Abs(Codes[nearest] - code) <= Tolerance ? 22.5 * nearest : null;
    }
}
