using System.Formats.Cbor;
using System.Globalization;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics.Faults;

/// <summary>Finds values that move too much or not at all, in constant memory.</summary>
public sealed class MovementCheck(QualityLimits limits)
{
    // Standing still is nothing for some hours: a winter night. Certain is four times what this sensor did when it was well.
    private static readonly TimeSpan CertainlyFlat = TimeSpan.FromHours(12);
    private static readonly TimeSpan NaturallyFlat = TimeSpan.FromHours(6);
    private static readonly TimeSpan Silence = TimeSpan.FromHours(1.5);
    private double _last = double.NaN;
    private DateTimeOffset _lastAt;
    private double _lowest;
    private double _highest;
    private DateTimeOffset _movedAt;
    private TimeSpan _longest;
    private DateTimeOffset _seenAt;

    /// <returns>Whether the step to this value is one that the quantity does not make.</returns>
    public bool IsStep(double value, DateTimeOffset at)
    {
        double minutes = Math.Max(1, Math.Abs((at - _lastAt).TotalMinutes));
        bool step = !double.IsNaN(_last) && Math.Abs(value - _last) > limits.StepPerMinute * minutes;
        (_last, _lastAt) = (value, at);
        return step;
    }

    /// <returns>0 to 1: how sure it is that the sensor stands still.</returns>
    public double Flatness(double value, DateTimeOffset at)
    {
        if (!limits.HasToMove(value))
        {
            // At the end of the scale it cannot move (that is judged as saturation), and some quantities may stand still.
            _movedAt = default;
            return 0;
        }

        // Nobody knows whether it moved while nothing was read, or while the clock was wrong.
        bool unseen = at < _seenAt || at - _seenAt > Silence;
        _seenAt = at;
        if (unseen)
        {
            (_lowest, _highest, _movedAt) = (value, value, at);
            return 0;
        }

        if (_movedAt == default || value - _lowest >= limits.LeastPerHour || _highest - value >= limits.LeastPerHour)
        {
            if (_movedAt != default && at - _movedAt <= NaturallyFlat && at - _movedAt > _longest)
            {
                _longest = at - _movedAt;
            }

            (_lowest, _highest, _movedAt) = (value, value, at);
            return 0;
        }

        (_lowest, _highest) = (Math.Min(_lowest, value), Math.Max(_highest, value));
        TimeSpan certain = 4 * _longest > CertainlyFlat ? 4 * _longest : CertainlyFlat;
        return Math.Min(1, (at - _movedAt) / certain);
    }

    internal void Write(CborWriter writer)
    {
        writer.WriteStartArray(7);
        writer.WriteDouble(_last);
        writer.WriteInt64(_lastAt.UtcTicks);
        writer.WriteDouble(_lowest);
        writer.WriteDouble(_highest);
        writer.WriteInt64(_movedAt.UtcTicks);
        writer.WriteInt64(_longest.Ticks);
        writer.WriteInt64(_seenAt.UtcTicks);
        writer.WriteEndArray();
    }

    internal void Read(CborReader reader)
    {
        reader.ReadStartArray();
        (_last, _lastAt) = (reader.ReadDouble(), new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero));
        (_lowest, _highest) = (reader.ReadDouble(), reader.ReadDouble());
        _movedAt = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
        _longest = TimeSpan.FromTicks(reader.ReadInt64());
        _seenAt = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
        reader.ReadEndArray();
    }

    public string FlatDetail => string.Create(CultureInfo.InvariantCulture, $"between {_lowest:0.##} and {_highest:0.##} since {_movedAt.UtcDateTime:yyyy-MM-dd HH:mm}");
}
