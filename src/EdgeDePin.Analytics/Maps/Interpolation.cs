namespace EdgeDePin.Analytics;

/// <summary>Values between places: inverse squared distances (Shepard, 1968).</summary>
internal static class Interpolation
{
    /// <summary>Metres below which two places are the same.</summary>
    public const double Near = 1e-9;

    /// <param name="without">Number of a known place that is left out; -1: none.</param>
    public static double InverseDistance(IReadOnlyList<MapPoint> known, MapPoint wanted, int without = -1)
    {
        double sum = 0, weights = 0;
        for (int at = 0; at < known.Count; at++)
        {
            if (at == without)
            {
                continue;
            }

            double distance = known[at].DistanceTo(wanted);
            if (distance < Near)
            {
                return known[at].Value;
            }

            double weight = 1 / (distance * distance);
            sum += weight * known[at].Value;
            weights += weight;
        }

        return sum / weights;
    }

    /// <param name="without">Number of a known place that is left out; -1: none.</param>
    public static double Mean(IReadOnlyList<MapPoint> known, int without = -1)
    {
        double sum = 0;
        for (int at = 0; at < known.Count; at++)
        {
            sum += at == without ? 0 : known[at].Value;
        }

        return sum / (without < 0 ? known.Count : known.Count - 1);
    }
}
