namespace EdgeDePin.Analytics.Anomalies;

/// <summary>The error function, which .NET does not have.</summary>
public static class ErrorFunction
{
    /// <summary>erfc(x) = 1 - erf(x), with a relative error below 1e-13: a series near 0, Lentz's continued fraction beyond (Abramowitz and Stegun 7.1.6, 7.1.14).</summary>
    public static double Complement(double x) =>
        x < 0 ? 2 - Complement(-x) : x < 2 ? 1 - Series(x) : Fraction(x);

    private static double Series(double x)
    {
        double term = x, sum = x;
        for (int n = 1; term > sum * 1e-17; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double Fraction(double x)
    {
        double fraction = x;
        for (int n = 120; n >= 1; n--)
        {
            fraction = x + (n / 2.0 / fraction);
        }

        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / fraction;
    }
}
