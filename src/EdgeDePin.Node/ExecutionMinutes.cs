using EdgeDePin.Execution;
using EdgeDePin.Storage;

namespace EdgeDePin.Node;

/// <summary>Sums of all executions by the minute, worker, kind and outcome; at first by ten seconds: measurement <c>execution_minute</c>.</summary>
internal sealed class ExecutionMinutes(string site)
{
    public const string Measurement = "execution_minute";

    // Who has just started a node wants to see that it works: in its first minute there are sums of every ten seconds.
    private static readonly TimeSpan FirstMinute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstParts = TimeSpan.FromSeconds(10);

    private readonly Dictionary<Key, Sums> _sums = [];
    private DateTimeOffset? _first;
    private DateTimeOffset _open;
    private DateTimeOffset _since;

    public static DateTimeOffset Of(DateTimeOffset instant) => new(instant.Ticks - (instant.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero);

    /// <param name="now">The minute it counts for: a record is counted once, when it is reported.</param>
    public void Add(ExecutionRecord record, bool critical, bool reported, DateTimeOffset now)
    {
        if (_sums.Count == 0)
        {
            // A minute that this process has not seen from its beginning gets an instant of its own, so that it replaces nobody's sums.
            _first ??= now;
            _open = Of(now);
            _since = _open < _first + FirstMinute ? now : _open;
        }

        var key = new Key(record.Node, record.Worker, record.Kind, record.Outcome);
        Sums sums = _sums.GetValueOrDefault(key);
        double ran = record.RunTime.TotalMilliseconds, waited = record.Wait.TotalMilliseconds;
        _sums[key] = new Sums(
            sums.Count + 1, sums.Critical + (critical ? 1 : 0), sums.Reported + (reported ? 1 : 0), sums.RunMs + ran, Math.Max(sums.MaxRunMs, ran),
            sums.WaitMs + waited, Math.Max(sums.MaxWaitMs, waited), sums.ErrorMs + Math.Abs(ran - (record.PredictedSeconds * 1000)),
            sums.AllocatedBytes + record.AllocatedBytes);
    }

    /// <returns>The points of the open minute, or of a part of the first one, if it is over.</returns>
    public IReadOnlyList<Point> Take(DateTimeOffset now)
    {
        if (_sums.Count == 0 || (Of(now) == _open && (_since - _first >= FirstMinute || now - _since < FirstParts)))
        {
            return [];
        }

        long instant = Point.InstantOf(_since);
        Point[] points = [.. _sums.Select(sum => PointOf(sum.Key, sum.Value, instant))];
        _sums.Clear();
        return points;
    }

    private Point PointOf(Key key, Sums sums, long instant) => new(
        Measurement,
        [
            new("site", site), new("node", key.Node), new("worker", key.Worker), new("kind", key.Kind.ToString()),
            new("outcome", key.Outcome.ToString().ToLowerInvariant()),
        ],
        [
            new("count", sums.Count), new("critical", sums.Critical), new("points", sums.Reported), new("run_ms_sum", sums.RunMs),
            new("run_ms_max", sums.MaxRunMs), new("wait_ms_sum", sums.WaitMs), new("wait_ms_max", sums.MaxWaitMs),
            new("error_ms_sum", sums.ErrorMs), new("allocated_bytes_sum", sums.AllocatedBytes),
        ],
        instant);

    private readonly record struct Key(string Node, string Worker, TaskKind Kind, ExecutionOutcome Outcome);

    private readonly record struct Sums(
        long Count, long Critical, long Reported, double RunMs, double MaxRunMs, double WaitMs, double MaxWaitMs, double ErrorMs, long AllocatedBytes);
}
