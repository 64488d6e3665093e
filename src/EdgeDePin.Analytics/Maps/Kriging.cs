namespace EdgeDePin.Analytics;

/// <summary>
/// Ordinary kriging (Cressie, "Statistics for Spatial Data", 1993, section 3.2) with a linear variogram, whose slope cancels out of the
/// weights, and a nugget as a share of it at the mean distance. The equations of the known places are inverted once (their number
/// cubed); then each wanted place costs one product for each known one (the dual form).
/// </summary>
internal sealed class Kriging
{
    private readonly IReadOnlyList<MapPoint> _known;
    private readonly double[] _inverse;
    private readonly double[] _dual;
    private readonly double _scale;
    private readonly double _nugget;
    private readonly int _size;

    private Kriging(IReadOnlyList<MapPoint> known, double scale, double nugget, double[] inverse)
    {
        (_known, _scale, _nugget, _inverse, _size) = (known, scale, nugget, inverse, known.Count + 1);
        _dual = new double[_size];
        for (int row = 0; row < _size; row++)
        {
            for (int column = 0; column < known.Count; column++)
            {
                _dual[row] += inverse[(row * _size) + column] * known[column].Value;
            }
        }
    }

    /// <param name="pause">Called for each known place: it looks at the token and stands back.</param>
    /// <returns>Null where places coincide so that the equations have no solution.</returns>
    public static Kriging? Of(IReadOnlyList<MapPoint> known, double nugget, Action pause)
    {
        int count = known.Count, size = count + 1;
        double scale = 0;
        for (int at = 1; at < count; at++)
        {
            for (int other = 0; other < at; other++)
            {
                scale += known[at].DistanceTo(known[other]) * 2 / (count * (count - 1.0));
            }
        }

        if (scale < Interpolation.Near)
        {
            return null;
        }

        double[] matrix = new double[size * size];
        for (int row = 0; row < count; row++)
        {
            for (int column = 0; column < count; column++)
            {
                matrix[(row * size) + column] = row == column ? 0 : (known[row].DistanceTo(known[column]) / scale) + nugget;
            }

            matrix[(row * size) + count] = 1;
            matrix[(count * size) + row] = 1;
        }

        return Inverted(matrix, size, pause) is { } inverse ? new Kriging(known, scale, nugget, inverse) : null;
    }

    public double At(MapPoint wanted)
    {
        double value = _dual[^1];
        for (int at = 0; at < _known.Count; at++)
        {
            double distance = _known[at].DistanceTo(wanted);
            value += distance < Interpolation.Near ? 0 : _dual[at] * ((distance / _scale) + _nugget);
        }

        return value;
    }

    /// <summary>
    /// How far the others are off at a known place when it is left out: no equations need be solved anew (Dubrule, "Cross validation of
    /// kriging in a unique neighborhood", Mathematical Geology 15, 1983).
    /// </summary>
    public double ErrorWithout(int place) => _dual[place] / _inverse[(place * _size) + place];

    // Gauss and Jordan with partial pivots: the matrix of kriging is symmetric and not definite.
    private static double[]? Inverted(double[] matrix, int size, Action pause)
    {
        double[] inverse = new double[size * size];
        for (int row = 0; row < size; row++)
        {
            inverse[(row * size) + row] = 1;
        }

        for (int step = 0; step < size; step++)
        {
            pause();
            int pivot = step;
            for (int row = step + 1; row < size; row++)
            {
                pivot = Math.Abs(matrix[(row * size) + step]) > Math.Abs(matrix[(pivot * size) + step]) ? row : pivot;
            }

            if (Math.Abs(matrix[(pivot * size) + step]) < 1e-12)
            {
                return null;
            }

            Span<double> left = matrix.AsSpan(step * size, size), right = inverse.AsSpan(step * size, size);
            for (int column = 0; column < size && pivot != step; column++)
            {
                (left[column], matrix[(pivot * size) + column]) = (matrix[(pivot * size) + column], left[column]);
                (right[column], inverse[(pivot * size) + column]) = (inverse[(pivot * size) + column], right[column]);
            }

            double by = left[step];
            for (int column = 0; column < size; column++)
            {
                left[column] /= by;
                right[column] /= by;
            }

            for (int row = 0; row < size; row++)
            {
                double share = row == step ? 0 : matrix[(row * size) + step];
                for (int column = 0; column < size && share != 0; column++)
                {
                    matrix[(row * size) + column] -= share * left[column];
                    inverse[(row * size) + column] -= share * right[column];
                }
            }
        }

        return inverse;
    }
}
