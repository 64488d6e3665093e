using System.Collections.Immutable;
using System.Globalization;

namespace EdgeDePin.Balance;

/// <summary>Prices of a kilowatt-hour by the hour of the day.</summary>
/// <param name="Buy">24 prices.</param>
/// <param name="Sell">What the grid pays.</param>
public sealed record Tariff(ImmutableArray<double> Buy, double Sell)
{
    /// <summary>Cheap nights, dear evenings.</summary>
    public const string Default = "00-06:0.16,06-17:0.28,17-21:0.42,21-24:0.28";

    /// <summary>Reads spans of hours with their prices, e.g. <see cref="Default"/>; together they are the whole day.</summary>
    /// <exception cref="FormatException">A span is not one, or an hour has no price or two.</exception>
    public static Tariff Parse(string text, double sell)
    {
        ArgumentNullException.ThrowIfNull(text);
        double?[] buy = new double?[24];
        foreach (string span in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = span.Split(['-', ':'], 3);
            if (parts.Length != 3 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int from)
                || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int until) || from >= until || until > 24
                || !double.TryParse(parts[2], NumberStyles.Float, CultureInfo.InvariantCulture, out double price) || !double.IsFinite(price))
            {
                throw new FormatException($"'{span}' is no span with a price: write hours and money such as 17-21:0.42.");
            }

            for (int hour = from; hour < until; hour++)
            {
                buy[hour] = buy[hour] is null ? price : throw new FormatException($"hour {hour} has two prices in '{text}'.");
            }
        }

        int missing = Array.IndexOf(buy, null);
        return missing < 0
            ? new Tariff([.. buy.Select(price => price!.Value)], sell)
            : throw new FormatException($"hour {missing} has no price in '{text}': the spans must cover 00-24.");
    }
}
