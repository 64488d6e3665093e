using System.Globalization;
using System.Text;

namespace EdgeHubSimulator;

/// <summary>
/// A summary with the quantiles that edgeHub gives (0.1, 0.5, 0.9, 0.99: https://learn.microsoft.com/azure/iot-edge/how-to-access-built-in-metrics),
/// over the latest 256 values. As there, they are NaN when nothing new has come for ten minutes. Safe for concurrent use.
/// </summary>
internal sealed class SummarySeries(TimeProvider time) : MetricSeries
{
    // 1 KiB for a series; of 256 values the third from the top is the 0.99 quantile.
    private const int Kept = 256;

    private static readonly double[] Quantiles = [0.1, 0.5, 0.9, 0.99];
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly List<float> _latest = [];
    private long _count;
    private double _sum;
    private long _lastAt;

    public override void Add(double value)
    {
        lock (_gate)
        {
            if (_latest.Count < Kept)
            {
                _latest.Add((float)value);
            }
            else
            {
                _latest[(int)(_count % Kept)] = (float)value;
            }

            _count++;
            _sum += value;
            _lastAt = time.GetTimestamp();
        }
    }

    public override void Write(StringBuilder text, string name, string labels)
    {
        lock (_gate)
        {
            float[] ordered = _count > 0 && time.GetElapsedTime(_lastAt) <= Fresh ? [.. _latest.Order()] : [];
            foreach (double quantile in Quantiles)
            {
                // The smallest value that no fewer than this share of them do not exceed.
                double value = ordered.Length == 0 ? double.NaN : ordered[Math.Max((int)Math.Ceiling(quantile * ordered.Length) - 1, 0)];
                text.Append(CultureInfo.InvariantCulture, $"{name}{labels[..^1]},quantile=\"{quantile}\"}} {value:R}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{name}_sum{labels} {_sum:R}\n{name}_count{labels} {_count}\n");
        }
    }
}
