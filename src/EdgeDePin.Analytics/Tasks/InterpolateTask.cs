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
        IReadOnlyList<MapPoint> known = request.Known;
        Kriging? kriging = null;
        double kriged = double.PositiveInfinity;
        foreach (double nugget in Nuggets)
        {
            Kriging? tried = Kriging.Of(known, nugget, Pause);
            double error = tried is null ? double.PositiveInfinity : LeftOut(known, tried.ErrorWithout, Pause);
            (kriging, kriged) = error < kriged ? (tried, error) : (kriging, kriged);
        }

        double inverse = LeftOut(known, left => Interpolation.InverseDistance(known, known[left], left) - known[left].Value, Pause);
        double flat = LeftOut(known, left => Interpolation.Mean(known, left) - known[left].Value, Pause);
        string method = kriged < inverse && kriged < flat ? "kriging" : inverse < flat ? "idw" : "mean";
        double mean = Interpolation.Mean(known);
        double[] values = new double[request.Wanted.Count];
        for (int at = 0; at < values.Length; at++)
        {
            Pause();
            values[at] = method switch
            {
                "kriging" => kriging!.At(request.Wanted[at]),
                "idw" => Interpolation.InverseDistance(known, request.Wanted[at]),
                _ => mean,
            };
        }

        return new MapAnswer(
            method, Math.Min(kriged, Math.Min(inverse, flat)), [double.IsFinite(kriged) ? kriged : double.NaN, inverse, flat], values).Encode();

        void Pause()
        {
            cancellationToken.ThrowIfCancellationRequested();
            input.Yield();
        }
    }

    private static double LeftOut(IReadOnlyList<MapPoint> known, Func<int, double> wrongWithout, Action pause)
    {
        double squares = 0;
        for (int at = 0; at < known.Count; at++)
        {
            pause();
            double error = wrongWithout(at);
            squares += error * error;
        }

        return Math.Sqrt(squares / known.Count);
    }
}
