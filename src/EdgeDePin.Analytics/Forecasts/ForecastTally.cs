namespace EdgeDePin.Analytics;

/// <summary>Adds up what the forecasts of a test were worth.</summary>
internal sealed class ForecastTally
{
    private const int SampleSteps = 336;

    private readonly ForecastFrame _frame;
    private readonly RollingForecast _rolling;
    private readonly int _horizon;
    private readonly ForecastErrors[][] _errors;
    private readonly double[] _percent;
    private IntervalCoverage _coverage;
    private double _width;
    private int _bands;

    public ForecastTally(ForecastFrame frame, RollingForecast rolling, int horizon)
    {
        (_frame, _rolling, _horizon) = (frame, rolling, horizon);
        _errors = [.. Enumerable.Range(0, rolling.Members.Names.Count + 1).Select(_ => new ForecastErrors[horizon])];
        _percent = new double[_errors.Length];
    }

    public ForecastReport Run(int test, int until, int stride, ForecastChoice choice, int first, int validate, CancellationToken cancellationToken)
    {
        bool percent = HasPercent(test, until);
        var sample = new List<ForecastSample>();
        int origins = 0, sampled = Math.Max(test, until - SampleSteps);
        for (int origin = test; origin + _horizon <= until; origin += stride)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_frame.Observed(origin - 1) || origin < _rolling.Members.Reach + _frame.First)
            {
                continue;
            }

            ForecastStep step = _rolling.Next(origin);
            Count(step, percent);
            origins++;
            if (origin >= sampled)
            {
                sampled = origin + _horizon;
                sample.AddRange(Enumerable.Range(0, _horizon).Select(lead => Sample(step, lead)));
            }
        }

        if (origins == 0)
        {
            throw new SeriesException($"From {_frame.At(test):u} on no value was observed right before a stretch of {_horizon}: nothing could be judged.");
        }

        string[] names = ["in use: " + choice.Used, .. _rolling.Members.Names];
        return new ForecastReport(
            choice,
            [.. names.Select((name, model) => new ForecastFigures(name, _errors[model], _percent[model]))],
            _coverage, _width / Math.Max(1, _bands), _frame.Deviation, NaiveMae(first, test), percent, origins, stride, sample,
            _frame.At(first), _frame.At(validate), _frame.At(test), _frame.At(until - 1));
    }

    private void Count(ForecastStep step, bool percent)
    {
        for (int lead = 0; lead < _horizon; lead++)
        {
            double truth = _frame.Truth(step.Origin + lead);
            if (double.IsNaN(truth))
            {
                continue;
            }

            for (int model = 0; model < _errors.Length; model++)
            {
                double said = _frame.Unscale(model == 0 ? step.Combined[lead] : step.Members[((model - 1) * _horizon) + lead]);
                _errors[model][lead] = _errors[model][lead].With(said - truth);
                _percent[model] += percent ? Math.Abs((said - truth) / truth) : 0;
            }

            (double low, double high) = (_frame.Unscale(step.Low[lead]), _frame.Unscale(step.High[lead]));
            _coverage = _coverage.With(truth >= low && truth <= high);
            _width += high - low;
            _bands++;
        }
    }

    private ForecastSample Sample(ForecastStep step, int lead)
    {
        double truth = _frame.Truth(step.Origin + lead);
        return new ForecastSample(
            _frame.At(step.Origin + lead), double.IsNaN(truth) ? null : truth,
            _frame.Unscale(step.Combined[lead]), _frame.Unscale(step.Low[lead]), _frame.Unscale(step.High[lead]));
    }

    private bool HasPercent(int test, int until)
    {
        double least = double.PositiveInfinity, sum = 0;
        int count = 0;
        for (int at = test; at < until; at++)
        {
            double truth = _frame.Truth(at);
            if (!double.IsNaN(truth))
            {
                least = Math.Min(least, Math.Abs(truth));
                sum += Math.Abs(truth);
                count++;
            }
        }

        return count > 0 && least > 0.02 * sum / count;
    }

    private double NaiveMae(int first, int test)
    {
        var errors = default(ForecastErrors);
        for (int at = first + _frame.Season; at < test; at++)
        {
            errors = _frame.Observed(at) && _frame.Observed(at - _frame.Season) ? errors.With(_frame.Truth(at) - _frame.Truth(at - _frame.Season)) : errors;
        }

        return errors.Mae;
    }
}
