namespace EdgeDePin.Analytics;

/// <summary>How fast the frequency of the grid moves (ROCOF): the slope of a straight line through the last half second.</summary>
/// <param name="span">Longer is calmer and later. Default 500 ms.</param>
public sealed class RateOfChange(TimeSpan? span = null)
{
    /// <summary>Half a second of measurements each cycle of 60 Hz.</summary>
    private const int MostPoints = 64;

    private readonly TimeSpan _span = span ?? TimeSpan.FromMilliseconds(500);
    private readonly Queue<(DateTimeOffset At, double Hertz)> _points = new(MostPoints);

    /// <returns>Hz/s; null until the span is filled by at least three measurements.</returns>
    public double? Add(double hertz, DateTimeOffset at)
    {
        while (_points.TryPeek(out (DateTimeOffset At, double) oldest) && (at - oldest.At > _span || oldest.At >= at || _points.Count == MostPoints))
        {
            _points.Dequeue();
        }

        _points.Enqueue((at, hertz));
        if (_points.Count < 3 || at - _points.Peek().At < 0.8 * _span)
        {
            return null;
        }

        double x = _points.Average(point => (point.At - at).TotalSeconds), y = _points.Average(point => point.Hertz);
        return _points.Sum(point => ((point.At - at).TotalSeconds - x) * (point.Hertz - y)) / _points.Sum(point => ((point.At - at).TotalSeconds - x) * ((point.At - at).TotalSeconds - x));
    }
}
