namespace EdgeDePin.Execution.Learning;

/// <summary>A run time as it is expected.</summary>
/// <param name="Seconds">The middle.</param>
/// <param name="P90Seconds">What nine of ten do not exceed, as the errors so far have it.</param>
/// <param name="Samples">Executions it rests on; 0 is a guess.</param>
public readonly record struct RunTime(double Seconds, double P90Seconds, RunTimeModelId Model, int Samples);

/// <summary>
/// Run times of many kinds, and how wide the band must be that holds nine of ten: the width follows the share of surprises
/// (adaptive conformal inference: Gibbs and Candès, NeurIPS 2021), so the share is right whatever the errors look like. Not safe
/// for several threads.
/// </summary>
/// <typeparam name="TKey">Kind of task and class of worker.</typeparam>
public sealed class RunTimeBook<TKey>
    where TKey : notnull
{
    /// <summary>How many may exceed the band.</summary>
    private const double Surprises = 0.1;

    private readonly Dictionary<TKey, Known> _models = [];
    private readonly double _guessSeconds;
    private readonly int _capacity;
    private long _clock;
    private TKey? _lastKey;
    private Known? _last;
    // Where errors fall off exponentially on both sides, nine of ten stay below ln 5 times their mean: a start, soon corrected.
    private double _width = Math.Log(5);

    /// <param name="guess">For a kind of which nothing is known.</param>
    /// <param name="capacity">Models kept (about 600 B each); beyond it the longest unused is forgotten.</param>
    public RunTimeBook(TimeSpan guess, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(guess, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_guessSeconds, _capacity) = (guess.TotalSeconds, capacity);
    }

    public int Count => _models.Count;

    public bool Knows(TKey key) => Find(key) is not null;

    public RunTime Predict(TKey key, double inputBytes = 0)
    {
        if (Find(key) is not Known known)
        {
            return new RunTime(_guessSeconds, _guessSeconds * 10, RunTimeModelId.Guess, 0);
        }

        (float log, RunTimeModelId model) = known.Model.Predict(inputBytes);
        double seconds = Math.Exp(log);
        return new RunTime(seconds, seconds * MathF.Exp((float)_width * Band(known.Model)), model, known.Model.Samples);
    }

    /// <summary>How much longer something runs that has run for a while.</summary>
    public double Remaining(TKey key, double elapsedSeconds, double inputBytes = 0) =>
        Find(key) is Known known
            ? known.Model.Remaining(elapsedSeconds, inputBytes)
            : Math.Max(_guessSeconds - elapsedSeconds, elapsedSeconds / 2);

    public void Observe(TKey key, double inputBytes, double seconds)
    {
        if (Find(key) is not Known entry)
        {
            ForgetIfFull();
            _models[key] = entry = new Known(new RunTimeModel());
        }

        bool known = entry.Model.Samples > 0;
        double band = Band(entry.Model);
        double excess = entry.Model.Observe(inputBytes, seconds) / band;
        if (known)
        {
            _width = Math.Clamp(_width + (0.08 * (excess > _width ? 1 - Surprises : -Surprises)), 0.05, 50);
        }

        entry.UsedAt = ++_clock;
    }

    /// <summary>The width of the band, then each key with the numbers of its model.</summary>
    internal (double Width, IEnumerable<KeyValuePair<TKey, float[]>> Models) Save() =>
        (_width, _models.OrderBy(entry => entry.Value.UsedAt).Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Model.Save())));

    /// <exception cref="FormatException">The numbers make no model.</exception>
    internal void Load(double width, IEnumerable<KeyValuePair<TKey, float[]>> models)
    {
        _width = double.IsFinite(width) ? Math.Clamp(width, 0.05, 50) : throw new FormatException($"The width {width} is not finite.");
        _last = null;
        foreach ((TKey key, float[] numbers) in models.TakeLast(_capacity))
        {
            _models[key] = new Known(RunTimeModel.Load(numbers)) { UsedAt = ++_clock };
        }
    }

    // Executions that hardly differ still differ by what the machine adds.
    private static float Band(RunTimeModel model) => Math.Max(model.Spread, 0.01f);

    private void ForgetIfFull()
    {
        if (_models.Count >= _capacity)
        {
            _models.Remove(_models.MinBy(entry => entry.Value.UsedAt).Key);
            _last = null;
        }
    }

    // What is predicted is observed next, mostly, and names are long.
    private Known? Find(TKey key)
    {
        if (_last is not null && EqualityComparer<TKey>.Default.Equals(_lastKey, key))
        {
            return _last;
        }

        if (_models.TryGetValue(key, out Known? known))
        {
            (_lastKey, _last) = (key, known);
        }

        return known;
    }

    private sealed class Known(RunTimeModel model)
    {
        public RunTimeModel Model { get; } = model;
        public long UsedAt { get; set; }
    }
}
