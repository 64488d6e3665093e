namespace EdgeDePin.Analytics;

/// <summary>
/// The forecast of the disc by Negretti and Zambra (1915): pressure at sea level, its tendency, season and wind become one of 26 letters. A baseline to
/// beat, made for the British Isles.
/// </summary>
public static class Zambretti
{
    /// <summary>hPa in an hour; less is steady.</summary>
    private const double Trend = 0.1;
    private const double Season = 3.2;
    private const string Rising = "ABBCFGIJLMMQTY";
    private const string Falling = "BDHORUVXXZ";
    private const string Steady = "ABBBEKNNPPSWWXXXZ";

    // hPa, for 16 directions from north clockwise, on the northern half.
    private static readonly double[] Wind = [5.2, 4.2, 3.2, 1.05, -1.1, -3.15, -5.2, -8.35, -11.5, -9.4, -7.3, -5.25, -3.2, -1.15, 0.9, 3.05];

    private static readonly string[] Texts =
    [
        "Settled fine", "Fine weather", "Becoming fine", "Fine, becoming less settled", "Fine, possible showers", "Fairly fine, improving",
        "Fairly fine, possible showers early", "Fairly fine, showery later", "Showery early, improving", "Changeable, mending",
        "Fairly fine, showers likely", "Rather unsettled, clearing later", "Unsettled, probably improving", "Showery, bright intervals",
        "Showery, becoming less settled", "Changeable, some rain", "Unsettled, short fine intervals", "Unsettled, rain later",
        "Unsettled, some rain", "Mostly very unsettled", "Occasional rain, worsening", "Rain at times, very unsettled",
        "Rain at frequent intervals", "Rain, very unsettled", "Stormy, may improve", "Stormy, much rain",
    ];

    /// <param name="pascals">At sea level.</param>
    /// <param name="pascalsPerHour">Mean change over the last three hours.</param>
    /// <param name="month">1 to 12.</param>
    /// <param name="windDegrees">Where the wind comes from, clockwise from north; null when it is calm or unknown.</param>
    /// <param name="northern">Which half of the earth.</param>
    /// <returns>A to Z.</returns>
    public static char Letter(double pascals, double pascalsPerHour, int month, double? windDegrees, bool northern = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(month, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(month, 12);
        double hectopascals = pascals / 100, trend = pascalsPerHour / 100;
        if (windDegrees is { } degrees && double.IsFinite(degrees))
        {
            int point = (int)Math.Floor((degrees / 22.5) + 0.5 + (northern ? 0 : 8));
            hectopascals += Wind[((point % 16) + 16) % 16];
        }

        bool summer = month is >= 4 and <= 9 == northern;
        (string letters, double place) = trend >= Trend ? (Rising, 0.1740 * (1031.40 - hectopascals - (summer ? Season : 0)))
            : trend <= -Trend ? (Falling, 0.1553 * (1029.95 - hectopascals + (summer ? Season : 0)))
            : (Steady, 0.2314 * (1030.81 - hectopascals));
        return letters[Math.Clamp((int)Math.Floor(place + 0.5), 0, letters.Length - 1)];
    }

    /// <param name="letter">A to Z.</param>
    public static string Text(char letter) => Texts[letter - 'A'];
}
