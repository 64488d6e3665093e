using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Quality;

/// <summary>
/// Everything that the readings of a node pass on their way to its store: each gets the worst verdict of its own series, of the
/// other sensors of the node, of the time since its sensor began, and of the neighbours. Not for several threads at once.
/// </summary>
/// <param name="neighbours">Null: nothing is known of other nodes.</param>
public sealed class QualityGate(NeighbourCheck? neighbours = null)
{
    private readonly Dictionary<(SensorId Sensor, Quantity Quantity), SeriesCheck> _series = [];
    private readonly Dictionary<SensorId, DateTimeOffset> _warmUntil = [];
    private readonly CrossCheck _site = new();
    private readonly long[] _counts = new long[3];

    /// <summary>How many readings got a verdict.</summary>
    public long Count(QualityVerdict verdict) => _counts[(int)verdict];

    /// <summary>A sensor was switched on, or came back after a fault.</summary>
    /// <param name="warmUp">As the catalogue says of its chip.</param>
    public void Started(SensorId sensor, DateTimeOffset at, TimeSpan warmUp) => _warmUntil[sensor] = at + warmUp;

    /// <param name="value">Calibrated.</param>
    /// <param name="dataClass">Whether neighbours may hear of it; only then it is compared with theirs.</param>
    public ReadingQuality Judge(
        SensorId sensor, Quantity quantity, double value, DateTimeOffset at, SensorDataClass dataClass = SensorDataClass.LocalOnly)
    {
        if (!_series.TryGetValue((sensor, quantity), out SeriesCheck? series))
        {
            _series[(sensor, quantity)] = series = new SeriesCheck(quantity);
        }

        ReadingQuality quality = series.Judge(value, at);

        // What cannot be true is no witness against others.
        ReadingQuality site = quality.Verdict == QualityVerdict.Bad || quality.Reason == QualityReason.Step
            ? ReadingQuality.Good
            : _site.Judge(sensor.Value, quantity, value, at);
        ReadingQuality worst = !quality.IsGood ? quality
            : !site.IsGood ? site
            : _warmUntil.TryGetValue(sensor, out DateTimeOffset until) && at < until ? ReadingQuality.Suspect(QualityReason.WarmUp)
            : quality;

        // Nor is what its own node doubts a witness for others.
        worst = worst.IsGood && neighbours is not null ? neighbours.Judge(sensor, quantity, value, at, dataClass) : worst;
        _counts[(int)worst.Verdict]++;
        return worst;
    }
}
