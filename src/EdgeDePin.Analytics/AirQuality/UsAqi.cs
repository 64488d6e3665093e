using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>
/// The air quality index of the US EPA, with the breakpoints of May 2024 (EPA 454/B-24-002). Concentrations of particles are 24-hour means or a
/// NowCast in µg/m³; of ozone 8-hour means and of SO2 and NO2 1-hour means in ppb, of CO 8-hour means in ppm. They are truncated (not rounded)
/// before the table is read.
/// </summary>
public static class UsAqi
{
    private static readonly int[] Index = [0, 50, 51, 100, 101, 150, 151, 200, 201, 300, 301, 500];
    private static readonly double[] Pm25 = [0, 9.0, 9.1, 35.4, 35.5, 55.4, 55.5, 125.4, 125.5, 225.4, 225.5, 325.4];
    private static readonly double[] Pm10 = [0, 54, 55, 154, 155, 254, 255, 354, 355, 424, 425, 604];

    // 8-hour ozone has no index above 300: there the 1-hour mean is used.
    private static readonly double[] Ozone = [0, 54, 55, 70, 71, 85, 86, 105, 106, 200];
    private static readonly double[] CarbonMonoxide = [0, 4.4, 4.5, 9.4, 9.5, 12.4, 12.5, 15.4, 15.5, 30.4, 30.5, 50.4];
    private static readonly double[] SulphurDioxide = [0, 35, 36, 75, 76, 185, 186, 304, 305, 604, 605, 1_004];
    private static readonly double[] NitrogenDioxide = [0, 53, 54, 100, 101, 360, 361, 649, 650, 1_249, 1_250, 2_049];

    /// <summary>The year of the breakpoints; an index without it says nothing.</summary>
    public const string Version = "2024";

    /// <summary>Above the table the index goes on with the slope of its last row.</summary>
    /// <returns>Null for a quantity without an index, and for a concentration below 0 or without a value.</returns>
    public static int? Of(Quantity quantity, double concentration) =>
        quantity == Quantity.Pm25 ? Of(Pollutant.Pm25, concentration) : quantity == Quantity.Pm10 ? Of(Pollutant.Pm10, concentration) : null;

    /// <summary>The same by pollutant, in the units above. Ozone of more than 200 ppb in 8 hours has none.</summary>
    public static int? Of(Pollutant pollutant, double concentration)
    {
        double[] table = pollutant switch
        {
            Pollutant.Pm25 => Pm25,
            Pollutant.Pm10 => Pm10,
            Pollutant.Ozone => Ozone,
            Pollutant.CarbonMonoxide => CarbonMonoxide,
            Pollutant.SulphurDioxide => SulphurDioxide,
            _ => NitrogenDioxide,
        };
        if (Truncate(concentration, pollutant is Pollutant.Pm25 or Pollutant.CarbonMonoxide ? 0.1m : 1m) is not double truncated
            || (pollutant == Pollutant.Ozone && truncated > table[^1]))
        {
            return null;
        }

        int row = 0;
        while (row < table.Length - 2 && truncated > table[row + 1])
        {
            row += 2;
        }

        double slope = (Index[row + 1] - Index[row]) / (table[row + 1] - table[row]);
        return (int)Math.Round((slope * (truncated - table[row])) + Index[row], MidpointRounding.AwayFromZero);
    }

    /// <summary>PM2.5 to 0.1 and PM10 to 1 µg/m³, downwards.</summary>
    /// <returns>Null below 0, above 100,000 and for what is no number.</returns>
    public static double? Truncate(Quantity quantity, double concentration) => Truncate(concentration, quantity == Quantity.Pm25 ? 0.1m : 1m);

    // decimal: 9.1 is not 9.0999…, and stays in the row that begins with it.
    private static double? Truncate(double concentration, decimal step) =>
        concentration >= 0 && concentration <= 100_000 ? (double)(Math.Floor((decimal)concentration / step) * step) : null;
}
