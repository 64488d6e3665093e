using System.Formats.Cbor;
using System.Globalization;

namespace EdgeDePin.Analytics.Faults;

/// <summary>
/// How much of the last days a sensor spent at the end of its scale. Fog holds a good humidity sensor at 100 % for a night and sometimes for a
/// day; a wet element of a DHT22 stays there for four fifths of every day. Memory: 72 hours of two counts.
/// </summary>
/// <param name="end">At and above it a value is at the end.</param>
public sealed class SaturationCheck(double end)
{
    private const int Hours = 72;
    private const int Day = 24;

    // A day of which less is known says nothing yet.
    private const int FewestHours = 16;

    /// <summary>This share of a day, or half of three days, is half a certainty.</summary>
    private const double DayShare = 0.62;

    private readonly int[] _seen = new int[Hours];
    private readonly int[] _pinned = new int[Hours];
    private long _hour = long.MinValue;

    /// <summary>Within the hour that is known best of: 0 to 1.</summary>
    public double Score { get; private set; }

    public string Detail { get; private set; } = string.Empty;

    public void Judge(double value, DateTimeOffset at)
    {
        if (double.IsInfinity(end))
        {
            return;
        }

        long hour = at.UtcTicks / TimeSpan.TicksPerHour;
        if (hour > _hour || hour < _hour - 1)
        {
            Advance(hour);
            Weigh();
        }

        if (hour == _hour)
        {
            _seen[hour % Hours]++;
            _pinned[hour % Hours] += value >= end ? 1 : 0;
        }
    }

    internal void Write(CborWriter writer)
    {
        writer.WriteStartArray(_hour == long.MinValue ? 0 : 1 + (2 * Hours));
        if (_hour != long.MinValue)
        {
            writer.WriteInt64(_hour);
            for (int hour = 0; hour < Hours; hour++)
            {
                writer.WriteInt32(_seen[hour]);
                writer.WriteInt32(_pinned[hour]);
            }
        }

        writer.WriteEndArray();
    }

    internal void Read(CborReader reader)
    {
        reader.ReadStartArray();
        if (reader.PeekState() != CborReaderState.EndArray)
        {
            _hour = reader.ReadInt64();
            for (int hour = 0; hour < Hours; hour++)
            {
                (_seen[hour], _pinned[hour]) = (reader.ReadInt32(), reader.ReadInt32());
            }

            Weigh();
        }

        reader.ReadEndArray();
    }

    private void Advance(long hour)
    {
        if (hour < _hour)
        {
            // The clock was put back by more than an hour: what was counted by the other clock is not of these days.
            Array.Clear(_seen);
            Array.Clear(_pinned);
        }

        for (long next = Math.Max(_hour + 1, hour - Hours + 1); next <= hour; next++)
        {
            (_seen[next % Hours], _pinned[next % Hours]) = (0, 0);
        }

        _hour = hour;
    }

    // Every hour counts alike, however often it was sampled.
    private void Weigh()
    {
        (double day, int known) = Share(Day);
        (double days, int knownDays) = Share(Hours);
        double ofDay = known >= FewestHours ? day / DayShare / 2 : 0;
        double ofDays = knownDays >= 2 * Day ? days : 0;
        Score = Math.Min(1, Math.Max(ofDay, ofDays));
        Detail = Score == 0 ? string.Empty : ofDay >= ofDays
            ? string.Create(CultureInfo.InvariantCulture, $"{100 * day:0} % of the last 24 hours at or above {end:0.##}")
            : string.Create(CultureInfo.InvariantCulture, $"{100 * days:0} % of the last 72 hours at or above {end:0.##}");
    }

    private (double Share, int Known) Share(int hours)
    {
        double share = 0;
        int known = 0;
        for (long hour = _hour - hours; hour < _hour; hour++)
        {
            int slot = (int)(hour % Hours);
            if (hour > _hour - Hours && _seen[slot] > 0)
            {
                known++;
                share += _pinned[slot] / (double)_seen[slot];
            }
        }

        return (known == 0 ? 0 : share / known, known);
    }
}
