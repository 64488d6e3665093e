using System.Collections.Immutable;

namespace EdgeDePin.Analytics;

/// <summary>One rule of EN 50160 and whether the supply kept it.</summary>
/// <param name="Share">Of the values that were within the limits, 0 to 1.</param>
/// <param name="Required">Share that has to be.</param>
public sealed record SupplyCriterion(string Name, double Share, double Required, int Values)
{
    public bool IsKept => Share >= Required;
}

/// <summary>
/// A week of supply on low voltage, judged by EN 50160: ten-minute values, each the root of the mean square of its ten- or twelve-cycle values
/// (IEC 61000-4-30), and ten-second values of the frequency.
/// </summary>
/// <param name="nominalHertz">50 or 60.</param>
public sealed class En50160(double nominalVolts = 230, double nominalHertz = 50)
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    // Percent of the fundamental that harmonics may have, by their number; even ones from 6 to 24 half a percent.
    private static readonly ImmutableDictionary<int, double> Harmonics = new Dictionary<int, double>
    {
        [2] = 2, [3] = 5, [4] = 1, [5] = 6, [6] = 0.5, [7] = 5, [8] = 0.5, [9] = 1.5, [10] = 0.5, [11] = 3.5, [12] = 0.5, [13] = 3, [14] = 0.5,
        [15] = 0.5, [16] = 0.5, [17] = 2, [18] = 0.5, [19] = 1.5, [20] = 0.5, [21] = 0.5, [22] = 0.5, [23] = 1.5, [24] = 0.5, [25] = 1.5,
    }.ToImmutableDictionary();

    private readonly Rule _narrow = new("voltage within 10 %", 0.95), _wide = new("voltage within +10 and -15 %", 1), _thd = new("THD up to 8 %", 0.95);
    private readonly Rule _harmonics = new("every harmonic within its limit", 0.95), _unbalance = new("unbalance up to 2 %", 0.95);
    private readonly Rule _frequency = new("frequency within 1 %", 0.995), _extreme = new("frequency within +4 and -6 %", 1);
    private long _interval = long.MinValue;
    private int _count;
    private double _volts;
    private double _thdSquares;
    private double _unbalanceSquares;
    private readonly double[] _harmonicSquares = new double[PowerQuality.LastHarmonic + 1];

    /// <param name="unbalancePercent">Null for a single phase.</param>
    public void Add(PowerQuality window, DateTimeOffset at, double? unbalancePercent = null)
    {
        long interval = at.UtcTicks / TenMinutes.Ticks;
        if (interval != _interval)
        {
            EndInterval();
            _interval = interval;
        }

        _count++;
        _volts += window.Volts * window.Volts;
        _thdSquares += window.VoltageThd * window.VoltageThd;
        _unbalanceSquares += (unbalancePercent * unbalancePercent) ?? 0;
        for (int number = 2; number - 2 < window.VoltageHarmonics.Length; number++)
        {
            _harmonicSquares[number] += window.VoltageHarmonics[number - 2] * window.VoltageHarmonics[number - 2];
        }
    }

    /// <param name="hertz">Mean of ten seconds.</param>
    public void AddFrequency(double hertz)
    {
        double off = (hertz / nominalHertz) - 1;
        _frequency.Add(Math.Abs(off) <= 0.01);
        _extreme.Add(off is >= -0.06 and <= 0.04);
    }

    /// <summary>What has been seen so far, the interval that runs included.</summary>
    public ImmutableArray<SupplyCriterion> Report()
    {
        EndInterval();
        return [.. new[] { _narrow, _wide, _thd, _harmonics, _unbalance, _frequency, _extreme }.Select(rule => rule.Result)];
    }

    private void EndInterval()
    {
        if (_count == 0)
        {
            return;
        }

        double off = (Math.Sqrt(_volts / _count) / nominalVolts) - 1;
        _narrow.Add(Math.Abs(off) <= 0.1);
        _wide.Add(off is >= -0.15 and <= 0.1);
        _thd.Add(Math.Sqrt(_thdSquares / _count) <= 8);
        _harmonics.Add(Harmonics.All(limit => Math.Sqrt(_harmonicSquares[limit.Key] / _count) <= limit.Value));
        _unbalance.Add(Math.Sqrt(_unbalanceSquares / _count) <= 2);
        (_count, _volts, _thdSquares, _unbalanceSquares) = (0, 0, 0, 0);
        Array.Clear(_harmonicSquares);
    }

    private sealed class Rule(string name, double required)
    {
        private int _all;
        private int _kept;

        public SupplyCriterion Result => new(name, _all == 0 ? 1 : _kept / (double)_all, required, _all);

        public void Add(bool kept) => (_all, _kept) = (_all + 1, _kept + (kept ? 1 : 0));
    }
}
