namespace EdgeDePin.Sensors.AirQuality;

/// <summary>How long a laser has been on in this process, against what it lives.</summary>
public sealed class LaserClock(TimeProvider time)
{
    /// <summary>What makers of these sensors state.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(8_000);

    /// <summary>From switching on to the first value that is stable.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(30);

    private long? _since;
    private TimeSpan _before;

    /// <summary>Time on, all stretches together.</summary>
    public TimeSpan On => _before + (_since is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero);

    /// <summary>0 to 1 and beyond.</summary>
    public double LifeUsed => On / Life;

    public void SwitchOn() => _since ??= time.GetTimestamp();

    public void SwitchOff() => (_before, _since) = (On, null);
}
