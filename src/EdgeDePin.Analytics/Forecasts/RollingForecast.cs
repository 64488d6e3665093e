namespace EdgeDePin.Analytics;

/// <summary>
/// Forecasts origin after origin, each from what stood before it. What is learned on the way - weights of the members, widths of the
/// bands - comes from forecasts whose truth had arrived by then; the models themselves stay as they were fitted.
/// </summary>
internal sealed class RollingForecast
{
    /// <summary>Share of truths that the band is to hold.</summary>
    public const double Promise = 0.9;

    /// <summary>Share of truths that may lie beyond each side.</summary>
    public const double Tail = (1 - Promise) / 2;

    private const int BandSpan = 1_500;

    private readonly ForecastFrame _frame;
    private readonly int _horizon;
    private readonly Queue<Pending> _pending = new();
    private ConformalBand[] _bands;
    private readonly double[] _weights;
    private readonly double[] _errors;

    public RollingForecast(ForecastFrame frame, int horizon, ForecastMembers members, int power, int span, int apart)
    {
        (_frame, _horizon, Members) = (frame, horizon, members);
        Losses = new RecentLosses(members.Names.Count, horizon, power, span, apart);
        _bands = Bands();
        _weights = new double[members.Names.Count];
        _errors = new double[members.Names.Count];
    }

    public ForecastMembers Members { get; set; }

    public RecentLosses Losses { get; }

    /// <summary>Trees for the lower and the upper side of the band, as distances from the combination; null: none yet.</summary>
    public (BoostedTrees Low, BoostedTrees High)? Spread { get; set; }

    /// <summary>The combination stands for a naive rule: its number; null: the combination itself counts.</summary>
    public int? Instead { get; set; }

    /// <summary>The shape of the band is new: what was learned about the width of the old one says nothing.</summary>
    public void ForgetBands()
    {
        _bands = Bands();
        foreach (Pending pending in _pending)
        {
            pending.BandsKnown = false;
        }
    }

    /// <param name="origin">After every origin before.</param>
    public ForecastStep Next(int origin)
    {
        Settle(origin);
        double[] members = new double[Members.Names.Count * _horizon];
        Members.Forecast(origin, members);
        double[] combined = new double[_horizon];
        Combine(members, combined);
        double[] low = new double[_horizon], high = new double[_horizon], rawLow = new double[_horizon], rawHigh = new double[_horizon];
        Spreads(origin, members, combined, rawLow, rawHigh);
        for (int step = 0; step < _horizon; step++)
        {
            (low[step], high[step]) = _bands[step].Of(rawLow[step], rawHigh[step]);
        }

        var next = new ForecastStep(origin, members, combined, low, high);
        _pending.Enqueue(new Pending(next, rawLow, rawHigh));
        return next;
    }

    private ConformalBand[] Bands() => [.. Enumerable.Range(0, _horizon).Select(_ => new ConformalBand(Tail, BandSpan))];

    public void Combine(ReadOnlySpan<double> members, Span<double> combined)
    {
        combined.Clear();
        for (int step = 0; step < _horizon; step++)
        {
            if (Instead is { } rule)
            {
                combined[step] = members[(rule * _horizon) + step];
                continue;
            }

            Losses.Weigh(step, Members.Counts, _weights);
            for (int member = 0; member < _weights.Length; member++)
            {
                combined[step] += _weights[member] * members[(member * _horizon) + step];
            }
        }
    }

    private void Spreads(int origin, double[] members, double[] combined, double[] low, double[] high)
    {
        combined.CopyTo(low, 0);
        combined.CopyTo(high, 0);
        if (Spread is not { } spread || Members.Ridges.Count == 0)
        {
            for (int step = 0; step < _horizon; step++)
            {
                low[step] -= 0.5;
                high[step] += 0.5;
            }

            return;
        }

        int linear = Members.Names.Count - 2;
        double[] row = members[(linear * _horizon)..((linear + 1) * _horizon)];
        Members.Residuals.Add(spread.Low, origin, row, low);
        Members.Residuals.Add(spread.High, origin, row, high);
        for (int step = 0; step < _horizon; step++)
        {
            // Sides that cross or touch would have no width to measure by.
            low[step] = Math.Min(low[step], combined[step] - 1e-3);
            high[step] = Math.Max(high[step], combined[step] + 1e-3);
        }
    }

    // A lead is settled when its truth stands before the origin; a forecast goes when its last lead is.
    private void Settle(int origin)
    {
        foreach (Pending pending in _pending)
        {
            for (; pending.Settled < _horizon && pending.Step.Origin + pending.Settled < origin; pending.Settled++)
            {
                Settle(pending, pending.Settled);
            }
        }

        while (_pending.TryPeek(out Pending? oldest) && oldest.Settled == _horizon)
        {
            _pending.Dequeue();
        }
    }

    private void Settle(Pending pending, int step)
    {
        int at = pending.Step.Origin + step;
        if (!_frame.Observed(at))
        {
            return;
        }

        double truth = _frame.Values[at];
        for (int member = 0; member < _errors.Length; member++)
        {
            _errors[member] = pending.Step.Members[(member * _horizon) + step] - truth;
        }

        Losses.Learn(step, _errors);
        if (!pending.BandsKnown)
        {
            return;
        }

        _bands[step].Learn(pending.RawLow[step], pending.RawHigh[step], truth);
    }

    private sealed record Pending(ForecastStep Step, double[] RawLow, double[] RawHigh)
    {
        public int Settled { get; set; }

        public bool BandsKnown { get; set; } = true;
    }
}
