using System.Numerics;

namespace EdgeDePin.Execution.Learning;

/// <summary>How a run time was predicted; stands in the record, so that each model's error can be told for ever.</summary>
public enum RunTimeModelId : byte
{
    /// <summary>Nothing is known of this kind: the guess.</summary>
    Guess = 0,

    /// <summary>As long as the last one.</summary>
    Last = 1,

    /// <summary>The median of the last 32.</summary>
    Median = 3,

    /// <summary>The mean of the five with the most similar input.</summary>
    Neighbours = 4,

    /// <summary>The newest of those with the most similar input.</summary>
    Nearest = 5,

    /// <summary>A power of the size of the input, fitted to the last 32 and drawn towards their mean.</summary>
    Power = 6,

    /// <summary>Known only from another worker, and scaled by its speed.</summary>
    Carried = 7,
}

/// <summary>
/// What one kind of task needed on one class of worker: several predictors, of which the one that has erred least lately speaks.
/// All of them work on logarithms, so that twice and half are errors of the same size, and none may leave the range that was seen
/// by more than a factor of two: fitted lines otherwise explode on sizes that were recorded as 0. About 600 bytes; no allocation.
/// </summary>
public sealed class RunTimeModel
{
    /// <summary>Executions that are remembered one by one.</summary>
    public const int Window = 32;

    private const int Predictors = 5;
    private const int NeighbourCount = 5;

    /// <summary>How much of an old error counts after the next execution.</summary>
    private const float ErrorMemory = 0.5f;

    /// <summary>An error beyond half as much again, as a logarithm, counts no more than that: one execution that nobody could expect tells nothing of who is right.</summary>
    private const float LargestError = 0.4f;

    /// <summary>An execution is never predicted shorter than this: below, clocks and schedulers decide.</summary>
    private const double LeastSeconds = 1e-7;

    private static readonly RunTimeModelId[] Names =
        [RunTimeModelId.Last, RunTimeModelId.Median, RunTimeModelId.Neighbours, RunTimeModelId.Nearest, RunTimeModelId.Power];

    // Times and sizes with the newest first. Sorted are the times, and behind them what is above all times: so all of it is compared at once.
    private readonly float[] _times = new float[Window];
    private readonly float[] _sizes = new float[Window];
    private readonly float[] _sorted = new float[Window];
    private readonly float[] _errors = new float[Predictors];
    private (double Size, double Time, double Squares, double Products) _sums;
    private float _least = float.MaxValue;
    private float _most = float.MinValue;
    private float _spread = 0.25f;
    private double _lastBytes;
    private float _lastSize;
    private (int Samples, float Size, float Mean, float Nearest) _neighbours;

    public RunTimeModel() => Array.Fill(_sorted, float.MaxValue);

    /// <summary>Executions learned from.</summary>
    public int Samples { get; private set; }

    /// <summary>The mean error of what was predicted, as a logarithm; the width of the band around a prediction.</summary>
    public float Spread => _spread;

    /// <param name="inputBytes">0 where unknown.</param>
    /// <returns>The natural logarithm of the seconds expected, and whose word it is.</returns>
    public (float LogSeconds, RunTimeModelId Model) Predict(double inputBytes)
    {
        if (Samples == 0)
        {
            return (0, RunTimeModelId.Guess);
        }

        int best = Best();
        return (Clamped(Ask(best, Size(inputBytes))), Names[best]);
    }

    /// <param name="seconds">0 or more.</param>
    /// <returns>By how much it exceeded what would have been predicted, as a logarithm; 0 for the first.</returns>
    public float Observe(double inputBytes, double seconds)
    {
        float size = Size(inputBytes);
        float time = (float)Math.Log(Math.Max(seconds, LeastSeconds));
        float excess = Samples > 0 ? Judge(size, time) : 0;

        if (Samples >= Window)
        {
            Sum(Window - 1, -1);
        }

        Sort(time);
        _times.AsSpan(0, Window - 1).CopyTo(_times.AsSpan(1));
        _sizes.AsSpan(0, Window - 1).CopyTo(_sizes.AsSpan(1));
        (_times[0], _sizes[0]) = (time, size);
        Sum(0, 1);
        (_least, _most) = (Math.Min(_least, time), Math.Max(_most, time));
        Samples++;
        return excess;
    }

    /// <summary>How much longer something runs that has run for a while already: the mean of those that ran longer.</summary>
    /// <returns>Seconds.</returns>
    public double Remaining(double elapsedSeconds, double inputBytes)
    {
        double expected = Math.Exp(Predict(inputBytes).LogSeconds);
        if (elapsedSeconds < expected)
        {
            return expected - elapsedSeconds;
        }

        double sum = 0;
        int longer = 0;
        for (int i = Math.Min(Samples, Window) - 1; i >= 0 && Math.Exp(_sorted[i]) is double seconds && seconds > elapsedSeconds; i--)
        {
            sum += seconds - elapsedSeconds;
            longer++;
        }

        // It has outlived all: what has lasted long tends to last as long again, so half of it is a modest hope.
        return longer > 0 ? sum / longer : elapsedSeconds / 2;
    }

    // A ring, the next to be replaced at the number of samples: as it was saved ever since.
    internal float[] Save()
    {
        float[] times = new float[Window], sizes = new float[Window];
        for (int age = 0; age < Math.Min(Samples, Window); age++)
        {
            int at = (Samples - 1 - age) % Window;
            (times[at], sizes[at]) = (_times[age], _sizes[age]);
        }

        return [Samples, _least, _most, _spread, .. _errors, .. times, .. sizes, .. _sorted];
    }

    internal static RunTimeModel Load(ReadOnlySpan<float> saved)
    {
        if (saved.Length != 4 + Predictors + (3 * Window) || !(saved[0] >= 1))
        {
            throw new FormatException($"A run-time model has {4 + Predictors + (3 * Window)} numbers, not {saved.Length}.");
        }

        foreach (float number in saved)
        {
            if (!float.IsFinite(number))
            {
                throw new FormatException("A run-time model holds a number that is not finite.");
            }
        }

        var model = new RunTimeModel
        {
            Samples = (int)Math.Min(saved[0], int.MaxValue / 2),
            _least = saved[1],
            _most = saved[2],
            _spread = saved[3],
        };
        saved = saved[4..];
        saved[..Predictors].CopyTo(model._errors);
        saved = saved[Predictors..];
        int count = Math.Min(model.Samples, Window);
        for (int age = 0; age < count; age++)
        {
            int at = (model.Samples - 1 - age) % Window;
            (model._times[age], model._sizes[age]) = (saved[at], saved[Window + at]);
            model.Sum(age, 1);
        }

        model._times.AsSpan(0, count).CopyTo(model._sorted);
        model._sorted.AsSpan(0, count).Sort();

        return model;
    }

    // Most inputs of a kind are as large as the one before, and a prediction is followed by what it was made for: a logarithm saved.
    private float Size(double inputBytes)
    {
        if (inputBytes != _lastBytes)
        {
            (_lastBytes, _lastSize) = (inputBytes, (float)Math.Log(1 + Math.Max(0, inputBytes)));
        }

        return _lastSize;
    }

    private float Clamped(float time) => Math.Clamp(time, _least - 0.693f, _most + 0.693f);

    // What all predictors would have said, and whose word would have counted.
    private float Judge(float size, float time)
    {
        Span<float> said = stackalloc float[Predictors];
        (said[0], said[1], said[4]) = (_times[0], Median(), Power(size));
        (said[2], said[3]) = Neighbours(size);
        int best = Best();
        float excess = time - Clamped(said[best]);
        for (int predictor = 0; predictor < Predictors; predictor++)
        {
            float error = Math.Min(Math.Abs(Clamped(said[predictor]) - time), LargestError);
            _errors[predictor] = (_errors[predictor] * ErrorMemory) + ((1 - ErrorMemory) * error);
        }

        float weight = Math.Max(0.1f, 1f / (Samples + 1));
        _spread += weight * (Math.Abs(excess) - _spread);
        return excess;
    }

    private int Best()
    {
        int best = 0;
        for (int predictor = 1; predictor < Predictors; predictor++)
        {
            best = _errors[predictor] < _errors[best] ? predictor : best;
        }

        return best;
    }

    private float Ask(int predictor, float size) => predictor switch
    {
        0 => _times[0],
        1 => Median(),
        2 => Neighbours(size).Mean,
        3 => Neighbours(size).Nearest,
        _ => Power(size),
    };

    private float Median()
    {
        int count = Math.Min(Samples, Window);
        return (_sorted[(count - 1) / 2] + _sorted[count / 2]) / 2;
    }

    // What was predicted is observed next, mostly: its neighbours are not sought twice.
    private (float Mean, float Nearest) Neighbours(float size)
    {
        if (_neighbours.Samples != Samples || _neighbours.Size != size)
        {
            (float mean, float nearest) = Seek(size);
            _neighbours = (Samples, size, mean, nearest);
        }

        return (_neighbours.Mean, _neighbours.Nearest);
    }

    // The newest first, so that among equals the newest is the nearest.
    private (float Mean, float Nearest) Seek(float size)
    {
        int count = Math.Min(Samples, Window);
        Span<float> distances = stackalloc float[NeighbourCount];
        Span<float> values = stackalloc float[NeighbourCount];
        int held = 0;
        float farthest = float.MaxValue;
        var sought = new Vector<float>(size);
        for (int from = 0; from < count; from += Vector<float>.Count)
        {
            if (!Vector.LessThanAny(Vector.Abs(new Vector<float>(_sizes, from) - sought), new Vector<float>(farthest)))
            {
                continue;
            }

            for (int age = from; age < Math.Min(count, from + Vector<float>.Count); age++)
            {
                float distance = Math.Abs(_sizes[age] - size);
                if (distance >= farthest)
                {
                    continue;
                }

                int to = held < NeighbourCount ? held++ : NeighbourCount - 1;
                for (; to > 0 && distances[to - 1] > distance; to--)
                {
                    (distances[to], values[to]) = (distances[to - 1], values[to - 1]);
                }

                (distances[to], values[to]) = (distance, _times[age]);
                farthest = held == NeighbourCount ? distances[NeighbourCount - 1] : float.MaxValue;
            }
        }

        float sum = 0;
        for (int i = 0; i < held; i++)
        {
            sum += values[i];
        }

        return (sum / held, values[0]);
    }

    private float Power(float size)
    {
        int count = Math.Min(Samples, Window);
        double meanSize = _sums.Size / count, meanTime = _sums.Time / count;
        double squares = Math.Max(0, _sums.Squares - (_sums.Size * meanSize));
        double products = _sums.Products - (_sums.Size * meanTime);
        // One unit of prior evidence for no slope at all.
        double slope = Math.Clamp(products / (squares + 1), -2, 2);
        return (float)(meanTime + (slope * (size - meanSize)));
    }

    private void Sum(int at, int sign)
    {
        double size = _sizes[at], time = _times[at];
        _sums.Size += sign * size;
        _sums.Time += sign * time;
        _sums.Squares += sign * size * size;
        _sums.Products += sign * size * time;
    }

    // Before the new one stands among the times. Only what lies between its place and that of the one that leaves moves.
    private void Sort(float enters)
    {
        int from = Samples < Window ? Samples : Math.Min(Below(_times[Window - 1]), Window - 1);
        int to = Below(enters);
        if (to > from)
        {
            to--;
            _sorted.AsSpan(from + 1, to - from).CopyTo(_sorted.AsSpan(from));
        }
        else
        {
            _sorted.AsSpan(to, from - to).CopyTo(_sorted.AsSpan(to + 1));
        }

        _sorted[to] = enters;
    }

    private int Below(float value)
    {
        var limit = new Vector<float>(value);
        Vector<int> below = Vector<int>.Zero;
        for (int at = 0; at < Window; at += Vector<float>.Count)
        {
            // True is -1.
            below -= Vector.LessThan(new Vector<float>(_sorted, at), limit);
        }

        return Vector.Sum(below);
    }
}
