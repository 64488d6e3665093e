using EdgeDePin.Execution;
using EdgeDePin.Execution.Explaining;
using EdgeDePin.Execution.Records;
using EdgeDePin.Storage;

namespace EdgeDePin.Node;

/// <summary>
/// What the store gets of the executions: every one while there are few, else a sample of what went well and all that is worth a look
/// (failures, the critical path of a run, work for and by neighbours); and exact sums of all of them by the minute. The journal
/// in the data folder has every record. Not safe for several threads, except <see cref="RunEnded"/>.
/// </summary>
internal sealed class ExecutionReports(string site, int pointsPerMinute)
{
    /// <summary>Records that wait for the end of their runs, at most; 4 MiB.</summary>
    public const int MaxHeld = 8192;

    /// <summary>After this long a record is reported, whether its run has ended or not.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, OpenRun> _open = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly List<string> _ended = [];
    private readonly ExecutionMinutes _minutes = new(site);
    private int _held;
    private DateTimeOffset _minute;
    private int _sampled;
    private long _passed;

    /// <summary>All records of the run have been written: now its critical path can be known.</summary>
    public void RunEnded(string run)
    {
        lock (_gate)
        {
            _ended.Add(run);
        }
    }

    /// <summary>The runs that have ended since this was asked last. To be asked before records are taken from the log: then all of theirs are among them.</summary>
    public IReadOnlyList<string> TakeEnded()
    {
        lock (_gate)
        {
            string[] ended = [.. _ended];
            _ended.Clear();
            return ended;
        }
    }

    /// <param name="now">When they were taken from the log.</param>
    /// <param name="runs">What <see cref="TakeEnded"/> gave before; null asks it now.</param>
    /// <returns>Points of runs that have ended, and of minutes that are over.</returns>
    public IReadOnlyList<Point> Take(IReadOnlyList<ExecutionRecord> records, DateTimeOffset now, IReadOnlyList<string>? runs = null)
    {
        // First, so that what is reported now counts for the minute that has begun.
        var points = new List<Point>(_minutes.Take(now));
        IReadOnlyList<string> ended = runs ?? TakeEnded();
        foreach (ExecutionRecord record in records)
        {
            if (!_open.TryGetValue(record.RunId, out OpenRun? run))
            {
                _open.Add(record.RunId, run = new OpenRun(now, []));
            }

            run.Records.Add(record);
            _held++;
        }

        foreach (string run in ended)
        {
            Report(run, points, now);
        }

        foreach (string run in _open.Where(run => now - run.Value.Since >= Patience || IsAlone(run.Value)).Select(run => run.Key).ToArray())
        {
            Report(run, points, now);
        }

        while (_held > MaxHeld)
        {
            Report(_open.MinBy(run => run.Value.Since).Key, points, now);
        }

        return points;
    }

    /// <summary>Everything that is still held, and the minute as far as it has come.</summary>
    public IReadOnlyList<Point> TakeAll(DateTimeOffset now)
    {
        var points = new List<Point>();
        foreach (string run in _open.Keys.ToArray())
        {
            Report(run, points, now);
        }

        points.AddRange(_minutes.Take(DateTimeOffset.MaxValue));
        return points;
    }

    private void Report(string id, List<Point> points, DateTimeOffset now)
    {
        if (!_open.Remove(id, out OpenRun? run))
        {
            return;
        }

        _held -= run.Records.Count;
        HashSet<int> critical = CriticalOf(run.Records);
        foreach (ExecutionRecord record in run.Records)
        {
            bool isCritical = critical.Contains(record.Number);
            bool reported = IsWorthALook(record) || isCritical || IsSampled(now);
            _minutes.Add(record, isCritical, reported, now);
            if (reported)
            {
                points.Add(ExecutionPoints.From(record, site, isCritical));
            }
        }
    }

    // Beyond the budget of a minute one of ten, of a hundred, of a thousand...: the more there are, the less one more of them says.
    private bool IsSampled(DateTimeOffset now)
    {
        DateTimeOffset minute = ExecutionMinutes.Of(now);
        if (minute != _minute)
        {
            (_minute, _sampled, _passed) = (minute, 0, 0);
        }

        if (_sampled < pointsPerMinute)
        {
            _sampled++;
            return true;
        }

        long every = 10;
        for (long over = _passed++ / Math.Max(1, pointsPerMinute); over >= 10; over /= 10)
        {
            every *= 10;
        }

        return _passed % every == 0;
    }

    private static bool IsWorthALook(ExecutionRecord record) =>
        record.Outcome is not (ExecutionOutcome.Succeeded or ExecutionOutcome.Skipped or ExecutionOutcome.Cancelled)
        || record.WorkerId is not null || record.Requester is not null;

    private static bool IsAlone(OpenRun run) => run.Records[0].Requester is not null;

    private static HashSet<int> CriticalOf(List<ExecutionRecord> records)
    {
        // That a result of an earlier run was taken back comes by itself.
        JournalEntry[] executions = [.. records.Where(record => record.Outcome != ExecutionOutcome.Superseded).Select(NodeEntries.From)];
        if (executions.Length < 2 || records[0].Requester is not null)
        {
            return [];
        }

        ExecutedRun run = ExecutedRun.Of(executions);
        return [.. CriticalPath.Of(run).Executed.Select(step => run.Entries[step.Task].Number)];
    }

    private sealed record OpenRun(DateTimeOffset Since, List<ExecutionRecord> Records);
}
