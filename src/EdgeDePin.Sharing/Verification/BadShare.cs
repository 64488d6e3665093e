namespace EdgeDePin.Sharing.Verification;

/// <summary>
/// Which share of workers is bad, at most: the upper 95 % bound of a Beta posterior over the workers that were checked. Before
/// anything is known it is 1 in 20.
/// </summary>
internal static class BadShare
{
    // 1 - 0.05^(1/b) = 0.05: as if so many honest workers had been seen.
    private const double PriorGood = 58.4;
    private const double Confidence = 0.95;

    /// <param name="bad">Workers found to lie.</param>
    /// <param name="good">Workers with checks passed and none failed.</param>
    public static double Upper(int bad, int good)
    {
        double low = 0, high = 1;
        for (int step = 0; step < 50; step++)
        {
            double middle = (low + high) / 2;
            (low, high) = Below(middle, bad + 1, PriorGood + good) < Confidence ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>The distribution function of Beta(a, b) for a whole a: 1 - (1-x)^b Σ (b)_j x^j / j!, j &lt; a.</summary>
    private static double Below(double x, int a, double b)
    {
        double term = 1, sum = 1;
        for (int j = 1; j < a; j++)
        {
            term *= (b + j - 1) * x / j;
            sum += term;
        }

        return 1 - Math.Pow(1 - x, b) * sum;
    }
}
