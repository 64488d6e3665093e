namespace EdgeDePin.Analytics;

/// <summary>Values between places: inverse squared distances (Shepard, 1968) and ordinary kriging (Cressie, "Statistics for Spatial Data", 1993, section 3.2).</summary>
internal static class Interpolation
{
    private const double Near = 1e-9;

    public static double InverseDistance(IReadOnlyList<MapPoint> known, MapPoint wanted)
    {
        double sum = 0, weights = 0;
        foreach (MapPoint point in known)
        {
            double distance = point.DistanceTo(wanted);
            if (distance < Near)
            {
                return point.Value;
            }

            double weight = 1 / (distance * distance);
            sum += weight * point.Value;
            weights += weight;
        }

        return sum / weights;
    }

    /// <summary>With a linear variogram (its slope cancels out of the weights) and a nugget as a share of it at the mean distance.</summary>
    /// <returns>Null where places coincide so that the equations have no solution.</returns>
    public static double? Kriging(IReadOnlyList<MapPoint> known, MapPoint wanted, double nugget)
    {
        int count = known.Count, size = count + 1;
        double scale = 0;
        for (int at = 1; at < count; at++)
        {
            scale += known[at].DistanceTo(known[0]) / (count - 1);
        }

        if (scale < Near)
        {
            return null;
        }

        double[] matrix = new double[size * (size + 1)];
        for (int row = 0; row < count; row++)
        {
            for (int column = 0; column < count; column++)
            {
                matrix[(row * (size + 1)) + column] = row == column ? 0 : (known[row].DistanceTo(known[column]) / scale) + nugget;
            }

            matrix[(row * (size + 1)) + count] = 1;
            matrix[(count * (size + 1)) + row] = 1;
            double distance = known[row].DistanceTo(wanted);
            matrix[(row * (size + 1)) + size] = distance < Near ? 0 : (distance / scale) + nugget;
        }

        matrix[(count * (size + 1)) + size] = 1;
        if (!Solve(matrix, size))
        {
            return null;
        }

        double value = 0;
        for (int at = 0; at < count; at++)
        {
            value += matrix[(at * (size + 1)) + size] * known[at].Value;
        }

        return value;
    }

    // Gauss with partial pivots: the matrix of kriging is symmetric and not definite.
    private static bool Solve(double[] matrix, int size)
    {
        int width = size + 1;
        for (int step = 0; step < size; step++)
        {
            int pivot = step;
            for (int row = step + 1; row < size; row++)
            {
                pivot = Math.Abs(matrix[(row * width) + step]) > Math.Abs(matrix[(pivot * width) + step]) ? row : pivot;
            }

            if (Math.Abs(matrix[(pivot * width) + step]) < 1e-12)
            {
                return false;
            }

            for (int column = 0; column < width && pivot != step; column++)
            {
                (matrix[(step * width) + column], matrix[(pivot * width) + column]) = (matrix[(pivot * width) + column], matrix[(step * width) + column]);
            }

            for (int row = 0; row < size; row++)
            {
                double share = row == step ? 0 : matrix[(row * width) + step] / matrix[(step * width) + step];
                for (int column = step; column < width && share != 0; column++)
                {
                    matrix[(row * width) + column] -= share * matrix[(step * width) + column];
                }
            }
        }

        for (int row = 0; row < size; row++)
        {
            matrix[(row * width) + size] /= matrix[(row * width) + row];
        }

        return true;
    }
}
