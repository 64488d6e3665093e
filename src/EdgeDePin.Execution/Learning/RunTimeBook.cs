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

    private readonly Dictionary<TKey, (RunTimeModel Model, long UsedAt)> _models = [];
    private readonly double _guessSeconds;
    private readonly int _capacity;
    private long _clock;
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

    public bool Knows(TKey key) => _models.ContainsKey(key);

    public RunTime Predict(TKey key, double inputBytes = 0)
    {
        if (!_models.TryGetValue(key, out (RunTimeModel Model, long UsedAt) known))
        {
            return new RunTime(_guessSeconds, _guessSeconds * 10, RunTimeModelId.Guess, 0);
        }

        (float log, RunTimeModelId model) = known.Model.Predict(inputBytes);
        double seconds = Math.Exp(log);
        return new RunTime(seconds, seconds * Math.Exp(_width * Band(known.Model)), model, known.Model.Samples);
    }

    /// <summary>How much longer something runs that has run for a while.</summary>
    public double Remaining(TKey key, double elapsedSeconds, double inputBytes = 0) =>
        _models.TryGetValue(key, out (RunTimeModel Model, long UsedAt) known)
            ? known.Model.Remaining(elapsedSeconds, inputBytes)
            : Math.Max(_guessSeconds - elapsedSeconds, elapsedSeconds / 2);

    public void Observe(TKey key, double inputBytes, double seconds)
    {
        ref (RunTimeModel Model, long UsedAt) entry = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrNullRef(_models, key);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref entry))
        {
            ForgetIfFull();
            _models[key] = (new RunTimeModel(), 0);
            entry = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrNullRef(_models, key);
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
        foreach ((TKey key, float[] numbers) in models.TakeLast(_capacity))
        {
            _models[key] = (RunTimeModel.Load(numbers), ++_clock);
        }
    }

    // Executions that hardly differ still differ by what the machine adds.
    private static double Band(RunTimeModel model) => Math.Max(model.Spread, 0.01);

    private void ForgetIfFull()
    {
        if (_models.Count >= _capacity)
        {
            _models.Remove(_models.MinBy(entry => entry.Value.UsedAt).Key);
        }
    }
}
