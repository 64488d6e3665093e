namespace EdgeDePin.Analytics;

/// <summary>The forecasters of one series, fitted: naive rules, smoothing, linear ones, and trees on top of those.</summary>
internal sealed class ForecastMembers
{
    public const string LastValue = "last value";
    public const string Seasonal = "seasonal naive";
    public const string LongSeasonal = "long seasonal naive";
    public const string Smoothing = "smoothing";
    public const string Rooted = "ridges of the root";
    public const string Linear = "ridges";
    public const string Boosted = "ridges + trees";

    private readonly ForecastFrame _frame;
    private readonly int _horizon;
    private readonly IReadOnlyList<OriginRidge> _ridges;
    private readonly SeasonalSmoothing _smoothing;
    private readonly ResidualTrees _residuals;
    private readonly double[] _linear;
    private readonly double[] _one;

    public ForecastMembers(ForecastFrame frame, int horizon, IReadOnlyList<OriginRidge> ridges, SeasonalSmoothing smoothing, RootForecaster? root)
    {
        (_frame, _horizon, _ridges, _smoothing) = (frame, horizon, ridges, smoothing);
        _linear = new double[horizon];
        _one = new double[horizon];
        _residuals = new ResidualTrees(frame, horizon, ForecastLinear, root, () => ReachOf(ridges, root));
        Root = root;
        Names =
        [
            LastValue,
            .. frame.Season > 1 ? [Seasonal] : Array.Empty<string>(),
            .. frame.LongSeason > frame.Season ? [LongSeasonal] : Array.Empty<string>(),
            Smoothing,
            .. ridges.Select(ridge => ridge.Shape.Name),
            .. root is null ? Array.Empty<string>() : [Rooted],
            .. ridges.Count > 0 ? [Linear, Boosted] : Array.Empty<string>(),
        ];
        Counts = [.. Names.Select(name => ridges.All(ridge => ridge.Shape.Name != name))];
    }

    /// <summary>In the order of the forecasts. The naive rules come first.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Which members the combination weighs: single linear forecasters stand in their mean.</summary>
    public bool[] Counts { get; }

    public int NaiveCount => Names.TakeWhile(name => name != Smoothing).Count();

    public ResidualTrees Residuals => _residuals;

    public RootForecaster? Root { get; }

    /// <summary>Trees that improve the linear forecast; null: none.</summary>
    public BoostedTrees? Trees { get; set; }

    /// <summary>Trees may be asked: the series is long enough for what they look at.</summary>
    public bool Boosts { get; set; }

    /// <summary>How many values must stand before an origin.</summary>
    public int Reach => Boosts ? _residuals.Reach + 1 : Math.Max(_frame.LongSeason, ReachOf(_ridges, Root));

    public IReadOnlyList<OriginRidge> Ridges => _ridges;

    /// <param name="forecasts">Receives a row of the horizon's values, scaled, for each member.</param>
    public void Forecast(int origin, double[] forecasts)
    {
        int member = 0;
        Span<double> Row() => forecasts.AsSpan(member++ * _horizon, _horizon);
        Row().Fill(_frame.Values[origin - 1]);
        foreach (int season in _frame.LongSeason > _frame.Season ? [_frame.Season, _frame.LongSeason] : _frame.Season > 1 ? [_frame.Season] : Array.Empty<int>())
        {
            Span<double> row = Row();
            for (int step = 0; step < _horizon; step++)
            {
                row[step] = _frame.Values[origin + step - (season * ((step / season) + 1))];
            }
        }

        _smoothing.Forecast(origin, Row());
        if (_ridges.Count == 0)
        {
            return;
        }

        int first = member;
        foreach (OriginRidge ridge in _ridges)
        {
            ridge.Forecast(origin, Row());
        }

        Root?.Forecast(origin, Row());
        Span<double> linear = Row();
        Mean(forecasts.AsSpan(first * _horizon), linear);
        Span<double> boosted = Row();
        linear.CopyTo(boosted);
        if (Trees is { Count: > 0 } trees)
        {
            linear.CopyTo(_linear);
            _residuals.Add(trees, origin, _linear, boosted);
        }
    }

    private static int ReachOf(IReadOnlyList<OriginRidge> ridges, RootForecaster? root) =>
        Math.Max(root?.Reach ?? 0, ridges.Count == 0 ? 1 : ridges.Max(ridge => ridge.Shape.Reach()));

    private void ForecastLinear(int origin, double[] forecast)
    {
        Array.Clear(forecast);
        foreach (OriginRidge ridge in _ridges)
        {
            ridge.Forecast(origin, _one);
            for (int step = 0; step < _horizon; step++)
            {
                forecast[step] += _one[step] / _ridges.Count;
            }
        }
    }

    private void Mean(ReadOnlySpan<double> rows, Span<double> mean)
    {
        mean.Clear();
        for (int ridge = 0; ridge < _ridges.Count; ridge++)
        {
            for (int step = 0; step < _horizon; step++)
            {
                mean[step] += rows[(ridge * _horizon) + step] / _ridges.Count;
            }
        }
    }
}
