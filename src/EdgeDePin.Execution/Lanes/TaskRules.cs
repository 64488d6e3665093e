namespace EdgeDePin.Execution.Lanes;

/// <summary>How a task is tried. What is null is as the run has it.</summary>
public sealed record TaskRules
{
    /// <summary>Attempts before it has failed; 1 to 1000.</summary>
    public int? Attempts { get; init; }

    /// <summary>The pause before the second attempt, to a day; each later one is twice as long.</summary>
    public TimeSpan? Backoff { get; init; }

    /// <summary>
    /// After this long an attempt's token is cancelled: above 0, to 24 days; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>: never.
    /// The task must look at the token.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Before the attempt that follows so many: doubling, as far as a day.</summary>
    internal static TimeSpan Pause(TimeSpan backoff, int attempts) =>
        // A shift by more than 30 would wrap.
        TimeSpan.FromTicks((long)Math.Min(backoff.Ticks * Math.Pow(2, Math.Clamp(attempts - 1, 0, 30)), TimeSpan.TicksPerDay));

    /// <param name="whose">Whom the message should name, with a colon; empty for a run.</param>
    /// <exception cref="ArgumentException">Something is out of its range; the message names it.</exception>
    internal void Validate(string whose)
    {
        string? wrong =
            Attempts is not (null or (>= 1 and <= 1000)) ? $"{nameof(Attempts)} is {Attempts}; it must be 1 to 1000."
            : Backoff < TimeSpan.Zero || Backoff > TimeSpan.FromDays(1) ? $"{nameof(Backoff)} is {Backoff}; it must be 0 to a day."
            : Timeout is { } timeout && timeout != System.Threading.Timeout.InfiniteTimeSpan && (timeout <= TimeSpan.Zero || timeout > TimeSpan.FromDays(24))
                ? $"{nameof(Timeout)} is {Timeout}; it must be above 0 and at most 24 days."
            : null;
        if (wrong is not null)
        {
            throw new ArgumentException(whose + wrong);
        }
    }
}
