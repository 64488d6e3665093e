using System.Formats.Cbor;
using EdgeDePin.Execution.Learning;
using EdgeDePin.Model;

namespace EdgeDePin.Execution;

/// <summary>How long a run is expected to take.</summary>
/// <param name="RunTime">The middle of the expectation.</param>
/// <param name="Samples">Executions of this kind on this worker that it rests on; 0 is carried over from elsewhere, or a guess.</param>
/// <param name="P90">What nine of ten should not exceed.</param>
/// <param name="Model">Which predictor said so.</param>
public readonly record struct Estimate(TimeSpan RunTime, int Samples, TimeSpan P90, RunTimeModelId Model);

/// <summary>
/// Run times learned from execution records, per kind and worker, by whichever of several predictors has erred least
/// (<see cref="RunTimeModel"/>). Can be kept in a file, so that a restart forgets nothing. Safe for all threads.
/// </summary>
public sealed class Estimates
{
    /// <summary>The guess for a kind that nobody has run yet. Dask guesses 500 ms for a cluster; our tasks are smaller.</summary>
    public static readonly TimeSpan DefaultGuess = TimeSpan.FromMilliseconds(100);

    /// <summary>Kinds times workers that are remembered (about 600 B each); beyond it the longest unused is forgotten.</summary>
    public const int DefaultCapacity = 4096;

    private const int FileVersion = 3;

    /// <summary>The last version without travel times; it can still be read.</summary>
    private const int OldestVersion = 2;

    private readonly Lock _gate = new();
    private readonly RunTimeBook<(TaskKind Kind, NodeId Worker)> _book;
    private readonly TravelTimes<NodeId> _travel;
    private readonly Dictionary<TaskKind, double> _outputBytes = [];
    private readonly int _capacity;

    /// <param name="guess">For a kind that nobody has run yet; null for <see cref="DefaultGuess"/>.</param>
    public Estimates(TimeSpan? guess = null, int capacity = DefaultCapacity)
    {
        _book = new(guess ?? DefaultGuess, capacity);
        _travel = new(capacity);
        _capacity = capacity;
    }

    /// <summary>
    /// The expected run time on a worker: what this worker needed before; or what this node needed, divided by how much
    /// faster the worker is; or the guess.
    /// </summary>
    /// <param name="worker">The neighbour; null for this node.</param>
    /// <param name="relativeSpeed">Speed of the worker relative to this node, above 0. Used only until it has run the kind.</param>
    /// <param name="inputBytes">Size of the task's input; 0 where unknown.</param>
    public Estimate Predict(TaskKind kind, NodeId? worker = null, double relativeSpeed = 1, double inputBytes = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(relativeSpeed);
        lock (_gate)
        {
            if (_book.Knows((kind, worker ?? default)))
            {
                return Of(_book.Predict((kind, worker ?? default), inputBytes));
            }

            RunTime here = _book.Predict((kind, default), inputBytes);
            double speed = worker is null ? 1 : relativeSpeed;
            return Of(here with
            {
                Seconds = here.Seconds / speed,
                P90Seconds = here.P90Seconds / speed,
                Samples = 0,
                Model = here.Samples > 0 ? RunTimeModelId.Carried : RunTimeModelId.Guess,
            });
        }
    }

    /// <summary>How much longer an execution will run that has run for a while on this node: not less than those that lasted longer did.</summary>
    public TimeSpan Remaining(TaskKind kind, TimeSpan elapsed, double inputBytes)
    {
        lock (_gate)
        {
            return TimeSpan.FromSeconds(Math.Min(_book.Remaining((kind, default), elapsed.TotalSeconds, inputBytes), 1e9));
        }
    }

    /// <summary>How large outputs of this kind were lately; 0 where there was none.</summary>
    public double OutputBytes(TaskKind kind)
    {
        lock (_gate)
        {
            return _outputBytes.GetValueOrDefault(kind);
        }
    }

    /// <summary>How long the input of a task and its output, as large as those of its kind were lately, travel to a neighbour and back.</summary>
    public TimeSpan Travel(TaskKind kind, RemoteWorker worker, double inputBytes)
    {
        ArgumentNullException.ThrowIfNull(worker);
        lock (_gate)
        {
            return _travel.Expect(worker.Id, inputBytes + _outputBytes.GetValueOrDefault(kind)) is { } seconds
                ? TimeSpan.FromSeconds(Math.Min(seconds, 1e9))
                : worker.TransferTime;
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
            _book.Observe((record.Kind, record.WorkerId ?? default), record.InputBytes, record.RunTime.TotalSeconds);
            if (_outputBytes.TryGetValue(record.Kind, out double usual) || _outputBytes.Count < _capacity)
            {
                _outputBytes[record.Kind] = usual == 0 ? record.OutputBytes : usual + (0.25 * (record.OutputBytes - usual));
            }

            if (record.WorkerId is NodeId worker && record.Transfer > TimeSpan.Zero)
            {
                _travel.Observe(worker, record.InputBytes + (double)record.OutputBytes, record.Transfer.TotalSeconds);
            }
        }
    }

    /// <summary>
    /// Everything learned, as CBOR: <c>[version, width of the band, [[kind, worker, [number, ...]], ...], [[neighbour, [number, ...]], ...]]</c>.
    /// </summary>
    public byte[] Save()
    {
        lock (_gate)
        {
            (double width, IEnumerable<KeyValuePair<(TaskKind Kind, NodeId Worker), float[]>> models) = _book.Save();
            KeyValuePair<(TaskKind Kind, NodeId Worker), float[]>[] all = [.. models];
            var writer = new CborWriter();
            writer.WriteStartArray(4);
            writer.WriteInt32(FileVersion);
            writer.WriteDouble(width);
            writer.WriteStartArray(all.Length);
            foreach ((var key, float[] numbers) in all)
            {
                writer.WriteStartArray(3);
                writer.WriteTextString(key.Kind.ToString());
                writer.WriteTextString(key.Worker.Value);
                writer.WriteStartArray(numbers.Length);
                foreach (float number in numbers)
                {
                    writer.WriteSingle(number);
                }

                writer.WriteEndArray();
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
            KeyValuePair<NodeId, double[]>[] lines = [.. _travel.Save()];
            writer.WriteStartArray(lines.Length);
            foreach ((NodeId neighbour, double[] numbers) in lines)
            {
                writer.WriteStartArray(2);
                writer.WriteTextString(neighbour.Value);
                writer.WriteStartArray(numbers.Length);
                Array.ForEach(numbers, writer.WriteDouble);
                writer.WriteEndArray();
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
            writer.WriteEndArray();
            return writer.Encode();
        }
    }

    /// <summary>Takes up what an earlier process had learned.</summary>
    /// <exception cref="FormatException">Not what <see cref="Save"/> wrote.</exception>
    public void Load(ReadOnlyMemory<byte> saved)
    {
        try
        {
            var reader = new CborReader(saved);
            reader.ReadStartArray();
            int version = reader.ReadInt32();
            if (version is < OldestVersion or > FileVersion)
            {
                throw new FormatException($"They are of version {version}, and this program reads {OldestVersion} to {FileVersion}.");
            }

            double width = reader.ReadDouble();
            var models = new List<KeyValuePair<(TaskKind, NodeId), float[]>>();
            for (reader.ReadStartArray(); reader.PeekState() != CborReaderState.EndArray;)
            {
                reader.ReadStartArray();
                TaskKind kind = TaskKind.Parse(reader.ReadTextString());
                string worker = reader.ReadTextString();
                var numbers = new List<float>();
                for (reader.ReadStartArray(); reader.PeekState() != CborReaderState.EndArray;)
                {
                    numbers.Add(reader.ReadSingle());
                }

                reader.ReadEndArray();
                reader.ReadEndArray();
                models.Add(KeyValuePair.Create((kind, worker.Length == 0 ? default : NodeId.Parse(worker)), numbers.ToArray()));
            }

            reader.ReadEndArray();
            KeyValuePair<NodeId, double[]>[] lines = version == OldestVersion ? [] : Lines(reader);
            lock (_gate)
            {
                _book.Load(width, models);
                _travel.Load(lines);
            }
        }
        catch (Exception error) when (error is CborContentException or InvalidOperationException)
        {
            throw new FormatException($"These are no learned run times: {error.Message}", error);
        }
    }

    private static KeyValuePair<NodeId, double[]>[] Lines(CborReader reader)
    {
        var lines = new List<KeyValuePair<NodeId, double[]>>();
        for (reader.ReadStartArray(); reader.PeekState() != CborReaderState.EndArray;)
        {
            reader.ReadStartArray();
            NodeId neighbour = NodeId.Parse(reader.ReadTextString());
            var numbers = new List<double>();
            for (reader.ReadStartArray(); reader.PeekState() != CborReaderState.EndArray;)
            {
                numbers.Add(reader.ReadDouble());
            }

            reader.ReadEndArray();
            reader.ReadEndArray();
            lines.Add(KeyValuePair.Create(neighbour, numbers.ToArray()));
        }

        return [.. lines];
    }

    private static Estimate Of(RunTime time) =>
        new(TimeSpan.FromSeconds(time.Seconds), time.Samples, TimeSpan.FromSeconds(Math.Min(time.P90Seconds, 1e9)), time.Model);
}
