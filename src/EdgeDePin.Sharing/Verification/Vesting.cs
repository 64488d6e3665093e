namespace EdgeDePin.Sharing.Verification;

/// <summary>
/// Check and vest: a result that was not checked itself is believed when V later checks of its worker have passed. A worker that
/// lies at any rate s gets f·s·(1-s)^V through, at most f / (e·V) for a share f of bad workers.
/// </summary>
public static class Vesting
{
    /// <summary>How many checks must pass for this bound.</summary>
    /// <param name="epsilon">Wrong results that may be accepted for each accepted, above 0.</param>
    /// <param name="badShare">Bad workers for each worker, 0 to 1.</param>
    public static int ChecksFor(double epsilon, double badShare)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        return (int)Math.Clamp(Math.Ceiling(badShare / (Math.E * epsilon)), 1, 1_000_000);
    }

    /// <summary>P(wrong) of a result after so many passed checks: f/(e·V), and f while there are none.</summary>
    public static double Bound(double badShare, int checks) => checks == 0 ? badShare : Math.Min(badShare, badShare / (Math.E * checks));

    /// <summary>How often a worker's results are checked: all of a newcomer's, then less with the root of what has passed.</summary>
    /// <param name="passed">Checks passed since the last that failed.</param>
    public static double CheckShare(SharingOptions options, int passed)
    {
        ArgumentNullException.ThrowIfNull(options);
        return passed < options.ChecksOfNewcomer ? 1 : Math.Max(options.LeastCheckShare, options.CheckFactor / Math.Sqrt(Math.Max(1, passed)));
    }

    /// <summary>Millicredits for so much fuel at a price for a million of it, rounded up: a started unit is a unit.</summary>
    public static long Bill(long fuel, long price) => (long)(((Int128)fuel * price + 999_999) / 1_000_000);
}
