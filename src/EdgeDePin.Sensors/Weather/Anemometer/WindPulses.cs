namespace EdgeDePin.Sensors.Weather.Anemometer;

/// <summary>Pulses of a cup anemometer, as mean and gust of the time since they were last asked for.</summary>
/// <param name="metresPerSecondPerHertz">The cup's factor.</param>
public sealed class WindPulses(double metresPerSecondPerHertz)
{
    /// <summary>The gust is the fastest three seconds (WMO-No. 8, part I, chapter 5).</summary>
    public static readonly TimeSpan Gust = TimeSpan.FromSeconds(3);

    /// <summary>Contacts bounce for less; a cup at 100 m/s closes every 6 ms.</summary>
    public static readonly TimeSpan Lockout = TimeSpan.FromMilliseconds(1);

    // 3 s at 1 kHz: what the lock-out lets through at most.
    private const int MostInGust = 3_000;

    private readonly Queue<TimeSpan> _recent = new();
    private TimeSpan _last = TimeSpan.MinValue;
    private TimeSpan _since;
    private int _count;
    private int _most;

    /// <summary>Pulses that came too soon after another, and were none.</summary>
    public long Bounces { get; private set; }

    /// <param name="at">Monotonic.</param>
    public void Pulse(TimeSpan at)
    {
        if (_last != TimeSpan.MinValue && at - _last < Lockout)
        {
            Bounces++;
            return;
        }

        _last = at;
        _count++;
        Forget(at);
        if (_recent.Count == MostInGust)
        {
            _recent.Dequeue();
        }

        _recent.Enqueue(at);
        _most = Math.Max(_most, _recent.Count);
    }

    /// <summary>Mean and gust in m/s, and a new beginning.</summary>
    public (double Mean, double Gust) Take(TimeSpan at)
    {
        double seconds = (at - _since).TotalSeconds;
        double mean = seconds > 0 ? _count / seconds * metresPerSecondPerHertz : 0;
        double gust = Math.Max(mean, _most / Gust.TotalSeconds * metresPerSecondPerHertz);
        Forget(at);
        (_count, _most, _since) = (0, 0, at);
        return (mean, gust);
    }

    private void Forget(TimeSpan at)
    {
        while (_recent.TryPeek(out TimeSpan oldest) && at - oldest >= Gust)
        {
            _recent.Dequeue();
        }
    }
}
