using EdgeDePin.Execution;

namespace EdgeDePin.Analytics;

/// <summary>
/// <c>interpolate@1</c>: own input a <see cref="MapRequest"/>, output a <see cref="MapAnswer"/>. Each known place is left out in turn and
/// told from the others; the method that is least wrong then is used. Worth lending, and bit-equal everywhere.
/// </summary>
public static class InterpolateTask
{
    public static readonly TaskKind Kind = new("interpolate", 1);

    private static readonly double[] Nuggets = [0.01, 0.1, 0.5];

    internal static byte[] Run(TaskInput input, CancellationToken cancellationToken)
    {
        MapRequest request = MapRequest.Decode(input.Own);
        (double nugget, double kriging) = (Nuggets[0], double.PositiveInfinity);
        foreach (double tried in Nuggets)
        {
            input.Yield();
            double error = LeftOut(request.Known, (others, wanted) => Interpolation.Kriging(others, wanted, tried), cancellationToken);
            (nugget, kriging) = error < kriging ? (tried, error) : (nugget, kriging);
        }

        double inverse = LeftOut(request.Known, (others, wanted) => Interpolation.InverseDistance(others, wanted), cancellationToken);
        double flat = LeftOut(request.Known, (others, _) => Mean(others), cancellationToken);
        string method = kriging < inverse && kriging < flat ? "kriging" : inverse < flat ? "idw" : "mean";
        double[] values = [.. request.Wanted.Select(wanted => method switch
        {
            "kriging" => Interpolation.Kriging(request.Known, wanted, nugget) ?? Interpolation.InverseDistance(request.Known, wanted),
            "idw" => Interpolation.InverseDistance(request.Known, wanted),
            _ => Mean(request.Known),
        })];
        return new MapAnswer(
            method, Math.Min(kriging, Math.Min(inverse, flat)), [double.IsFinite(kriging) ? kriging : double.NaN, inverse, flat], values).Encode();
    }

    private static double Mean(IReadOnlyList<MapPoint> points)
    {
        double sum = 0;
        foreach (MapPoint point in points)
        {
            sum += point.Value;
        }

        return sum / points.Count;
    }

    private static double LeftOut(IReadOnlyList<MapPoint> known, Func<IReadOnlyList<MapPoint>, MapPoint, double?> tell, CancellationToken cancellationToken)
    {
        double squares = 0;
        for (int at = 0; at < known.Count; at++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int left = at;
            if (tell([.. known.Where((_, other) => other != left)], known[at]) is not { } told)
            {
                return double.PositiveInfinity;
            }

            squares += (told - known[at].Value) * (told - known[at].Value);
        }

        return Math.Sqrt(squares / known.Count);
    }
}
