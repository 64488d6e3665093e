using EdgeDePin.Model;
using EdgeDePin.Sensors.Quality;

namespace EdgeDePin.Sensors.Sampling;

/// <summary>
/// What the values of all sensors of a node pass between driver and inbox: they are corrected, calibrated, and judged beside each
/// other. For several threads.
/// </summary>
public sealed class ReadingPath
{
    private readonly Lock _lock = new();
    private readonly QualityGate _gate;
    private readonly NeighbourCheck? _neighbours;
    private readonly Dictionary<SensorId, (double Value, DateTimeOffset At)> _humidity = [];

    /// <param name="neighbours">Null: nothing is known of other nodes.</param>
    public ReadingPath(NeighbourCheck? neighbours = null) => (_gate, _neighbours) = (new QualityGate(neighbours), neighbours);

    /// <summary>Takes what a neighbour has measured last.</summary>
    /// <param name="values">Their instants are by the clock that verdicts go by, as is <paramref name="now"/>.</param>
    public void Hear(string neighbour, IReadOnlyList<LatestValue> values, DateTimeOffset now)
    {
        lock (_lock)
        {
            foreach (LatestValue one in values)
            {
                _neighbours?.Hear(neighbour, one.Quantity, one.Value, one.At, now);
            }
        }
    }

    /// <summary>What neighbours may hear now.</summary>
    public IReadOnlyList<LatestValue> Latest(DateTimeOffset now)
    {
        lock (_lock)
        {
            return _neighbours?.Latest(now) ?? [];
        }
    }

    /// <summary>How many neighbours say something, how many of their values were taken and refused, and how many readings were compared with them.</summary>
    public NeighbourCounts Neighbours(DateTimeOffset now)
    {
        lock (_lock)
        {
            return _neighbours is { } check ? new NeighbourCounts(check.Neighbours(now), check.Heard.Taken, check.Heard.Refused, check.Compared) : default;
        }
    }

    /// <summary>A sensor was switched on, or came back after it had lost its supply.</summary>
    /// <param name="at">By the clock that verdicts go by.</param>
    public void Started(SensorId sensor, DateTimeOffset at, TimeSpan warmUp)
    {
        lock (_lock)
        {
            _gate.Started(sensor, at, warmUp);
        }
    }

    /// <summary>The readings of one sample, in the order of its measurements.</summary>
    /// <param name="into">Receives each.</param>
    public void Pass(SensorId sensor, Treatment treatment, ReadOnlySpan<Measurement> sample, DateTimeOffset at, Action<Reading> into) =>
        Pass(sensor, treatment, sample, (at, at), into);

    /// <param name="at">When it was observed, and the same by a clock that nobody sets: verdicts go by that.</param>
    /// <param name="into">Receives each.</param>
    public void Pass(
        SensorId sensor, Treatment treatment, ReadOnlySpan<Measurement> sample, (DateTimeOffset Observed, DateTimeOffset Judged) at, Action<Reading> into)
    {
        lock (_lock)
        {
            foreach (Measurement one in sample)
            {
                if (one.Quantity == Quantity.RelativeHumidity)
                {
                    _humidity[sensor] = (one.Value, at.Judged);
                }
            }

            foreach (Measurement one in sample)
            {
                double value = Treat(treatment, one, at.Judged);
                into(new Reading(sensor, one.Quantity, value, at.Observed, _gate.Judge(sensor, one.Quantity, value, at.Judged, treatment.DataClass)));
            }
        }
    }

    private double Treat(Treatment treatment, Measurement one, DateTimeOffset at)
    {
        double value = one.Value;
        if (treatment.IsCorrected && one.Quantity == Quantity.Pm25)
        {
            bool isKnown = _humidity.TryGetValue(treatment.HumidityFrom, out (double Value, DateTimeOffset At) humidity)
                && (at - humidity.At).Duration() <= CrossCheck.Fresh;
            value = PurpleAirCorrection.Pm25(value, isKnown ? humidity.Value : null);
        }

        foreach (Calibration calibration in treatment.Calibrations)
        {
            value = calibration.Quantity == one.Quantity ? calibration.Apply(value) : value;
        }

        return value;
    }
}

/// <summary>What came of comparing with neighbours.</summary>
/// <param name="Neighbours">That said something in the last minutes.</param>
/// <param name="Heard">Values of theirs that were taken.</param>
/// <param name="Refused">Values that were not.</param>
/// <param name="Compared">Readings of ours that there were enough of them to compare with.</param>
public readonly record struct NeighbourCounts(int Neighbours, long Heard, long Refused, long Compared);
