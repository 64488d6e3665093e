using EdgeDePin.Model;

namespace EdgeDePin.Execution;

/// <summary>How long a run is expected to take.</summary>
/// <param name="Samples">Executions of this kind on this worker that it rests on; 0 is carried over from elsewhere, or a guess.</param>
public readonly record struct Estimate(TimeSpan RunTime, int Samples);

/// <summary>
/// Run times learned from execution records, per kind and worker: an exponentially weighted mean with weight 0.3 for the
/// newest, which halves an old habit in two executions. Safe for all threads.
/// </summary>
public sealed class Estimates
{
    /// <summary>The guess for a kind that nobody has run yet. Dask guesses 500 ms for a cluster; our tasks are smaller.</summary>
    public static readonly TimeSpan DefaultGuess = TimeSpan.FromMilliseconds(100);

    /// <summary>Kinds times workers that are remembered (about 100 B each); beyond it the longest unused is forgotten.</summary>
    public const int DefaultCapacity = 4096;

    private const double NewestWeight = 0.3;

    private readonly Lock _gate = new();
    private readonly Dictionary<(TaskKind, NodeId), Learned> _learned = [];
    private readonly TimeSpan _guess;
    private readonly int _capacity;
    private long _clock;

    /// <param name="guess">For a kind that nobody has run yet; null for <see cref="DefaultGuess"/>.</param>
    public Estimates(TimeSpan? guess = null, int capacity = DefaultCapacity)
    {
        _guess = guess ?? DefaultGuess;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_guess, TimeSpan.Zero, nameof(guess));
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
    }

    /// <summary>
    /// The expected run time on a worker: what this worker needed before; or what this node needed, divided by how much
    /// faster the worker is; or the guess.
    /// </summary>
    /// <param name="worker">The neighbour; null for this node.</param>
    /// <param name="relativeSpeed">Speed of the worker relative to this node, above 0. Used only until it has run the kind.</param>
    public Estimate Predict(TaskKind kind, NodeId? worker = null, double relativeSpeed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(relativeSpeed);
        lock (_gate)
        {
            if (_learned.TryGetValue((kind, worker ?? default), out Learned? known))
            {
                return new Estimate(TimeSpan.FromSeconds(known.Seconds), known.Samples);
            }

            TimeSpan here = _learned.TryGetValue((kind, default), out Learned? local) ? TimeSpan.FromSeconds(local.Seconds) : _guess;
            return new Estimate(worker is null ? here : here / relativeSpeed, 0);
        }
    }

    /// <summary>Learns from an execution that succeeded; others say nothing about how long the work takes.</summary>
    public void Observe(ExecutionRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Outcome != ExecutionOutcome.Succeeded)
        {
            return;
        }

        lock (_gate)
        {
            (TaskKind, NodeId) key = (record.Kind, record.WorkerId ?? default);
            if (!_learned.TryGetValue(key, out Learned? known))
            {
                ForgetIfFull();
                _learned[key] = known = new Learned { Seconds = record.RunTime.TotalSeconds };
            }

            known.Seconds += NewestWeight * (record.RunTime.TotalSeconds - known.Seconds);
            known.Samples++;
            known.UsedAt = ++_clock;
        }
    }

    private void ForgetIfFull()
    {
        if (_learned.Count >= _capacity)
        {
            _learned.Remove(_learned.MinBy(entry => entry.Value.UsedAt).Key);
        }
    }

    private sealed class Learned
    {
        public double Seconds { get; set; }
        public int Samples { get; set; }
        public long UsedAt { get; set; }
    }
}
