namespace EdgeDePin.Model;

/// <summary>A reading, and what is known of its instant when the clock on the wall was wrong.</summary>
/// <param name="Sequence">From 1 in each run of the program that took it; one that is missing was lost on the way. 0: not numbered.</param>
/// <param name="Uptime">How long the device had been running, by a clock that nobody sets. Null: the reading is not of now but a replay.</param>
public readonly record struct StampedReading(Reading Reading, long Sequence, TimeSpan? Uptime);
