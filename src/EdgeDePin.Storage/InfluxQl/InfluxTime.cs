using System.Globalization;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Instants as Go's RFC3339Nano writes them: fraction without trailing zeros, Z for UTC.</summary>
internal static class InfluxTime
{
    /// <summary>Nanoseconds of the unit that a request names; an unknown one means nanoseconds, as in InfluxDB.</summary>
    public static long Unit(string? epoch) => epoch switch
    {
        "u" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => 1,
    };

    public static string Text(long instant, TimeZoneInfo? zone)
    {
        long fraction = ((instant % 1_000_000_000) + 1_000_000_000) % 1_000_000_000;
        DateTimeOffset second = DateTimeOffset.UnixEpoch.AddSeconds((instant - fraction) / 1_000_000_000);
        string decimals = fraction == 0 ? "" : "." + fraction.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        if (zone is null)
        {
            return $"{second:yyyy-MM-dd'T'HH:mm:ss}{decimals}Z";
        }

        TimeSpan offset = zone.GetUtcOffset(second);
        string suffix = offset == TimeSpan.Zero ? "Z" : $"{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}";
        return $"{second.UtcDateTime + offset:yyyy-MM-dd'T'HH:mm:ss}{decimals}{suffix}";
    }
}
