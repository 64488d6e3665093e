namespace EdgeDePin.Node;

/// <summary>
/// Lets computing stand back when the machine has too little for everybody: when a timer of an ordinary thread comes late, so does whoever
/// reads a sensor or takes its readings, in this process or another. Then lanes are held until timers are punctual again, but never for
/// longer than they may work in between, so that a machine that is always busy still computes.
/// </summary>
internal sealed class Deference(Func<IDisposable> hold, TimeProvider time)
{
    /// <summary>How often it looks. With <see cref="Late"/> and what a task needs to notice, lanes are quiet within 250 ms.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>A timer may come this late before it means something: Linux gives a thread its turn within some 20 ms.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest hold.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromMilliseconds(500);

    /// <summary>The least time between two holds.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    private long _holds;

    /// <summary>How often lanes were held.</summary>
    public long Holds => Interlocked.Read(ref _holds);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        long released = time.GetTimestamp() - (long)(Between.TotalSeconds * time.TimestampFrequency);
        while (true)
        {
            TimeSpan late = await LookAsync(cancellationToken);
            if (late > Late && time.GetElapsedTime(released) >= Between)
            {
                await HoldAsync(cancellationToken);
                released = time.GetTimestamp();
            }
        }
    }

    private async Task HoldAsync(CancellationToken cancellationToken)
    {
        using IDisposable held = hold();
        Interlocked.Increment(ref _holds);
        long since = time.GetTimestamp();
        while (time.GetElapsedTime(since) < Most && await LookAsync(cancellationToken) > Late)
        {
        }
    }

    private async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        long since = time.GetTimestamp();
        await Task.Delay(Look, time, cancellationToken);
        return time.GetElapsedTime(since) - Look;
    }
}
