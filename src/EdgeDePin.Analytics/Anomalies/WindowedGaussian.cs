namespace EdgeDePin.Analytics.Anomalies;

/// <summary>
/// The baseline of the Numenta Anomaly Benchmark: how improbable a value is under a normal distribution of the values in a
/// window that moves on by a hundred. It holds them all; our own detector does not.
/// </summary>
/// <param name="window">Values that are looked at. 6,400 in the benchmark's published results.</param>
/// <param name="step">The window moves on by so many. 100.</param>
public sealed class WindowedGaussian(int window = 6_400, int step = 100)
{
    private readonly List<double> _values = [];
    private readonly List<double> _next = [];
    private double _mean;
    private double _deviation = 1;

    /// <returns>1 minus the probability of a value so far out: 0.5 for the mean, 1 for what cannot be.</returns>
    public double Score(double value)
    {
        double score = _values.Count == 0 ? 0 : 1 - (0.5 * ErrorFunction.Complement(Math.Abs(value - _mean) / _deviation / 1.4142));
        if (_values.Count < window)
        {
            _values.Add(value);
            Fit();
        }
        else
        {
            _next.Add(value);
            if (_next.Count == step)
            {
                _values.RemoveRange(0, step);
                _values.AddRange(_next);
                _next.Clear();
                Fit();
            }
        }

        return score;
    }

    private void Fit()
    {
        double sum = 0, squares = 0;
        foreach (double value in _values)
        {
            sum += value;
        }

        _mean = sum / _values.Count;
        foreach (double value in _values)
        {
            squares += (value - _mean) * (value - _mean);
        }

        double deviation = Math.Sqrt(squares / _values.Count);
        _deviation = deviation == 0 ? 0.000001 : deviation;
    }
}
