namespace EdgeDePin.Analytics;

/// <summary>What boosted trees look at for one origin and lead: calendar of the target, how the series stood before it, what else was measured.</summary>
internal sealed class BoostFeatures
{
    private const int OfOrigin = 18;
    private const int OfColumn = 7;
    private const int OfLead = 16;

    private readonly ForecastFrame _frame;
    private readonly double[] _sums;
    private readonly double[] _squares;
    private readonly double[][] _exogenousSums;
    private readonly int _short;
    private readonly int _season;
    private readonly int _long;
    private readonly float[] _age;
    private readonly float[] _origin;

    public BoostFeatures(ForecastFrame frame)
    {
        _frame = frame;
        _sums = Cumulated(frame.Values, value => value);
        _squares = Cumulated(frame.Values, value => value * value);
        _exogenousSums = [.. frame.Exogenous.Select(column => Cumulated(column, value => value))];
        (_season, _long) = (Math.Max(4, frame.Season), Math.Max(8, frame.LongSeason));
        _short = Math.Max(2, _season / 4);
        _age = Ages(frame.Values, _long);
        _origin = new float[OfOrigin + (OfColumn * frame.Exogenous.Length)];
    }

    public int Count => _origin.Length + OfLead;

    /// <summary>How many values before an origin are looked at.</summary>
    public int Reach => (4 * _long) + 1;

    /// <summary>What is the same for all leads of an origin; call it before <see cref="Look"/>.</summary>
    public void Stand(int origin)
    {
        int now = origin - 1;
        double newest = _frame.Values[now];
        (double shortMean, double mean, double longMean) = (Mean(_sums, origin, _short), Mean(_sums, origin, _season), Mean(_sums, origin, _long));
        double variance = Math.Max(0, Mean(_squares, origin, _season) - (mean * mean));
        (double low, double high) = Extremes(origin);
        int at = 0;
        Put(ref at, _frame.HasYears ? newest : 0);
        Put(ref at, newest - _frame.Values[now - 1]);
        Put(ref at, newest - _frame.Values[now - 2]);
        Put(ref at, newest - _frame.Values[now - _short]);
        Put(ref at, newest - _frame.Values[now - _season]);
        Put(ref at, newest - _frame.Values[now - _long]);
        Put(ref at, newest - shortMean);
        Put(ref at, newest - mean);
        Put(ref at, mean - Mean(_sums, origin - _season, _season));
        Put(ref at, mean - longMean);
        Put(ref at, _frame.HasYears ? longMean : 0);
        Put(ref at, Math.Sqrt(variance));
        Put(ref at, high - newest);
        Put(ref at, newest - low);
        Put(ref at, mean - Mean(_sums, origin - (2 * _season), _season));
        Put(ref at, mean - Mean(_sums, origin - _season, 3 * _season));
        Put(ref at, _age[now]);
        Put(ref at, newest - Mean(_sums, origin, Math.Max(2, _short / 2)));
        for (int column = 0; column < _frame.Exogenous.Length; column++)
        {
            double[] values = _frame.Exogenous[column];
            Put(ref at, values[now]);
            Put(ref at, values[now] - values[now - 3]);
            Put(ref at, values[now] - values[now - _season]);
            Put(ref at, values[now] - values[now - _short]);
            Put(ref at, Mean(_exogenousSums[column], origin, _short));
            Put(ref at, Mean(_exogenousSums[column], origin, _season));
            Put(ref at, Mean(_exogenousSums[column], origin, _season) - Mean(_exogenousSums[column], origin - _season, 2 * _season));
        }
    }

    /// <param name="step">Lead, from 0.</param>
    /// <param name="linear">What the linear forecasters say, scaled.</param>
    /// <param name="rooted">What those of the root say, scaled; the same where there are none.</param>
    /// <param name="row">Receives <see cref="Count"/> features.</param>
    public void Look(int origin, int step, double linear, double rooted, Span<float> row)
    {
        _origin.CopyTo(row);
        int target = origin + step;
        int seasonAgo = target - (_season * ((step / _season) + 1));
        int longAgo = target - (_long * ((step / _long) + 1));
        int at = _origin.Length;
        row[at++] = step;
        row[at++] = _frame.Slot(target);
        row[at++] = _frame.Weekday(target);
        row[at++] = _frame.HasYears ? _frame.DayOfYear(target) : 0;
        row[at++] = _frame.WeekOfMonth(target);
        row[at++] = _frame.Slot(origin - 1);
        row[at++] = _frame.HasYears ? (float)linear : 0;
        row[at++] = (float)(linear - _frame.Values[origin - 1]);
        row[at++] = (float)(_frame.Values[seasonAgo] - linear);
        row[at++] = (float)(_frame.Values[seasonAgo - _season] - linear);
        row[at++] = (float)(_frame.Values[longAgo] - linear);
        row[at++] = (float)(_frame.Values[longAgo - _long] - linear);
        row[at++] = (float)(_frame.Values[longAgo] - _frame.Values[longAgo - _season]);
        row[at++] = (float)(_frame.Values[longAgo] - _frame.Values[longAgo + origin - 1 - target < 0 ? 0 : longAgo + origin - 1 - target]);
        row[at++] = (float)(rooted - linear);
        row[at] = _frame.Weekday(origin - 1);
    }

    // How long a value has been above (or, negative, below) the mean of all: episodes end by their age.
    private static float[] Ages(double[] values, int most)
    {
        float[] ages = new float[values.Length];
        for (int at = 1; at < values.Length; at++)
        {
            float before = ages[at - 1];
            ages[at] = values[at] > 0 ? Math.Min(most, before > 0 ? before + 1 : 1) : Math.Max(-most, before < 0 ? before - 1 : -1);
        }

        return ages;
    }

    private void Put(ref int at, double value) => _origin[at++] = (float)value;

    private (double Low, double High) Extremes(int origin)
    {
        (double low, double high) = (double.PositiveInfinity, double.NegativeInfinity);
        for (int at = Math.Max(0, origin - _season); at < origin; at++)
        {
            low = Math.Min(low, _frame.Values[at]);
            high = Math.Max(high, _frame.Values[at]);
        }

        return (low, high);
    }

    private static double Mean(double[] sums, int until, int count) => (sums[until] - sums[until - count]) / count;

    private static double[] Cumulated(double[] values, Func<double, double> of)
    {
        double[] sums = new double[values.Length + 1];
        for (int at = 0; at < values.Length; at++)
        {
            sums[at + 1] = sums[at] + of(values[at]);
        }

        return sums;
    }
}
