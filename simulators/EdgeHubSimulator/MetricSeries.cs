using System.Globalization;
using System.Text;

namespace EdgeHubSimulator;

/// <summary>One line of Prometheus' text format: a count that only grows. Safe for concurrent use.</summary>
internal class MetricSeries
{
    private long _count;

    public virtual void Add(double value) => Interlocked.Increment(ref _count);

    /// <param name="labels">In braces, as Prometheus writes them.</param>
    public virtual void Write(StringBuilder text, string name, string labels) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {Interlocked.Read(ref _count)}\n");
}
