namespace EdgeDePin.Sensors.AirQuality;

/// <summary>How long a laser has been on, against what it lives. For several threads.</summary>
public sealed class LaserClock(TimeProvider time)
{
    /// <summary>What makers of these sensors state.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(8_000);

    /// <summary>From switching on to the first value that is stable.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private long? _since;
    private TimeSpan _before;
    private long _cycles;

    /// <summary>Time on, all stretches together.</summary>
    public TimeSpan On => Use.On;

    /// <summary>0 to 1 and beyond.</summary>
    public double LifeUsed => On / Life;

    /// <summary>Time on, and how often it was switched on, of one moment.</summary>
    public LaserUse Use
    {
        get
        {
            lock (_lock)
            {
                return new LaserUse(_before + (_since is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero), _cycles);
            }
        }
    }

    /// <summary>What was counted in earlier runs. Once, before the first sample.</summary>
    public void GoOnFrom(LaserUse earlier)
    {
        lock (_lock)
        {
            (_before, _cycles) = (_before + earlier.On, _cycles + earlier.Cycles);
        }
    }

    public void SwitchOn()
    {
        lock (_lock)
        {
            _cycles += _since is null ? 1 : 0;
            _since ??= time.GetTimestamp();
        }
    }

    public void SwitchOff()
    {
        lock (_lock)
        {
            _before += _since is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero;
            _since = null;
        }
    }
}

/// <param name="On">All stretches together.</param>
/// <param name="Cycles">How often it was switched on.</param>
public readonly record struct LaserUse(TimeSpan On, long Cycles);

/// <summary>A sensor with a laser that wears out.</summary>
public interface ILaserSensor : ISensor
{
    LaserClock Laser { get; }
}
