using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Quality;

/// <summary>
/// Judges the readings of one quantity of one sensor by what came before, in constant memory: range, step, counter, stuck,
/// flat line, saturation.
/// </summary>
public sealed class SeriesCheck(Quantity quantity)
{
    /// <summary>That many in a row agree on another level before it is believed.</summary>
    private const int Confirmations = 3;

    /// <summary>Fewer equal values in a row are never called stuck.</summary>
    private const int FewestStuck = 12;

    private static readonly TimeSpan FlatAfter = TimeSpan.FromHours(1);
    private static readonly TimeSpan SaturatedAfter = TimeSpan.FromHours(1);

    private readonly QualityLimits _limits = QualityLimits.Of(quantity);
    private double? _good;
    private DateTimeOffset _goodAt;
    private double _suspect;
    private DateTimeOffset _suspectAt;
    private int _confirmed;
    private double _previous = double.NaN;
    private int _equal;
    private int _longestEqual;
    private double _smallestStep = double.PositiveInfinity;
    private double _lowest;
    private double _highest;
    private DateTimeOffset _movedAt;
    private DateTimeOffset? _saturatedSince;

    /// <param name="value">Calibrated, finite.</param>
    public ReadingQuality Judge(double value, DateTimeOffset at)
    {
        if (value < _limits.Lowest || value > _limits.Highest)
        {
            return ReadingQuality.Bad(QualityReason.Range);
        }

        bool stuck = IsStuck(value);
        bool flat = IsFlat(value, at);
        if (!Follows(value, at))
        {
            return _limits.IsCounter ? ReadingQuality.Bad(QualityReason.Counter) : ReadingQuality.Suspect(QualityReason.Step);
        }

        return IsSaturated(value, at) ? ReadingQuality.Suspect(QualityReason.Saturated)
            : stuck ? ReadingQuality.Suspect(QualityReason.Stuck)
            : flat ? ReadingQuality.Suspect(QualityReason.FlatLine)
            : ReadingQuality.Good;
    }

    // A level that several readings in a row agree on is a front, a door or a new meter; one alone is a glitch. The first
    // reading of all has nothing to follow.
    private bool Follows(double value, DateTimeOffset at)
    {
        if (_good is not { } good || IsReachable(good, _goodAt, value, at))
        {
            (_good, _goodAt, _confirmed) = (value, at, 0);
            return true;
        }

        bool agrees = _confirmed > 0 && IsReachable(_suspect, _suspectAt, value, at);
        (_suspect, _suspectAt, _confirmed) = (value, at, agrees ? _confirmed + 1 : 1);
        if (_confirmed <= Confirmations)
        {
            return false;
        }

        (_good, _goodAt, _confirmed) = (value, at, 0);
        return true;
    }

    // Limits are of minutes: two readings of one second may differ as much as two of a minute.
    private bool IsReachable(double from, DateTimeOffset fromAt, double to, DateTimeOffset at)
    {
        double reach = _limits.StepPerMinute * Math.Max(1, Math.Abs((at - fromAt).TotalMinutes));
        return _limits.IsCounter ? to >= from && to - from <= reach : Math.Abs(to - from) <= reach;
    }

    // How long a sensor repeats itself when it is well depends on its steps and its noise; it is learned. A run that ends by a
    // step of the usual size was the weather standing still; one that ends by a jump was not, and teaches nothing.
    private bool IsStuck(double value)
    {
        if (value == _previous)
        {
            _equal++;
            return _limits.ShowsNoise && _equal >= Math.Max(FewestStuck, 4 * _longestEqual) && !AtEnd(value);
        }

        double step = Math.Abs(value - _previous);
        if (double.IsFinite(step))
        {
            _smallestStep = Math.Min(_smallestStep, step);
            if (_equal < Math.Max(FewestStuck, 4 * _longestEqual) || step <= 2.5 * _smallestStep)
            {
                _longestEqual = Math.Max(_longestEqual, _equal);
            }
        }

        (_previous, _equal) = (value, 0);
        return false;
    }

    private bool IsFlat(double value, DateTimeOffset at)
    {
        if (_movedAt == default || !_limits.HasToMove(value) || value - _lowest >= _limits.LeastPerHour || _highest - value >= _limits.LeastPerHour)
        {
            (_lowest, _highest, _movedAt) = (value, value, at);
            return false;
        }

        (_lowest, _highest) = (Math.Min(_lowest, value), Math.Max(_highest, value));
        return at - _movedAt >= FlatAfter;
    }

    private bool IsSaturated(double value, DateTimeOffset at)
    {
        if (value < _limits.Saturation)
        {
            _saturatedSince = null;
            return false;
        }

        _saturatedSince ??= at;
        return at - _saturatedSince >= SaturatedAfter;
    }

    // At 100 %RH in fog a good sensor stands still; that is judged as saturation, not as being stuck.
    private bool AtEnd(double value) => value >= _limits.Saturation;
}
