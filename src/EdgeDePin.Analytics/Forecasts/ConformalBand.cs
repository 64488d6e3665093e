namespace EdgeDePin.Analytics;

/// <summary>
/// Widens or narrows a band so that it holds the truth as often as promised: each side by the quantile of how far, in widths, the truth
/// lay beyond it lately (conformalised quantile regression: Romano, Patterson and Candès, NeurIPS 2019, over a moving span). The share
/// aimed at follows what is missed (adaptive conformal inference: Gibbs and Candès, NeurIPS 2021).
/// </summary>
/// <param name="tail">Promised share beyond each side, e.g. 0.05.</param>
/// <param name="span">Truths that count at most.</param>
internal sealed class ConformalBand(double tail, int span)
{
    private const double Rate = 0.002;

    // Forecasts that follow one another err alike, so that twenty truths say less than twenty: the fewer, the wider, up to a quarter.
    private const int Many = 100;
    private const double Widening = 0.25;

    private readonly Side _low = new(tail, span);
    private readonly Side _high = new(tail, span);

    /// <summary>Truths that a side must have seen before it can keep what it promises: with fewer, the farthest of them is not far enough.</summary>
    public static int Fewest(double tail) => (int)Math.Ceiling((1 / tail) - 1 - 1e-9);

    /// <param name="low">Below the middle; scaled.</param>
    public (double Low, double High) Of(double low, double high)
    {
        double width = Math.Max(high - low, 1e-9);
        double from = low - (_low.Margin() * width), until = high + (_high.Margin() * width);
        double doubt = Widening * Math.Max(0, 1 - ((double)_low.Count / Many)) * Math.Max(0, until - from) / 2;
        return from <= until ? (from - doubt, until + doubt) : ((from + until) / 2, (from + until) / 2);
    }

    public void Learn(double low, double high, double truth)
    {
        double width = Math.Max(high - low, 1e-9);
        _low.Learn((low - truth) / width);
        _high.Learn((truth - high) / width);
    }

    private sealed class Side(double promised, int most)
    {
        private readonly Queue<double> _scores = new();
        private readonly List<double> _sorted = [];
        private readonly double _promised = promised;
        private double _aim = promised;

        public int Count => _sorted.Count;

        public double Margin()
        {
            if (_sorted.Count == 0)
            {
                return 0;
            }

            int rank = (int)Math.Ceiling((1 - _aim) * (_sorted.Count + 1));
            return _sorted[Math.Clamp(rank, 1, _sorted.Count) - 1];
        }

        public void Learn(double score)
        {
            if (_sorted.Count > 50)
            {
                _aim = Math.Clamp(_aim + (Rate * (_promised - (score > Margin() ? 1 : 0))), _promised / 5, _promised * 3);
            }

            if (_scores.Count == most)
            {
                double oldest = _scores.Dequeue();
                _sorted.RemoveAt(_sorted.BinarySearch(oldest));
            }

            _scores.Enqueue(score);
            int at = _sorted.BinarySearch(score);
            _sorted.Insert(at < 0 ? ~at : at, score);
        }
    }
}
