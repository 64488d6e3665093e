using System.Globalization;
using System.Text;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>What a time zone adds to UTC, by instant and as SQL.</summary>
internal static class ZoneOffsets
{
    /// <summary>Beyond these years the rules of a zone are taken to be those of the border.</summary>
    private static readonly DateTimeOffset Earliest = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero), Latest = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>In ns, at an instant in ns since 1970.</summary>
    public static long At(TimeZoneInfo zone, long instant)
    {
        // Downwards, so that an instant just before a change is before it.
        long ticks = (instant / 100) - (instant % 100 < 0 ? 1 : 0);
        return zone.GetUtcOffset(DateTimeOffset.UnixEpoch.AddTicks(ticks)).Ticks * 100;
    }

    /// <summary>SQL of the offset at an expression between two instants.</summary>
    public static string Sql(TimeZoneInfo zone, string expression, long from, long until)
    {
        long first = Math.Max(from, Point.InstantOf(Earliest)), last = Math.Min(until, Point.InstantOf(Latest));
        var cases = new StringBuilder("CASE");
        long here = At(zone, first);
        const long Day = 86_400_000_000_000;
        for (long day = first; day < last; day += Day)
        {
            long next = Math.Min(day + Day, last);
            if (At(zone, next) == here)
            {
                continue;
            }

            cases.Append(CultureInfo.InvariantCulture, $" WHEN {expression} < {Change(zone, day, next)} THEN {here}");
            here = At(zone, next);
        }

        return cases.Length == 4 ? here.ToString(CultureInfo.InvariantCulture) : cases.Append(CultureInfo.InvariantCulture, $" ELSE {here} END").ToString();
    }

    // The first second at which the offset is no longer what it was at `low`.
    private static long Change(TimeZoneInfo zone, long low, long high)
    {
        const long Second = 1_000_000_000;
        (long before, long old) = (low / Second, At(zone, low));
        long after = high / Second;
        while (after - before > 1)
        {
            long middle = before + ((after - before) / 2);
            (before, after) = At(zone, middle * Second) == old ? (middle, after) : (before, middle);
        }

        return after * Second;
    }
}
