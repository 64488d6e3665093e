using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeDePin.Analytics;

/// <summary>
/// Least squares with a penalty, for several outputs at once, from normal equations that grow row by row: a model is fitted to more
/// data by adding the rest. Vector instructions work on separate sums here, so their width changes no bit of a result.
/// </summary>
/// <param name="features">At least 1. The last one is the intercept and bears no penalty.</param>
/// <param name="outputs">At least 1.</param>
internal sealed class RidgeRegression(int features, int outputs)
{
    private const int Block = 4;

    private readonly double[] _gram = new double[features * features];
    private readonly double[] _moments = new double[features * outputs];
    private readonly double[] _rows = new double[Block * features];
    private readonly double[] _targets = new double[Block * outputs];
    private int _waiting;

    public long Rows { get; private set; }

    public void Add(ReadOnlySpan<double> row, ReadOnlySpan<double> targets)
    {
        row.CopyTo(_rows.AsSpan(_waiting * features));
        targets.CopyTo(_targets.AsSpan(_waiting * outputs));
        Rows++;
        if (++_waiting == Block)
        {
            Flush();
        }
    }

    /// <returns>Coefficients, a row of outputs for each feature; null where the equations cannot be solved.</returns>
    public double[]? Solve(double penalty)
    {
        Flush();
        double[] factor = [.. _gram];
        for (int feature = 0; feature < features; feature++)
        {
            factor[(feature * features) + feature] += feature == features - 1 ? 1e-6 : penalty;
        }

        if (!Cholesky.TryFactor(factor, features))
        {
            return null;
        }

        double[] coefficients = [.. _moments];
        SolveAll(factor, coefficients);
        return coefficients;
    }

    // As Cholesky.Solve, for all outputs in one pass.
    private void SolveAll(double[] factor, double[] values)
    {
        for (int row = 0; row < features; row++)
        {
            Span<double> current = values.AsSpan(row * outputs, outputs);
            for (int k = 0; k < row; k++)
            {
                Subtract(current, values.AsSpan(k * outputs, outputs), factor[(row * features) + k]);
            }

            Divide(current, factor[(row * features) + row]);
        }

        for (int row = features - 1; row >= 0; row--)
        {
            Span<double> current = values.AsSpan(row * outputs, outputs);
            Divide(current, factor[(row * features) + row]);
            for (int k = 0; k < row; k++)
            {
                Subtract(values.AsSpan(k * outputs, outputs), current, factor[(row * features) + k]);
            }
        }
    }

    private static void Divide(Span<double> values, double by)
    {
        for (int at = 0; at < values.Length; at++)
        {
            values[at] /= by;
        }
    }

    private static void Subtract(Span<double> from, ReadOnlySpan<double> what, double times)
    {
        for (int at = 0; at < from.Length; at++)
        {
            from[at] -= what[at] * times;
        }
    }

    private void Flush()
    {
        if (_waiting == 0)
        {
            return;
        }

        _rows.AsSpan(_waiting * features).Clear();
        _targets.AsSpan(_waiting * outputs).Clear();
        _waiting = 0;
        for (int row = 0; row < features; row++)
        {
            Accumulate(_gram.AsSpan(row * features, row + 1), _rows, features, row);
            Accumulate(_moments.AsSpan(row * outputs, outputs), _targets, outputs, row);
        }
    }

    private void Accumulate(Span<double> sums, double[] block, int width, int row)
    {
        (double a, double b, double c, double d) = (_rows[row], _rows[features + row], _rows[(2 * features) + row], _rows[(3 * features) + row]);
        ReadOnlySpan<double> first = block.AsSpan(0, sums.Length), second = block.AsSpan(width, sums.Length);
        ReadOnlySpan<double> third = block.AsSpan(2 * width, sums.Length), fourth = block.AsSpan(3 * width, sums.Length);
        Span<Vector<double>> wide = MemoryMarshal.Cast<double, Vector<double>>(sums);
        ReadOnlySpan<Vector<double>> w1 = MemoryMarshal.Cast<double, Vector<double>>(first), w2 = MemoryMarshal.Cast<double, Vector<double>>(second);
        ReadOnlySpan<Vector<double>> w3 = MemoryMarshal.Cast<double, Vector<double>>(third), w4 = MemoryMarshal.Cast<double, Vector<double>>(fourth);
        for (int at = 0; at < wide.Length; at++)
        {
            wide[at] += ((w1[at] * a) + (w2[at] * b)) + ((w3[at] * c) + (w4[at] * d));
        }

        for (int at = wide.Length * Vector<double>.Count; at < sums.Length; at++)
        {
            sums[at] += ((first[at] * a) + (second[at] * b)) + ((third[at] * c) + (fourth[at] * d));
        }
    }
}
