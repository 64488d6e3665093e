namespace EdgeDePin.Node.Clocks;

/// <summary>
/// When this device was started, as far as one can know: the clock on the wall less the uptime. That stays the same as long as nobody
/// sets the clock, so that a change of it is a step. Looks at clocks and does nothing else.
/// </summary>
/// <param name="time">Its timestamps count since the start of the device.</param>
/// <param name="synchronised">What the kernel says; null where it does not.</param>
/// <param name="newestStored">The newest reading of an earlier start; asked when the clock alone cannot decide.</param>
internal sealed class BootClock(
    TimeProvider time, ClockOptions options, DateTimeOffset notBefore, Func<bool?> synchronised, Func<DateTimeOffset> newestStored)
{
    // The clock of a device that was switched off and on at once may have lost a little.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    private const int MaxTries = 8;

    private static readonly TimeSpan Near = TimeSpan.FromMicroseconds(100);

    private readonly TimeSpan _step = TimeSpan.FromSeconds(options.StepSeconds);
    private DateTimeOffset _measured;
    private DateTimeOffset? _newest;
    private TimeSpan? _heldSince;

    public ClockState State { get; private set; }

    /// <summary>Holds while <see cref="State"/> is not held.</summary>
    public DateTimeOffset BootedAt { get; private set; }

    /// <summary>What the clock said of the start of the device before it could be right; null when it could from the beginning.</summary>
    public DateTimeOffset? Doubted { get; private set; }

    /// <summary>How often the clock was set while this object looked.</summary>
    public long Steps { get; private set; }

    public TimeSpan Uptime => time.GetElapsedTime(0);

    /// <summary>Goes on as before, in the same start of the device.</summary>
    public void Resume(ClockSpan span) => (BootedAt, State, _measured) =
        (span.BootedAt, span.State, span.State == ClockState.Assumed ? Measure().BootedAt : span.BootedAt);

    /// <summary>Whether two starts are further apart than slewing and leap seconds explain.</summary>
    public bool Differ(DateTimeOffset one, DateTimeOffset other) => (one - other).Duration() >= _step;

    /// <summary>Looks at the clocks again.</summary>
    /// <returns>Whether readings are stamped otherwise from now on, or what they rest on is surer.</returns>
    public bool Look()
    {
        // Asked first: a clock that is set between the two questions must not count as right before it was.
        bool? kept = options.AskKernel ? synchronised() : null;
        (DateTimeOffset wall, DateTimeOffset measured) = Measure();
        bool possible = wall >= notBefore;
        if (State == ClockState.Held)
        {
            return First(wall, measured, possible, kept == true);
        }

        if (Differ(measured, _measured))
        {
            // A clock that cannot be right says nothing new: the uptime still tells the time.
            return possible && Set(measured, kept == true, isStep: true);
        }

        return kept == true && possible && State != ClockState.Synchronised && Set(measured, true, isStep: Differ(measured, BootedAt));
    }

    private bool First(DateTimeOffset wall, DateTimeOffset measured, bool possible, bool kept)
    {
        if (possible && (kept || wall + Slack >= Newest()))
        {
            return Set(measured, kept, isStep: Doubted is { } before && Differ(measured, before));
        }

        Doubted ??= measured;
        _heldSince ??= Uptime;
        if ((Uptime - _heldSince.Value).TotalSeconds < options.HoldSeconds)
        {
            return false;
        }

        DateTimeOffset newest = Newest();
        (BootedAt, State, _measured) = (newest > notBefore ? newest : notBefore, ClockState.Assumed, measured);
        return true;
    }

    private bool Set(DateTimeOffset measured, bool kept, bool isStep)
    {
        (BootedAt, State, _measured) = (measured, kept ? ClockState.Synchronised : ClockState.Unsynchronised, measured);
        Steps += isStep ? 1 : 0;
        return true;
    }

    private DateTimeOffset Newest() => _newest ??= newestStored();

    private (DateTimeOffset Wall, DateTimeOffset BootedAt) Measure()
    {
        DateTimeOffset wall = default;
        TimeSpan uptime = default, nearest = TimeSpan.MaxValue;
        // Two clocks cannot be read at once, and something else may run in between: the nearest pair counts.
        for (int tries = 0; tries < MaxTries && nearest > Near; tries++)
        {
            TimeSpan before = Uptime;
            DateTimeOffset now = time.GetUtcNow();
            TimeSpan between = Uptime - before;
            if (between < nearest)
            {
                (wall, uptime, nearest) = (now, before, between);
            }
        }

        // A clock of 1970 may be younger than the device.
        return (wall, wall - DateTimeOffset.MinValue > uptime ? wall - uptime : DateTimeOffset.MinValue);
    }
}
