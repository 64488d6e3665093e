namespace EdgeDePin.Sensors.AirQuality.Sgp40;

/// <summary>
/// Sensirion's VOC index: how the raw signal compares with what was usual at this place in the last day. The usual is learned
/// as a slowly moving mean and deviation, learning pauses (is gated) while the index is high, and 100 is the usual itself
/// (Sensirion, "VOC index algorithm for SGP40"; constants of version 3.2).
/// </summary>
public sealed class VocIndex
{
    /// <summary>Constants hold for one sample in a second.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>After a longer interruption what was learned is worth nothing.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(10);

    private const double BlackoutSeconds = 45;
    private const double LowestRaw = 20_000;
    private const double HighestRaw = 52_767;
    private const double Gain = 230;
    private const double BonusDeviation = 220;
    private const double Usual = 100;
    private const double Highest = 500;

    private readonly VocBaseline _baseline = new();
    private readonly VocSmoothing _smoothing = new();
    private double _seconds;
    private double _index;

    public void Reset()
    {
        (_seconds, _index) = (0, 0);
        _baseline.Reset();
        _smoothing.Reset();
    }

    /// <summary>The index after one more second.</summary>
    /// <param name="raw">Ticks of the chip, 0 to 65,535.</param>
    /// <returns>1 to 500; NaN in the first 45 seconds, while the hotplate settles.</returns>
    public double Next(ushort raw)
    {
        if (_seconds <= BlackoutSeconds)
        {
            _seconds++;
            return double.NaN;
        }

        double signal = Math.Clamp((double)raw, LowestRaw + 1, HighestRaw) - LowestRaw;

        double score = -Gain * (signal - _baseline.Mean) / (_baseline.Deviation + BonusDeviation);
        _index = Math.Max(0.5, _smoothing.Next(Scale(score)));
        _baseline.Learn(signal, _index);
        return Math.Round(_index, MidpointRounding.AwayFromZero);
    }

    // Two halves of a logistic curve that meet at 100: from there it is 400 up to 500, and 100 down to 0.
    private static double Scale(double score)
    {
        double logistic = Logistic(-0.0065 * (score - 213));
        const double Shift = (Highest - (5 * Usual)) / 4;
        return score >= 0 ? ((Highest + Shift) * logistic) - Shift : Highest * logistic;
    }

    internal static double Logistic(double x) => x < -50 ? 1 : x > 50 ? 0 : 1 / (1 + Math.Exp(x));
}
