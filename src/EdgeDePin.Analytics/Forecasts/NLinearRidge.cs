namespace EdgeDePin.Analytics;

/// <summary>
/// A linear forecaster: the differences of the last values to the newest one predict the differences of the next ones to it,
/// with weights from ridge regression. (NLinear: Zeng et al., "Are Transformers Effective for Time Series Forecasting?", 2023;
/// here in closed form.) It learns example by example and solves on demand.
/// </summary>
/// <param name="lags">Values looked back at, the newest included; at least 2.</param>
/// <param name="horizon">Values predicted; at least 1.</param>
/// <param name="penalty">Weight of the squared coefficients, for values scaled to a standard deviation of about 1. Above 0.</param>
internal sealed class NLinearRidge(int lags, int horizon, double penalty)
{
    // The newest lag's difference to itself is always 0 and needs no coefficient.
    private readonly int _features = lags - 1;
    private readonly double[] _gram = new double[(lags - 1) * (lags - 1)];
    private readonly double[] _moments = new double[(lags - 1) * horizon];
    private readonly double[] _factor = new double[(lags - 1) * (lags - 1)];
    private readonly double[] _differences = new double[lags - 1];

    /// <summary>Learns from the values before <paramref name="origin"/> and the <c>horizon</c> values from there.</summary>
    /// <param name="weight">How often the example counts; 0 leaves it out.</param>
    public void Learn(ReadOnlySpan<double> series, int origin, int weight = 1)
    {
        if (weight == 0)
        {
            return;
        }

        double newest = Look(series, origin);
        for (int row = 0; row < _features; row++)
        {
            double difference = weight * _differences[row];
            Span<double> gram = _gram.AsSpan(row * _features, row + 1);
            for (int column = 0; column < gram.Length; column++)
            {
                gram[column] += difference * _differences[column];
            }

            Span<double> moments = _moments.AsSpan(row * horizon, horizon);
            for (int step = 0; step < moments.Length; step++)
            {
                moments[step] += difference * (series[origin + step] - newest);
            }
        }
    }

    /// <summary>Solves for what was learned so far.</summary>
    /// <exception cref="ArithmeticException">The values are not finite.</exception>
    public void Fit()
    {
        _gram.CopyTo(_factor, 0);
        for (int feature = 0; feature < _features; feature++)
        {
            _factor[(feature * _features) + feature] += penalty;
        }

        if (!Cholesky.TryFactor(_factor, _features))
        {
            throw new ArithmeticException("The series holds values that are not finite, or far too large to be squared.");
        }
    }

    /// <summary>Predicts the values from <paramref name="origin"/> on, as many as <paramref name="forecast"/> holds (the horizon).</summary>
    public void Forecast(ReadOnlySpan<double> series, int origin, Span<double> forecast)
    {
        // The coefficients A⁻¹B are never formed: xᵀ(A⁻¹B) = (A⁻¹x)ᵀB needs one solve instead of one per step.
        double newest = Look(series, origin);
        Cholesky.Solve(_factor, _features, _differences);
        forecast.Fill(newest);
        for (int feature = 0; feature < _features; feature++)
        {
            for (int step = 0; step < horizon; step++)
            {
                forecast[step] += _differences[feature] * _moments[(feature * horizon) + step];
            }
        }
    }

    private double Look(ReadOnlySpan<double> series, int origin)
    {
        ReadOnlySpan<double> window = series.Slice(origin - lags, lags);
        double newest = window[^1];
        for (int feature = 0; feature < _features; feature++)
        {
            _differences[feature] = window[feature] - newest;
        }

        return newest;
    }
}
