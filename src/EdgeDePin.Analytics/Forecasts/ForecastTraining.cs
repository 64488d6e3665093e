using System.Collections.Immutable;

namespace EdgeDePin.Analytics;

/// <summary>
/// Fits the forecasters of one series. The span before <c>until</c> is divided: models are fitted to its first part and judged on its
/// last (validation), which chooses penalties, the number of trees and how forecasts are combined; then they are fitted to all of it.
/// </summary>
internal sealed class ForecastTraining
{
    private static readonly double[] Penalties = [1, 10, 30, 100, 300, 1_000, 3_000];
    private static readonly int[] Powers = [1, 2, 4, 8, 16];

    private readonly ForecastFrame _frame;
    private readonly int _horizon;
    private readonly int _from;
    private readonly int _validate;
    private readonly int _until;
    private readonly ForecastEffort _effort;
    private readonly Action _breathe;
    private readonly CancellationToken _cancellationToken;

    public ForecastTraining(ForecastFrame frame, int horizon, int validate, int until, ForecastEffort effort, Action breathe, CancellationToken cancellationToken)
    {
        (_frame, _horizon, _validate, _until, _effort, _breathe, _cancellationToken) = (frame, horizon, validate, until, effort, breathe, cancellationToken);
        _from = Math.Max(frame.First, until - effort.MaxRows);
    }

    /// <summary>The fewest steps that a validation span may have: as many origins as a band needs, each with its whole horizon.</summary>
    public static int FewestToValidate(int horizon) => horizon + ConformalBand.Fewest(RollingForecast.Tail);

    /// <summary>A forecast that is ready for origins from the end of the span on, and what was decided.</summary>
    /// <exception cref="FormatException">The validation span holds too few values to promise a band by.</exception>
    public (RollingForecast Forecast, ForecastChoice Choice) Run()
    {
        List<OriginRidge> ridges = FitRidges();
        RootForecaster? root = ridges.Count > 0 && RootForecaster.Suits(_frame.Series, _validate)
            ? RootForecaster.Fit(_frame.Series, _frame, _horizon, ridges.Take(3), _from, _validate)
            : null;
        var smoothing = new SeasonalSmoothing(_frame);
        smoothing.Fit(_validate, _horizon, Pause);
        var members = new ForecastMembers(_frame, _horizon, ridges, smoothing, root);
        int trees = 0;
        if (ridges.Count > 0)
        {
            // What the trees look at must stand before the validation span; else nothing would be left to learn from.
            members.Boosts = _frame.First + members.Residuals.Reach + 1 <= _validate;
        }

        RequireTruths([.. Origins(members.Reach, _effort.ValidationOrigins)]);
        if (members.Boosts)
        {
            members.Residuals.Measure(_from, _validate);
            members.Trees = FitTrees(members, _validate, _effort.Trees, stopEarly: true);
            trees = members.Trees?.Count ?? 0;
        }

        (int power, int span, double[] losses, double combinedLoss) = ChooseCombination(members);
        var rolling = new RollingForecast(_frame, _horizon, members, power, span, Apart(members));
        int naive = Enumerable.Range(0, members.NaiveCount).MinBy(member => losses[member]);
        bool beaten = combinedLoss < losses[naive];
        rolling.Instead = beaten ? null : naive;

        // The combination was chosen by walking through the validation span: smoothing must not know that span when the band is measured on it.
        smoothing.Reset();
        Calibrate(rolling);
        foreach (OriginRidge ridge in ridges)
        {
            ridge.Learn(_validate, _until);
            ridge.Fit(ridge.Penalty);
        }

        root?.Learn(_validate, _until);
        if (trees > 0)
        {
            members.Trees = FitTrees(members, _until, trees, stopEarly: false);
        }

        string used = beaten ? ForecastChoice.Combined : members.Names[naive];
        string reason = $"validation RMSE {Math.Sqrt(combinedLoss) * _frame.Deviation:G4}, {(beaten ? "less" : "not less")} than {Math.Sqrt(losses[naive]) * _frame.Deviation:G4} of '{members.Names[naive]}', the best naive rule";
        return (rolling, new ForecastChoice([.. ridges.Select(ridge => (ridge.Shape.Name, ridge.Penalty))], trees, power, span, used, reason));
    }

    /// <summary>Origins of the validation span, as many as the effort allows.</summary>
    private IEnumerable<int> Origins(int reach, int most)
    {
        int from = Math.Max(_validate, _frame.First + reach);
        int stride = Stride(_until - from, most, _frame.Season);
        for (int origin = from; origin + _horizon <= _until; origin += stride)
        {
            if (_frame.Observed(origin - 1))
            {
                yield return origin;
            }
        }
    }

    /// <summary>The least stride that leaves no more than <paramref name="most"/> and meets every place of the season.</summary>
    public static int Stride(int length, int most, int season)
    {
        int stride = Math.Max(1, (length + most - 1) / most);
        while (stride > 1 && Common(stride, season) > 1)
        {
            stride++;
        }

        return stride;
    }

    private static int Common(int a, int b) => b == 0 ? a : Common(b, a % b);

    private List<OriginRidge> FitRidges()
    {
        var fitted = new List<(OriginRidge Ridge, double Loss)>();
        foreach (OriginRidgeShape shape in OriginRidgeShape.For(_frame, _validate - _from).Where(HasPast))
        {
            Pause();
            var ridge = new OriginRidge(_frame, shape, _horizon);
            ridge.Learn(_from, _validate);
            (double Penalty, double Loss) best = (0, double.PositiveInfinity);
            foreach (double penalty in Penalties)
            {
                double loss = ridge.Fit(penalty) ? Loss(ridge) : double.PositiveInfinity;
                best = loss < best.Loss ? (penalty, loss) : best;
            }

            if (best.Penalty > 0 && ridge.Fit(best.Penalty))
            {
                fitted.Add((ridge, best.Loss));
            }
        }

        // Those that are nearly as good as the best make a steadier mean than it alone.
        double least = fitted.Count == 0 ? 0 : fitted.Min(one => one.Loss);
        return [.. fitted.Where(one => one.Loss <= 1.1 * least).OrderBy(one => one.Loss).Take(5).Select(one => one.Ridge)];
    }

    private void Pause()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        _breathe();
    }

    private bool Pause(BoostedTrees grown)
    {
        Pause();
        return false;
    }

    private void PauseAt(int turn)
    {
        if (turn % 16 == 0)
        {
            Pause();
        }
    }

    // Every origin of the validation span can be told, and the span before it holds as many examples as coefficients.
    private bool HasPast(OriginRidgeShape shape) => _frame.First + shape.Reach() + Math.Max(20, shape.Width(_frame)) <= _validate;

    private void RequireTruths(ReadOnlySpan<int> origins)
    {
        int fewest = ConformalBand.Fewest(RollingForecast.Tail), have = Truths(origins);
        if (have < fewest)
        {
            throw new FormatException($"Of {_until - _validate} steps to choose by, with {origins.Length} origins, {have} forecasts of some lead have a truth to compare with; a band that is to hold {RollingForecast.Promise:P0} needs at least {fewest}: give more values, or fewer gaps, or a shorter horizon than {_horizon}.");
        }
    }

    /// <summary>Truths of the lead that has the fewest.</summary>
    private int Truths(ReadOnlySpan<int> origins)
    {
        int fewest = int.MaxValue;
        for (int step = 0; step < _horizon; step++)
        {
            int truths = 0;
            foreach (int origin in origins)
            {
                truths += _frame.Observed(origin + step) ? 1 : 0;
            }

            fewest = Math.Min(fewest, truths);
        }

        return fewest;
    }

    private double Loss(OriginRidge ridge)
    {
        double[] forecast = new double[_horizon];
        double loss = 0;
        int count = 0;
        foreach (int origin in Origins(ridge.Shape.Reach(), _effort.ValidationOrigins))
        {
            ridge.Forecast(origin, forecast);
            for (int step = 0; step < _horizon; step++)
            {
                if (_frame.Observed(origin + step))
                {
                    double error = forecast[step] - _frame.Values[origin + step];
                    loss += error * error;
                    count++;
                }
            }
        }

        return count == 0 ? double.PositiveInfinity : loss / count;
    }

    private BoostedTrees? FitTrees(ForecastMembers members, int until, int trees, bool stopEarly)
    {
        (float[] rows, double[] targets) = members.Residuals.Examples(_from, until, _effort.Examples, seed: 1);
        if (targets.Length < 500)
        {
            return null;
        }

        var model = new BoostedTrees(0.04, null, seed: 2);
        BinnedRows binned = BinnedRows.Of(rows, members.Residuals.Width);
        rows = [];
        if (!stopEarly)
        {
            model.Fit(binned, targets, trees, Pause, _cancellationToken);
            return model;
        }

        (float[] checkRows, double[] checkTargets) = members.Residuals.Examples(_validate, _until, _effort.Examples / 3, seed: 3);
        double[] said = new double[checkTargets.Length];
        int counted = 0;
        (int Trees, double Loss) best = (0, Squares(checkTargets, said));
        model.Fit(binned, targets, trees, grown =>
        {
            Pause();
            double loss = 0;
            for (int row = 0; row < said.Length; row++)
            {
                said[row] += grown.Since(counted, checkRows.AsSpan(row * binned.Features, binned.Features)) + (counted == 0 ? grown.Start : 0);
                loss += (checkTargets[row] - said[row]) * (checkTargets[row] - said[row]);
            }

            counted = grown.Count;
            best = loss < best.Loss ? (grown.Count, loss) : best;
            return grown.Count - best.Trees >= 100;
        }, _cancellationToken);
        model.Keep(best.Trees);
        return best.Trees == 0 ? null : model;
    }

    private static double Squares(double[] targets, double[] said)
    {
        double sum = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            sum += (targets[row] - said[row]) * (targets[row] - said[row]);
        }

        return sum;
    }

    // Every way to combine sees the same forecasts of the validation span, in their order.
    private (int Power, int Span, double[] Losses, double Combined) ChooseCombination(ForecastMembers members)
    {
        int[] origins = [.. Origins(members.Reach, _effort.ValidationOrigins)];
        int width = members.Names.Count * _horizon;
        double[] forecasts = new double[origins.Length * width];
        double[] one = new double[width];
        for (int at = 0; at < origins.Length; at++)
        {
            PauseAt(at);
            members.Forecast(origins[at], one);
            one.CopyTo(forecasts, at * width);
        }

        // The mildest way within half a percent of the best: what follows the latest losses more closely mostly follows chance.
        int season = Math.Max(4, _frame.Season);
        (int Power, int Span, double[] Losses, double Combined)[] ways =
        [
            .. from span in (int[])[1_000 * season, 120 * season]
               from power in Powers
               let replay = Replay(members, origins, forecasts, new RecentLosses(members.Names.Count, _horizon, power, span, Apart(members)))
               select (power, span, replay.Losses, replay.Combined),
        ];
        double least = ways.Min(way => way.Combined);
        return ways.First(way => way.Combined <= 1.005 * least);
    }

    private int Apart(ForecastMembers members)
    {
        int[] origins = [.. Origins(members.Reach, _effort.ValidationOrigins)];
        return origins.Length > 1 ? Math.Max(1, (origins[^1] - origins[0]) / (origins.Length - 1)) : 1;
    }

    private (double[] Losses, double Combined) Replay(ForecastMembers members, int[] origins, double[] forecasts, RecentLosses recent)
    {
        int count = members.Names.Count, width = count * _horizon;
        double[] weights = new double[count], errors = new double[count], losses = new double[count];
        double combined = 0;
        int scored = 0, settled = 0, begin = origins.Length / 10;
        for (int at = 0; at < origins.Length; at++)
        {
            PauseAt(at);

            // Whole horizons later, so that no weight knows what was not yet seen.
            for (; settled < at && origins[settled] + _horizon <= origins[at]; settled++)
            {
                for (int step = 0; step < _horizon; step++)
                {
                    Errors(forecasts.AsSpan(settled * width, width), origins[settled] + step, step, errors);
                    if (_frame.Observed(origins[settled] + step))
                    {
                        recent.Learn(step, errors);
                    }
                }
            }

            for (int step = 0; step < _horizon && at >= begin; step++)
            {
                if (!_frame.Observed(origins[at] + step))
                {
                    continue;
                }

                Errors(forecasts.AsSpan(at * width, width), origins[at] + step, step, errors);
                recent.Weigh(step, members.Counts, weights);
                double error = 0;
                for (int member = 0; member < count; member++)
                {
                    error += weights[member] * errors[member];
                    losses[member] += errors[member] * errors[member];
                }

                combined += error * error;
                scored++;
            }
        }

        return ([.. losses.Select(loss => loss / Math.Max(1, scored))], combined / Math.Max(1, scored));
    }

    private void Errors(ReadOnlySpan<double> forecasts, int at, int step, double[] errors)
    {
        for (int member = 0; member < errors.Length; member++)
        {
            errors[member] = forecasts[(member * _horizon) + step] - _frame.Values[at];
        }
    }

    // The first two thirds of the validation span teach the band its shape, the rest its width; all of it teaches the weights.
    private void Calibrate(RollingForecast rolling)
    {
        int[] origins = [.. Origins(rolling.Members.Reach, _effort.ValidationOrigins)];
        var said = new Dictionary<int, double[]>();
        int shaped = origins.Length * 2 / 3;
        for (int at = 0; at < origins.Length; at++)
        {
            PauseAt(at);
            if (at == shaped)
            {
                // A new shape needs widths of its own; without one, or without truths to learn them from, what was learned stays.
                rolling.Spread = Truths(origins.AsSpan(at)) < ConformalBand.Fewest(RollingForecast.Tail) ? null : FitSpread(rolling, said);
                if (rolling.Spread is not null)
                {
                    rolling.ForgetBands();
                }
            }

            ForecastStep step = rolling.Next(origins[at]);
            if (at < shaped)
            {
                said[origins[at]] = step.Combined;
            }
        }
    }

    private (BoostedTrees Low, BoostedTrees High)? FitSpread(RollingForecast rolling, Dictionary<int, double[]> said)
    {
        if (!rolling.Members.Boosts || said.Count < 50)
        {
            return null;
        }

        (float[] rows, double[] targets) = rolling.Members.Residuals.Examples(said, _effort.Examples / 2, seed: 5);
        if (targets.Length < 500)
        {
            return null;
        }

        BinnedRows binned = BinnedRows.Of(rows, rolling.Members.Residuals.Width);
        var low = new BoostedTrees(0.1, (1 - RollingForecast.Promise) / 2, seed: 6);
        var high = new BoostedTrees(0.1, (1 + RollingForecast.Promise) / 2, seed: 7);
        low.Fit(binned, targets, _effort.QuantileTrees, Pause, _cancellationToken);
        Pause();
        high.Fit(binned, targets, _effort.QuantileTrees, Pause, _cancellationToken);
        return (low, high);
    }
}
