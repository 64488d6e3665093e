using EdgeDePin.Analytics;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Storage;

namespace EdgeDePin.Node;

/// <summary>
/// Computes power quality from the blocks of one sensor, and judges its week by EN 50160. Blocks are samples of the supply and not all of
/// it: between two of them nobody looks, so that this is a survey (IEC 61000-4-30, class S) and no proof for a dispute.
/// </summary>
internal sealed class SupplyWatch(NodeOptions node)
{
    private static readonly TimeSpan Ten = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private En50160? _week;
    private long _weekNumber;
    private long _interval = -1;
    private long _seconds = -1;
    private int _harmonics = int.MaxValue;
    private double _hertz;
    private int _count;

    /// <summary>The point of a block, and now and then those of the week; none where it holds no whole ten cycles of a grid.</summary>
    public IReadOnlyList<Point> Take(SensorWaveform waveform)
    {
        (WaveformBlock block, DateTimeOffset at) = (waveform.Block, waveform.ObservedAt);
        if (PowerQuality.Of(block.Volts.AsSpan(), block.Amperes.AsSpan(), block.SamplesPerSecond, block.NominalHertz) is not { } quality)
        {
            return [];
        }

        List<Point> points = [PowerQualityPoints.From(quality, waveform.Sensor, at, node)];
        long interval = at.UtcTicks / TenMinutes.Ticks;
        if (_week is { } week && interval != _interval && _interval >= 0)
        {
            AddFrequency(week);

            // Of the interval that has ended; written under its end.
            points.AddRange(PowerQualityPoints.From(week.Report(), _harmonics, waveform.Sensor, new DateTimeOffset((_interval + 1) * TenMinutes.Ticks, TimeSpan.Zero), node));
        }

        if (_week is null || at.UtcTicks / Week.Ticks != _weekNumber)
        {
            (_week, _weekNumber, _harmonics) = (new En50160(block.NominalVolts, block.NominalHertz), at.UtcTicks / Week.Ticks, int.MaxValue);
        }

        _interval = interval;
        if (at.UtcTicks / Ten.Ticks is var seconds && seconds != _seconds)
        {
            AddFrequency(_week);
            _seconds = seconds;
        }

        _harmonics = Math.Min(_harmonics, quality.VoltageHarmonics.Length + 1);
        (_hertz, _count) = (_hertz + quality.Hertz, _count + 1);
        _week.Add(quality, at);
        return points;
    }

    // The frequency is judged by means of ten seconds.
    private void AddFrequency(En50160 week)
    {
        if (_count > 0)
        {
            week.AddFrequency(_hertz / _count);
        }

        (_hertz, _count) = (0, 0);
    }
}
