using System.Collections.Immutable;
using EdgeDePin.Analytics.Anomalies;
using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>
/// What earlier windows leave to later ones: their means, and the counters' last believed readings. Bounded; one loop owns it.
/// </summary>
/// <param name="altitudeMetres">Of the station above sea level; null when unknown.</param>
/// <param name="capacity">Windows remembered per sensor and quantity (40 B each). Default 2,048: a day and a half of minutes.</param>
/// <param name="latitude">Of the station in degrees, north is positive; null when unknown.</param>
/// <param name="cadence">Windows that come faster share a step of the anomaly detectors. Default 5 minutes.</param>
public sealed class WindowHistory(double? altitudeMetres, int capacity = 2_048, double? latitude = null, TimeSpan? cadence = null)
{
    /// <summary>Sensors times quantities that are followed; what comes beyond is counted in <see cref="NotFollowed"/>.</summary>
    public const int MaxSeries = 256;

    /// <summary>Windows that can be opened again and find the counters as they were.</summary>
    private const int CounterHistory = 16;

    private static readonly TimeSpan Tendency = TimeSpan.FromHours(3);

    /// <summary>Windows that a spike is judged by.</summary>
    public const int SpikeHistory = 64;

    private readonly Dictionary<(SensorId Sensor, Quantity Quantity), Queue<Mean>> _means = [];
    private readonly Dictionary<(SensorId Sensor, Quantity Quantity), Queue<Reading>> _counters = [];
    private readonly Dictionary<(SensorId Sensor, Quantity Quantity), SeriesMemory> _memories = [];
    private ImmutableArray<byte> _faults = [];
    private TimeSpan _step;

    /// <summary>Aggregates of sensors beyond <see cref="MaxSeries"/>.</summary>
    public long NotFollowed { get; private set; }

    /// <summary>The sensors and quantities that are followed.</summary>
    public IEnumerable<(SensorId Sensor, Quantity Quantity)> Series => _means.Keys;

    /// <summary>What is known before a window, as its graph needs it.</summary>
    public WindowContext Before(Window window)
    {
        ArgumentNullException.ThrowIfNull(window);
        return new WindowContext(
            altitudeMetres,
            [.. _means.Where(series => series.Key.Quantity == Quantity.Pm25 || series.Key.Quantity == Quantity.Pm10)
                .Select(series => new SensorSeries(series.Key.Sensor, series.Key.Quantity, Hourly(series.Value, window.From)))],
            [.. _means.Where(series => !series.Key.Quantity.IsCounter)
                .Select(series => new SensorSeries(
                    series.Key.Sensor, series.Key.Quantity, [.. series.Value.Where(mean => mean.At < window.From).TakeLast(SpikeHistory).Select(mean => (double?)mean.Value)]))],
            [.. _counters.Values.Select(counter => counter.Where(reading => reading.ObservedAt < window.From).Select(reading => (Reading?)reading).LastOrDefault()).OfType<Reading>()])
        {
            Latitude = latitude,
            PressuresBefore = [.. _means.Where(series => series.Key.Quantity == Quantity.Pressure).Select(series => PressureBefore(series.Key.Sensor, series.Value, window.From)).OfType<Reading>()],
            Memories = [.. _memories.Values],
            Faults = _faults,
            Cadence = cadence ?? TimeSpan.FromMinutes(5),
        };
    }

    /// <summary>Remembers a window whose graph has run. Windows come in the order of time; one that is older than the last is ignored.</summary>
    public void Add(Window window, RunResult run)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(run);
        _step = window.Length;
        foreach (TaskSpec task in run.Graph.Tasks.Where(task => task.Kind == AggregateTask.Kind))
        {
            if (run.Outputs.TryGetValue(task.Name, out byte[]? output))
            {
                Add(Aggregate.Decode(output));
            }
        }

        foreach (DerivedValue counter in DerivedValues.From(run).Values.Where(value => value.Name.EndsWith(DeriveTask.CounterSuffix, StringComparison.Ordinal)))
        {
            Count(new Reading(counter.Sensor, Quantity.Parse(counter.Name[..^DeriveTask.CounterSuffix.Length]), counter.Value, counter.At));
        }

        if (window.Revision > 0)
        {
            return;
        }

        foreach (SeriesMemory memory in DerivedValues.OutputsOf(run, AnomalyTask.Kind).SelectMany(output => AnomalyTask.Decode(output.Bytes).Memories))
        {
            if (_memories.Count < MaxSeries || _memories.ContainsKey((memory.Sensor, memory.Quantity)))
            {
                _memories[(memory.Sensor, memory.Quantity)] = memory;
            }
        }

        foreach ((_, byte[] output) in DerivedValues.OutputsOf(run, SensorFaultsTask.Kind))
        {
            _faults = SensorFaultsTask.Decode(output).Book;
        }
    }

    private void Count(Reading reading)
    {
        (SensorId, Quantity) key = (reading.Sensor, reading.Quantity);
        if (!_counters.TryGetValue(key, out Queue<Reading>? counter))
        {
            if (_counters.Count >= MaxSeries)
            {
                return;
            }

            _counters.Add(key, counter = []);
        }

        // A window that was opened again comes after its successor, which has gone on from the counter as it was known then.
        if (counter.Count > 0 && reading.ObservedAt <= counter.Last().ObservedAt)
        {
            return;
        }

        if (counter.Count == CounterHistory)
        {
            counter.Dequeue();
        }

        counter.Enqueue(reading);
    }

    // The window of three hours ago, to a tenth of that: the tendency of the WMO.
    private static Reading? PressureBefore(SensorId sensor, Queue<Mean> means, DateTimeOffset from)
    {
        Mean before = means.MinBy(mean => Math.Abs(((from - mean.At) - Tendency).Ticks));
        return Math.Abs(((from - before.At) - Tendency).Ticks) <= Tendency.Ticks / 10 ? new Reading(sensor, Quantity.Pressure, before.Value, before.At) : null;
    }

    /// <summary>The newest stretch of means without a long gap; null for a series that is not followed.</summary>
    public RegularSeries? Newest(SensorId sensor, Quantity quantity) =>
        _means.TryGetValue((sensor, quantity), out Queue<Mean>? means) && means.Count > 0
            ? RegularSeries.UpTo(sensor, quantity, [.. means.Select(mean => (mean.At, mean.Value))], _step)
            : null;

    private void Add(IReadOnlyList<Aggregate> aggregates)
    {
        foreach (Aggregate aggregate in aggregates)
        {
            (SensorId, Quantity) key = (aggregate.Sensor, aggregate.Quantity);
            if (!_means.TryGetValue(key, out Queue<Mean>? means))
            {
                if (_means.Count >= MaxSeries)
                {
                    NotFollowed++;
                    continue;
                }

                _means.Add(key, means = []);
            }

            if (means.Count > 0 && means.Last().At >= aggregate.From)
            {
                continue;
            }

            if (means.Count == capacity)
            {
                means.Dequeue();
            }

            means.Enqueue(new Mean(aggregate.From, aggregate.Mean, aggregate.Count));
        }
    }

    // Hours that end where the window begins: all of them are complete, and the newest is never a moment's value.
    private static ImmutableArray<double?> Hourly(Queue<Mean> means, DateTimeOffset until)
    {
        double[] sums = new double[NowCast.Hours];
        int[] counts = new int[NowCast.Hours];
        foreach (Mean mean in means)
        {
            double hoursBack = (until - mean.At).TotalHours;
            if (hoursBack > 0 && hoursBack <= NowCast.Hours)
            {
                int hour = NowCast.Hours - (int)Math.Ceiling(hoursBack);
                sums[hour] += mean.Value * mean.Count;
                counts[hour] += mean.Count;
            }
        }

        return [.. sums.Select((sum, hour) => counts[hour] == 0 ? (double?)null : sum / counts[hour])];
    }

    private readonly record struct Mean(DateTimeOffset At, double Value, int Count);
}
