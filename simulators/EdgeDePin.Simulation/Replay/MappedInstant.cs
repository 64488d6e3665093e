using System.Globalization;
using EdgeDePin.Analytics;

namespace EdgeDePin.Simulation.Replay;

/// <summary>Instants as a file writes them, in the time of some place, as UTC.</summary>
internal sealed class MappedInstant
{
    private const string DayOfYear = "DOY";

    private readonly string[] _tokens;
    private readonly StampFormat _format;
    private readonly TimeZoneInfo? _zone;
    private DateTimeOffset _previous;

    /// <exception cref="FormatException">The pattern or the zone is not known.</exception>
    public MappedInstant(string path, string format, string? zone)
    {
        _tokens = format.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        _format = StampFormat.Parse(format.Replace(DayOfYear, "MM-dd", StringComparison.Ordinal));
        if (zone is not null && format == "iso")
        {
            throw new FormatException($"{path}: Zone '{zone}' needs a Format that says how local instants are written, e.g. yyyy-MM-dd HH:mm:ss.");
        }

        try
        {
            _zone = zone is null ? null : TimeZoneInfo.FindSystemTimeZoneById(zone);
        }
        catch (TimeZoneNotFoundException error)
        {
            throw new FormatException($"{path}: Zone '{zone}' is not known here; use a name of the IANA database, e.g. Europe/Berlin.", error);
        }
    }

    public bool TryRead(string stamp, out DateTimeOffset instant)
    {
        instant = default;
        if (!TryDate(stamp, out string text) || !_format.TryRead(text, out DateTime read))
        {
            return false;
        }

        if (_zone is null || read.Kind == DateTimeKind.Utc)
        {
            instant = new DateTimeOffset(DateTime.SpecifyKind(read, DateTimeKind.Utc));
            return true;
        }

        var local = DateTime.SpecifyKind(read, DateTimeKind.Unspecified);
        TimeSpan offset = _zone.IsInvalidTime(local) ? _zone.BaseUtcOffset : _zone.GetUtcOffset(local);
        if (_zone.IsAmbiguousTime(local))
        {
            // The hour that comes twice in autumn: the first time by summer time, and when that is over by the other.
            TimeSpan[] both = [.. _zone.GetAmbiguousTimeOffsets(local).OrderDescending()];
            offset = new DateTimeOffset(local, both[0]) > _previous ? both[0] : both[^1];
        }

        instant = new DateTimeOffset(local, offset).ToUniversalTime();
        _previous = instant;
        return true;
    }

    // The day of the year is no pattern of .NET, and an hour of the form 5 for 00:05 neither.
    private bool TryDate(string stamp, out string text)
    {
        text = stamp;
        int day = Array.IndexOf(_tokens, DayOfYear), year = Array.IndexOf(_tokens, "yyyy"), clock = Array.IndexOf(_tokens, "HHmm");
        string[] parts = stamp.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != _tokens.Length || (day < 0 && clock < 0))
        {
            return day < 0;
        }

        if (day >= 0)
        {
            if (year < 0 || !int.TryParse(parts[year], NumberStyles.None, CultureInfo.InvariantCulture, out int ofYear) || ofYear is < 1 or > 9_998
                || !int.TryParse(parts[day], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1 || number > (DateTime.IsLeapYear(ofYear) ? 366 : 365))
            {
                return false;
            }

            parts[day] = new DateTime(ofYear, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(number - 1).ToString("MM-dd", CultureInfo.InvariantCulture);
        }

        if (clock >= 0)
        {
            parts[clock] = parts[clock].PadLeft(4, '0');
        }

        text = string.Join(' ', parts);
        return true;
    }
}
