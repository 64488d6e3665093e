namespace EdgeDePin.Analytics;

/// <summary>
/// Combines forecasters by how well each did lately: the weight of one is its mean squared error of late, relative to the best one's,
/// to a negative power, for each lead apart. (Bates and Granger, "The combination of forecasts", 1969, weigh by the inverse.)
/// </summary>
/// <param name="power">How strongly the one that did well is preferred.</param>
/// <param name="span">Steps after which a loss counts a third.</param>
/// <param name="apart">Steps from one forecast to the next.</param>
internal sealed class RecentLosses(int members, int horizon, int power, int span, int apart)
{
    private readonly double[] _losses = new double[members * horizon];
    private readonly double[] _seen = new double[horizon];

    private double _memory = Remembered(span, apart);

    public int Power => power;

    public int Span => span;

    /// <summary>From now on forecasts are so many steps apart.</summary>
    public void Every(int steps) => _memory = Remembered(span, steps);

    /// <summary>The truth of a lead became known.</summary>
    /// <param name="errors">Of each member.</param>
    public void Learn(int step, ReadOnlySpan<double> errors)
    {
        _seen[step] = (_seen[step] * _memory) + 1;
        for (int member = 0; member < members; member++)
        {
            ref double loss = ref _losses[(member * horizon) + step];
            loss = (loss * _memory) + (errors[member] * errors[member]);
        }
    }

    private static double Remembered(int span, int apart) => Math.Max(0.5, 1 - ((double)apart / span));

    /// <param name="weights">Receives a weight for each member; their sum is 1.</param>
    /// <param name="counts">Which members take part; the others get weight 0.</param>
    public void Weigh(int step, ReadOnlySpan<bool> counts, Span<double> weights)
    {
        double best = double.PositiveInfinity, sum = 0;
        for (int member = 0; member < members; member++)
        {
            best = counts[member] ? Math.Min(best, _losses[(member * horizon) + step]) : best;
        }

        for (int member = 0; member < members; member++)
        {
            double ratio = _seen[step] == 0 || best <= 0 ? 1 : best / _losses[(member * horizon) + step];
            double weight = counts[member] ? 1 : 0;
            for (int times = 0; times < power; times++)
            {
                weight *= ratio;
            }

            weights[member] = weight;
            sum += weight;
        }

        for (int member = 0; member < members; member++)
        {
            weights[member] /= sum;
        }
    }
}
