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

    /// <summary>Room for an instant in UTC with nine decimals.</summary>
    public const int MaxLength = 40;

    /// <summary>An instant in UTC.</summary>
    /// <returns>Bytes written.</returns>
    public static int Format(long instant, Span<byte> target)
    {
        long fraction = ((instant % 1_000_000_000) + 1_000_000_000) % 1_000_000_000;
        DateTime second = DateTime.UnixEpoch.AddTicks((instant - fraction) / 100);
        (int year, int month, int day) = second;
        Digits(target, 0, year, 4);
        target[4] = (byte)'-';
        Digits(target, 5, month, 2);
        target[7] = (byte)'-';
        Digits(target, 8, day, 2);
        target[10] = (byte)'T';
        Digits(target, 11, second.Hour, 2);
        target[13] = (byte)':';
        Digits(target, 14, second.Minute, 2);
        target[16] = (byte)':';
        Digits(target, 17, second.Second, 2);
        int at = 19;
        if (fraction > 0)
        {
            target[at] = (byte)'.';
            Digits(target, at + 1, (int)fraction, 9);
            at += 10;
            while (target[at - 1] == '0')
            {
                at--;
            }
        }

        target[at] = (byte)'Z';
        return at + 1;
    }

    private static void Digits(Span<byte> target, int at, int value, int count)
    {
        for (int digit = at + count - 1; digit >= at; digit--)
        {
            (value, int last) = Math.DivRem(value, 10);
            target[digit] = (byte)('0' + last);
        }
    }

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
