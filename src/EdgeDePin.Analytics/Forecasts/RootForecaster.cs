namespace EdgeDePin.Analytics;

/// <summary>
/// Linear forecasters of the fourth root of a series, for quantities whose changes are in proportion to themselves (dust, rain, solar
/// power): there what multiplies becomes nearly a sum. The root is taken by two square roots, which every processor rounds alike.
/// </summary>
internal sealed class RootForecaster
{
    private readonly ForecastFrame _frame;
    private readonly ForecastFrame _root;
    private readonly int _horizon;
    private readonly List<OriginRidge> _ridges;
    private readonly double[] _one;
    private readonly double[] _variance;

    private RootForecaster(ForecastFrame frame, ForecastFrame root, int horizon, List<OriginRidge> ridges)
    {
        (_frame, _root, _horizon, _ridges) = (frame, root, horizon, ridges);
        _one = new double[horizon];
        _variance = new double[horizon];
    }

    public int Reach => _ridges.Max(ridge => ridge.Shape.Reach());

    /// <summary>Whether values are never negative and lean far to one side: mean and median more than a fifth of a deviation apart.</summary>
    public static bool Suits(GriddedSeries series, int until)
    {
        double[] values = [.. series.Values.Take(until).Where(double.IsFinite).Order()];
        if (values.Length < 100 || values[0] < 0)
        {
            return false;
        }

        double sum = 0, squares = 0;
        foreach (double value in values)
        {
            sum += value;
            squares += value * value;
        }

        double mean = sum / values.Length;
        double deviation = Math.Sqrt(Math.Max(0, (squares / values.Length) - (mean * mean)));
        return mean - values[values.Length / 2] > 0.2 * deviation;
    }

    /// <summary>Of the shapes that were kept for the series itself, fitted to its root.</summary>
    public static RootForecaster Fit(GriddedSeries series, ForecastFrame frame, int horizon, IEnumerable<OriginRidge> kept, int from, int validate)
    {
        // What follows the span that was looked at may be negative; a missing value stays missing.
        var rooted = series with { Values = [.. series.Values.Select(value => Math.Sqrt(Math.Sqrt(Math.Max(0, value))))] };
        var root = new ForecastFrame(rooted, validate, frame.KnownUntil);
        var ridges = new List<OriginRidge>();
        foreach (OriginRidge like in kept)
        {
            var ridge = new OriginRidge(root, like.Shape, horizon);
            ridge.Learn(from, validate);
            if (ridge.Fit(like.Penalty))
            {
                ridges.Add(ridge);
            }
        }

        var forecaster = new RootForecaster(frame, root, horizon, ridges);
        forecaster.Measure(from, validate);
        return forecaster;
    }

    public void Learn(int from, int until)
    {
        foreach (OriginRidge ridge in _ridges)
        {
            ridge.Learn(from, until);
            ridge.Fit(ridge.Penalty);
        }
    }

    /// <summary>Scaled as the series itself.</summary>
    public void Forecast(int origin, Span<double> forecast)
    {
        Rooted(origin, forecast);
        for (int step = 0; step < forecast.Length; step++)
        {
            // The mean of a fourth power is more than the fourth power of the mean: E(c+e)^4 = c^4 + 6c²σ² + 3σ^4 for a normal error.
            double centre = _root.Unscale(forecast[step]), square = centre * centre, variance = _variance[step];
            double value = (square * square) + (6 * square * variance) + (3 * variance * variance);
            forecast[step] = (value - _frame.Mean) / _frame.Deviation;
        }
    }

    private void Rooted(int origin, Span<double> forecast)
    {
        forecast.Clear();
        foreach (OriginRidge ridge in _ridges)
        {
            ridge.Forecast(origin, _one);
            for (int step = 0; step < forecast.Length; step++)
            {
                forecast[step] += _one[step] / _ridges.Count;
            }
        }
    }

    private void Measure(int from, int until)
    {
        double[] forecast = new double[_horizon];
        int count = 0;
        for (int origin = Math.Max(from, _root.First + Reach); origin + _horizon <= until; origin += 5)
        {
            if (!_root.Observed(origin - 1))
            {
                continue;
            }

            Rooted(origin, forecast);
            count++;
            for (int step = 0; step < _horizon; step++)
            {
                double error = (forecast[step] - _root.Values[origin + step]) * _root.Deviation;
                _variance[step] += error * error;
            }
        }

        for (int step = 0; step < _horizon; step++)
        {
            _variance[step] /= Math.Max(1, count);
        }
    }
}
