namespace EdgeDePin.Sensors.Weather.RainGauge;

/// <summary>Tips of a bucket as an amount and a rate.</summary>
/// <param name="millimetresPerTip">The bucket's volume over the funnel's area.</param>
public sealed class RainTips(double millimetresPerTip)
{
    /// <summary>The bucket swings for some 100 ms and closes the contact several times.</summary>
    public static readonly TimeSpan Lockout = TimeSpan.FromMilliseconds(300);

    /// <summary>After a quarter of an hour without a tip it has stopped raining.</summary>
    public static readonly TimeSpan Over = TimeSpan.FromMinutes(15);

    private TimeSpan? _last;
    private TimeSpan? _interval;
    private long _tips;

    /// <summary>Closures that were the same tip.</summary>
    public long Bounces { get; private set; }

    /// <summary>mm since the start; never goes back.</summary>
    public double Millimetres => _tips * millimetresPerTip;

    /// <param name="at">Monotonic.</param>
    public void Tip(TimeSpan at)
    {
        if (_last is { } last && at - last < Lockout)
        {
            Bounces++;
            return;
        }

        _tips++;
        _interval = _last is { } before && at - before < Over ? at - before : null;
        _last = at;
    }

    /// <summary>
    /// mm/h from the interval between tips: counted in a window, light rain is a sawtooth of nothing and one whole tip. While
    /// the next tip is overdue the rate falls; it cannot be more than one tip in the time that has passed.
    /// </summary>
    public double Rate(TimeSpan at)
    {
        if (_last is not { } last || _interval is not { } interval || at - last >= Over)
        {
            return 0;
        }

        TimeSpan longest = at - last > interval ? at - last : interval;
        return millimetresPerTip / longest.TotalHours;
    }
}
