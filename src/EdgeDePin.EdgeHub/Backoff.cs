namespace EdgeDePin.EdgeHub;

/// <summary>
/// How long to wait before the next try: a ceiling that doubles with each failure, and a random half of it, so that the modules
/// of a rebooted device do not all knock at the same instant.
/// </summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, Random random)
{
    /// <summary>A wait in [ceiling / 2, ceiling).</summary>
    /// <param name="failures">Tries that have failed in a row, from 0.</param>
    public TimeSpan After(int failures)
    {
        // 30 doublings exceed any wait that makes sense, and do not overflow.
        double ceiling = Math.Min(longest.TotalMilliseconds, first.TotalMilliseconds * (1L << Math.Min(failures, 30)));
        return TimeSpan.FromMilliseconds(ceiling / 2 * (1 + random.NextDouble()));
    }
}
