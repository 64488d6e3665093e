namespace EdgeDePin.Analytics;

/// <summary>
/// 90 % intervals by the pairs bootstrap (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 9): each
/// replicate learns every example a random number of times; what the replicates predict, each with one of the errors made so
/// far, spreads as the truth should. Chance is a hash of replicate and example, so that every processor draws the same.
/// </summary>
internal sealed class BootstrapIntervals
{
    private const double Tail = 0.05;

    /// <summary>Fewer errors say nothing about the next one.</summary>
    private const int FewestErrors = 4;

    // Cumulated probabilities of 0, 1, 2, 3 and 4 events of a Poisson process with mean 1: how often an example is drawn.
    private static readonly double[] Draws =
        [0.36787944117144233, 0.7357588823428847, 0.9196986029286058, 0.9810118431238462, 0.9963401531726563];

    private readonly NLinearRidge[] _replicates;
    private readonly double[][] _forecasts;
    private readonly double[] _spread;
    private readonly List<double>[] _errors;

    public BootstrapIntervals(int replicates, int lags, int horizon, double penalty)
    {
        _replicates = [.. Enumerable.Range(0, replicates).Select(_ => new NLinearRidge(lags, horizon, penalty))];
        _forecasts = [.. _replicates.Select(_ => new double[horizon])];
        _spread = new double[replicates];
        _errors = [.. Enumerable.Range(0, horizon).Select(_ => new List<double>())];
    }

    public void Learn(ReadOnlySpan<double> series, int example)
    {
        for (int replicate = 0; replicate < _replicates.Length; replicate++)
        {
            _replicates[replicate].Learn(series, example, Weight(replicate, example));
        }
    }

    /// <summary>Judges the intervals at an origin, and learns from the errors of the point forecast there.</summary>
    /// <param name="forecast">The point forecast, one value for each step of the horizon.</param>
    public IntervalCoverage Judge(ReadOnlySpan<double> series, int origin, ReadOnlySpan<double> forecast)
    {
        for (int replicate = 0; replicate < _replicates.Length; replicate++)
        {
            _replicates[replicate].Fit();
            _replicates[replicate].Forecast(series, origin, _forecasts[replicate]);
        }

        IntervalCoverage coverage = default;
        for (int step = 0; step < forecast.Length; step++)
        {
            double truth = series[origin + step];
            if (_errors[step].Count >= FewestErrors && _replicates.Length > 0)
            {
                coverage = coverage.With(Holds(step, origin, truth));
            }

            _errors[step].Add(truth - forecast[step]);
        }

        return coverage;
    }

    private bool Holds(int step, int origin, double truth)
    {
        for (int replicate = 0; replicate < _spread.Length; replicate++)
        {
            ulong chance = Hash(((ulong)(uint)origin << 40) ^ ((ulong)(uint)step << 20) ^ (uint)replicate);
            double error = _errors[step][(int)(chance % (ulong)_errors[step].Count)];
            _spread[replicate] = _forecasts[replicate][step] + error;
        }

        Array.Sort(_spread);
        int tail = (int)(Tail * (_spread.Length - 1));
        return truth >= _spread[tail] && truth <= _spread[^(tail + 1)];
    }

    private static int Weight(int replicate, int example)
    {
        double chance = (Hash(((ulong)(uint)replicate << 32) | (uint)example) >> 11) * (1.0 / (1UL << 53));
        int drawn = 0;
        while (drawn < Draws.Length && chance >= Draws[drawn])
        {
            drawn++;
        }

        return drawn;
    }

    // SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): integers only, the same on every processor.
    private static ulong Hash(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
