namespace EdgeDePin.Analytics;

/// <summary>
/// Exponential smoothing with two seasons and an autoregressive error (J. W. Taylor, "Short-term electricity demand forecasting using
/// double seasonal exponential smoothing", JORS 54, 2003), additive, without trend. One season or none works the same way.
/// </summary>
internal sealed class SeasonalSmoothing
{
    private static readonly double[] Levels = [0.01, 0.05, 0.2, 0.5, 0.9];
    private static readonly double[] Shares = [0, 0.05, 0.15, 0.3];
    private static readonly double[] Memories = [0, 0.5, 0.9, 0.97];

    private readonly ForecastFrame _frame;
    private readonly double[] _short;
    private readonly double[] _long;
    private double _levelGain = 0.05;
    private double _shortGain = 0.15;
    private double _longGain = 0.15;
    private double _memory = 0.9;
    private double _level;
    private double _error;
    private int _next;

    public SeasonalSmoothing(ForecastFrame frame)
    {
        _frame = frame;
        _short = new double[frame.Season];
        _long = new double[frame.LongSeason];
        Reset();
    }

    /// <summary>Chooses its four gains, one after the other, by the squared error of forecasts one season (at most the horizon) ahead.</summary>
    /// <param name="pause">Called now and then.</param>
    public void Fit(int until, int horizon, Action pause)
    {
        // The newest part is enough to choose four numbers by.
        int from = Math.Max(_frame.First, until - Math.Max(20 * _frame.LongSeason, 3_000));
        double best = double.PositiveInfinity;
        for (int round = 0; round < 2; round++)
        {
            Choose(Levels, value => _levelGain = value, () => _levelGain, () => Loss(from, until, horizon, pause), ref best);
            Choose(Shares, value => _shortGain = value, () => _shortGain, () => Loss(from, until, horizon, pause), ref best);
            Choose(Shares, value => _longGain = value, () => _longGain, () => Loss(from, until, horizon, pause), ref best);
            Choose(Memories, value => _memory = value, () => _memory, () => Loss(from, until, horizon, pause), ref best);
        }

        Reset();
    }

    /// <summary>Takes in all values before an origin.</summary>
    /// <exception cref="InvalidOperationException">A later origin was told before: what it took in is the future of this one. <see cref="Reset"/> goes back.</exception>
    public void Advance(int origin)
    {
        if (origin < _next)
        {
            throw new InvalidOperationException($"Smoothing has taken in {_next} values and cannot tell what followed the first {origin} of them.");
        }

        for (; _next < origin; _next++)
        {
            if (_frame.Observed(_next))
            {
                Learn(_next);
            }
        }
    }

    public void Forecast(int origin, Span<double> forecast)
    {
        Advance(origin);
        double carried = _error;
        for (int step = 0; step < forecast.Length; step++)
        {
            carried *= _memory;
            int at = origin + step;
            forecast[step] = _level + _short[at % _short.Length] + (_long.Length > _short.Length ? _long[at % _long.Length] : 0) + carried;
        }
    }

    private void Learn(int at)
    {
        double value = _frame.Values[at];
        ref double day = ref _short[at % _short.Length];
        double week = _long.Length > _short.Length ? _long[at % _long.Length] : 0;
        double season = _short.Length > 1 ? day : 0;
        double plain = _level + season + week;
        double error = value - plain - (_memory * _error);
        _error = value - plain;
        _level += _levelGain * error;
        if (_short.Length > 1)
        {
            day += _shortGain * error;
        }

        if (_long.Length > _short.Length)
        {
            _long[at % _long.Length] += _longGain * error;
        }
    }

    /// <summary>Forgets every value, not the gains: origins may begin anew.</summary>
    public void Reset() => Begin(_frame.First);

    private void Begin(int from)
    {
        Array.Clear(_short);
        Array.Clear(_long);
        (_level, _error, _next) = (_frame.Values[from], 0, from);
    }

    private void Choose(double[] values, Action<double> set, Func<double> get, Func<double> of, ref double best)
    {
        double kept = get();
        foreach (double value in values)
        {
            set(value);
            double loss = of();
            if (loss < best)
            {
                (best, kept) = (loss, value);
            }
        }

        set(kept);
    }

    private double Loss(int from, int until, int horizon, Action pause)
    {
        Begin(from);
        double[] forecast = new double[horizon];
        double loss = 0;
        int begin = from + ((until - from) / 4);
        for (int origin = begin; origin + horizon <= until; origin += 7)
        {
            if ((origin - begin) % (7 * 64) == 0)
            {
                pause();
            }

            Forecast(origin, forecast);
            for (int step = 0; step < horizon; step++)
            {
                double error = forecast[step] - _frame.Values[origin + step];
                loss += _frame.Observed(origin + step) ? error * error : 0;
            }
        }

        return loss;
    }
}
