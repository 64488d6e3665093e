using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>
/// The air quality index of the US EPA for particles, with the breakpoints of May 2024 (EPA 454/B-24-002). Concentrations
/// are 24-hour means or a NowCast, in µg/m³; they are truncated (not rounded) before the table is read.
/// </summary>
public static class UsAqi
{
    private static readonly int[] Index = [0, 50, 51, 100, 101, 150, 151, 200, 201, 300, 301, 500];
    private static readonly double[] Pm25 = [0, 9.0, 9.1, 35.4, 35.5, 55.4, 55.5, 125.4, 125.5, 225.4, 225.5, 325.4];
    private static readonly double[] Pm10 = [0, 54, 55, 154, 155, 254, 255, 354, 355, 424, 425, 604];

    /// <summary>Above the table the index goes on with the slope of its last row.</summary>
    /// <returns>Null for a quantity without an index, and for a concentration below 0 or without a value.</returns>
    public static int? Of(Quantity quantity, double concentration)
    {
        double[]? table = quantity == Quantity.Pm25 ? Pm25 : quantity == Quantity.Pm10 ? Pm10 : null;
        if (table is null || Truncate(quantity, concentration) is not double truncated)
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
    public static double? Truncate(Quantity quantity, double concentration)
    {
        if (!(concentration >= 0 && concentration <= 100_000))
        {
            return null;
        }

        // decimal: 9.1 is not 9.0999…, and stays in the row that begins with it.
        decimal step = quantity == Quantity.Pm25 ? 0.1m : 1m;
        return (double)(Math.Floor((decimal)concentration / step) * step);
    }
}
