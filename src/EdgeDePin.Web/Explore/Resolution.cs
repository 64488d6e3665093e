using EdgeDePin.Web.Text;

namespace EdgeDePin.Web.Explore;

/// <summary>Whether a chart draws every point or means of buckets, so that a phone is never sent a million points.</summary>
/// <param name="Every">Width of a bucket; null draws the raw points.</param>
/// <param name="Gap">Two raw points further apart than this are not joined by a line.</param>
public sealed record Resolution(TimeSpan? Every, TimeSpan Gap)
{
    /// <summary>About one point per pixel of a wide chart.</summary>
    public const int MostPoints = 1200;

    /// <summary>A line over more than this many missed intervals would invent data.</summary>
    private const double MissedIntervals = 3.5;

    private static readonly int[] NiceSeconds =
        [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

    /// <param name="length">From the first to the last point.</param>
    /// <param name="pointsPerSensor">The most that one sensor has in it.</param>
    public static Resolution For(TimeSpan length, long pointsPerSensor)
    {
        // The mean distance is at least the rhythm, so a gap that it calls one is one.
        TimeSpan rhythm = pointsPerSensor > 1 ? length / (pointsPerSensor - 1) : TimeSpan.Zero;
        if (pointsPerSensor <= MostPoints)
        {
            return new Resolution(null, rhythm * MissedIntervals);
        }

        double atLeast = length.TotalSeconds / (MostPoints / 2.0);
        int nice = NiceSeconds.FirstOrDefault(seconds => seconds >= atLeast);
        TimeSpan every = TimeSpan.FromSeconds(nice > 0 ? nice : Math.Ceiling(atLeast / 86_400) * 86_400);
        return new Resolution(every, every * 1.5);
    }

    public override string ToString() =>
        Every is { } every ? $"aggregated: mean per {NumberText.Duration(every)}" : "raw: every stored point";
}
