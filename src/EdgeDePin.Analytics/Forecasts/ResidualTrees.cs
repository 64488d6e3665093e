namespace EdgeDePin.Analytics;

/// <summary>Boosted trees that learn what the linear forecasters leave over, for all leads at once.</summary>
internal sealed class ResidualTrees
{
    private const int LeadsOfAnOrigin = 6;

    private readonly ForecastFrame _frame;
    private readonly BoostFeatures _features;
    private readonly int _horizon;
    private readonly Action<int, double[]> _linear;
    private readonly double[] _forecast;
    private readonly double[] _rooted;
    private readonly float[] _row;
    private readonly double[] _spread;
    private readonly Func<int> _reach;
    private readonly RootForecaster? _root;

    /// <param name="linear">What the linear forecasters say from an origin on, scaled.</param>
    /// <param name="reach">Values that the linear forecasters need before an origin.</param>
    public ResidualTrees(ForecastFrame frame, int horizon, Action<int, double[]> linear, RootForecaster? root, Func<int> reach)
    {
        (_frame, _horizon, _linear, _root, _reach) = (frame, horizon, linear, root, reach);
        _rooted = new double[horizon];
        _features = new BoostFeatures(frame);
        _forecast = new double[horizon];
        _row = new float[_features.Count];
        _spread = new double[horizon];
        Array.Fill(_spread, 1);
    }

    public int Reach => Math.Max(_features.Reach, _reach());

    /// <summary>Draws examples of a span whose targets lie within it: what the linear forecast leaves over.</summary>
    public (float[] Rows, double[] Targets) Examples(int from, int until, int limit, ulong seed)
    {
        from = Math.Max(from, _frame.First + Reach + 1);
        double share = Math.Min(1, (double)limit / Leads / Math.Max(1, until - from - _horizon));
        ulong below = share >= 1 ? ulong.MaxValue : (ulong)(share * ulong.MaxValue);
        var rows = new List<float>(Math.Min(limit, Leads * Math.Max(1, until - from)) * _row.Length);
        var targets = new List<double>();
        for (int origin = from; origin + _horizon <= until; origin++)
        {
            if (_frame.Observed(origin - 1) && Chance.Hash(seed ^ (ulong)(uint)origin) <= below)
            {
                _linear(origin, _forecast);
                Draw(origin, _forecast, Leads, seed, rows, targets);
            }
        }

        return ([.. rows], [.. targets]);
    }

    /// <summary>Draws examples of what other forecasts leave over.</summary>
    /// <param name="said">Forecasts by their origins.</param>
    public (float[] Rows, double[] Targets) Examples(IReadOnlyDictionary<int, double[]> said, int limit, ulong seed)
    {
        var rows = new List<float>();
        var targets = new List<double>();
        int leads = Math.Clamp(limit / said.Count, 1, _horizon);
        foreach ((int origin, double[] forecast) in said)
        {
            _linear(origin, _forecast);
            Draw(origin, forecast, leads, seed, rows, targets);
        }

        return ([.. rows], [.. targets]);
    }

    /// <summary>
    /// Measures how far the linear forecast is off at each lead: examples are scaled by it, so that trees hear the short leads, whose
    /// errors are small, as well as the long ones.
    /// </summary>
    public void Measure(int from, int until)
    {
        double[] squares = new double[_horizon];
        int count = 0;
        int stride = Math.Max(1, (until - from) / 2_000);
        for (int origin = Math.Max(from, _frame.First + Reach + 1); origin + _horizon <= until; origin += stride)
        {
            if (!_frame.Observed(origin - 1))
            {
                continue;
            }

            _linear(origin, _forecast);
            count++;
            for (int step = 0; step < _horizon; step++)
            {
                double error = _frame.Values[origin + step] - _forecast[step];
                squares[step] += _frame.Observed(origin + step) ? error * error : 0;
            }
        }

        for (int step = 0; step < _horizon && count > 10; step++)
        {
            _spread[step] = Math.Max(1e-6, Math.Sqrt(squares[step] / count));
        }
    }

    private void Root(int origin, ReadOnlySpan<double> linear)
    {
        linear.CopyTo(_rooted);
        _root?.Forecast(origin, _rooted);
    }

    private int Leads => Math.Min(LeadsOfAnOrigin, _horizon);

    private void Draw(int origin, double[] said, int leads, ulong seed, List<float> rows, List<double> targets)
    {
        Root(origin, _forecast);
        _features.Stand(origin);
        for (int lead = 0; lead < leads; lead++)
        {
            int step = leads == _horizon ? lead : Chance.Draw(seed ^ ((ulong)(uint)origin << 20) ^ (ulong)(lead + 1), _horizon);
            if (_frame.Observed(origin + step))
            {
                _features.Look(origin, step, _forecast[step], _rooted[step], _row);
                rows.AddRange(_row);
                targets.Add((_frame.Values[origin + step] - said[step]) / _spread[step]);
            }
        }
    }

    public int Width => _row.Length;

    /// <summary>Adds to each step of <paramref name="forecast"/> what a model says, given the linear forecast.</summary>
    public void Add(BoostedTrees model, int origin, ReadOnlySpan<double> linear, Span<double> forecast)
    {
        Root(origin, linear);
        _features.Stand(origin);
        for (int step = 0; step < forecast.Length; step++)
        {
            _features.Look(origin, step, linear[step], _rooted[step], _row);
            forecast[step] += model.Of(_row) * _spread[step];
        }
    }
}
