namespace EdgeDePin.Analytics;

/// <summary>A linear forecaster of all leads at once: one solve for each model, whatever the horizon.</summary>
internal sealed class OriginRidge
{
    private readonly ForecastFrame _frame;
    private readonly int _horizon;
    private readonly RidgeRegression[] _equations;
    private readonly double[]?[] _coefficients;
    private readonly double[] _row;
    private readonly double[] _targets;

    public OriginRidge(ForecastFrame frame, OriginRidgeShape shape, int horizon)
    {
        (_frame, Shape, _horizon) = (frame, shape, horizon);
        int width = shape.Width(frame);
        _equations = [.. Enumerable.Range(0, shape.BySlot ? ForecastFrame.Slots : 1).Select(_ => new RidgeRegression(width, horizon))];
        _coefficients = new double[_equations.Length][];
        _row = new double[width];
        _targets = new double[horizon];
    }

    public OriginRidgeShape Shape { get; }

    public double Penalty { get; private set; }

    /// <summary>Learns what followed each origin of the span whose targets lie within it.</summary>
    public void Learn(int from, int until)
    {
        for (int origin = Math.Max(from, _frame.First + Shape.Reach()); origin + _horizon <= until; origin++)
        {
            if (!_frame.Observed(origin - 1))
            {
                continue;
            }

            int observed = 0;
            for (int step = 0; step < _horizon; step++)
            {
                _targets[step] = _frame.Values[origin + step] - _frame.Values[origin - 1];
                observed += _frame.Observed(origin + step) ? 1 : 0;
            }

            // A bridged value or two among the targets is better than an example less.
            if (observed * 10 >= _horizon * 8)
            {
                Shape.Look(_frame, origin, _row);
                _equations[Group(origin)].Add(_row, _targets);
            }
        }
    }

    /// <returns>False where the equations have no solution.</returns>
    public bool Fit(double penalty)
    {
        Penalty = penalty;
        for (int group = 0; group < _equations.Length; group++)
        {
            _coefficients[group] = _equations[group].Solve(penalty);
        }

        return _coefficients.All(solved => solved is not null);
    }

    /// <param name="forecast">Scaled values from the origin on.</param>
    public void Forecast(int origin, Span<double> forecast)
    {
        Shape.Look(_frame, origin, _row);
        double[] coefficients = _coefficients[Group(origin)]!;
        forecast.Fill(_frame.Values[origin - 1]);
        for (int feature = 0; feature < _row.Length; feature++)
        {
            double value = _row[feature];
            ReadOnlySpan<double> weights = coefficients.AsSpan(feature * _horizon, _horizon);
            for (int step = 0; step < weights.Length; step++)
            {
                forecast[step] += value * weights[step];
            }
        }
    }

    private int Group(int origin) => _equations.Length == 1 ? 0 : _frame.Slot(origin - 1);
}
