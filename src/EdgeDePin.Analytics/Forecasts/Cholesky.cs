namespace EdgeDePin.Analytics;

/// <summary>
/// Symmetric positive definite systems by A = L·Lᵀ. Plain loops in a fixed order, no fused or vector instructions: the same
/// input gives the same bits on every processor, which is what lets neighbours compare results by digest.
/// </summary>
internal static class Cholesky
{
    /// <summary>Replaces the lower triangle of <paramref name="matrix"/> (row after row, n·n) by L.</summary>
    /// <returns>False when the matrix is not positive definite.</returns>
    public static bool TryFactor(Span<double> matrix, int n)
    {
        for (int row = 0; row < n; row++)
        {
            Span<double> current = matrix.Slice(row * n, row + 1);
            for (int column = 0; column <= row; column++)
            {
                ReadOnlySpan<double> other = matrix.Slice(column * n, column + 1);
                double sum = current[column];
                for (int k = 0; k < column; k++)
                {
                    sum -= current[k] * other[k];
                }

                if (column < row)
                {
                    current[column] = sum / other[column];
                }
                else if (sum > 0)
                {
                    current[column] = Math.Sqrt(sum);
                }
                else
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Replaces <paramref name="vector"/> b by the x of L·Lᵀ·x = b.</summary>
    public static void Solve(ReadOnlySpan<double> factor, int n, Span<double> vector)
    {
        for (int row = 0; row < n; row++)
        {
            double sum = vector[row];
            for (int k = 0; k < row; k++)
            {
                sum -= factor[(row * n) + k] * vector[k];
            }

            vector[row] = sum / factor[(row * n) + row];
        }

        // By rows of L, which are the columns of its transpose: each result is taken out of all that come before it.
        for (int row = n - 1; row >= 0; row--)
        {
            vector[row] /= factor[(row * n) + row];
            for (int k = 0; k < row; k++)
            {
                vector[k] -= factor[(row * n) + k] * vector[row];
            }
        }
    }
}
