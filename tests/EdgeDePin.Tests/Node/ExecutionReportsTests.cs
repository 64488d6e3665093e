using EdgeDePin.Execution;
using EdgeDePin.Node;
using EdgeDePin.Storage;
using EdgeDePin.Tests.Execution;

namespace EdgeDePin.Tests.Node;

public sealed class ExecutionReportsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Beyond_the_budget_failures_and_the_critical_path_are_points_others_a_sample_and_the_minute_counts_all()
    {
        var reports = new ExecutionReports("site", pointsPerMinute: 100);
        // A chain of three within 2000 that are beside it; two of those fail.
        List<ExecutionRecord> records = [.. Enumerable.Range(0, 2000).Select(number => Records.Any(
            seconds: 0.001, outcome: number is 7 or 1007 ? ExecutionOutcome.Failed : ExecutionOutcome.Succeeded) with
        { RunId = "big", Task = $"t{number}", Number = number, Lane = number % 2 })];
        records.AddRange(Enumerable.Range(0, 3).Select(step => Records.Any(seconds: 100) with
        {
            RunId = "big",
            Task = $"c{step}",
            Number = 2000 + step,
            After = step == 0 ? [] : [1999 + step],
            ReadyAt = Noon.AddSeconds(100 * step),
            StartedAt = Noon.AddSeconds(100 * step),
            EndedAt = Noon.AddSeconds((100 * step) + 100),
            Lane = 3,
        }));
        Assert.Empty(reports.Take(records, Noon));
        reports.RunEnded("big");
        IReadOnlyList<Point> points = reports.Take([], Noon.AddSeconds(1));
        Assert.All(points, point => Assert.Equal("execution", point.Measurement));
        Assert.Equal(3, points.Count(point => Number(point, "critical") == 1));
        Assert.Equal(2, points.Count(point => Tag(point, "outcome") == "failed"));
        Assert.InRange(points.Count, 200, 320);

        IReadOnlyList<Point> minute = reports.Take([], Noon.AddMinutes(1));
        Assert.All(minute, point => Assert.Equal("execution_minute", point.Measurement));
        Assert.Equal(2003, minute.Sum(point => Number(point, "count")));
        Assert.Equal(points.Count, minute.Sum(point => Number(point, "points")));
        Assert.Equal(3, minute.Sum(point => Number(point, "critical")));
        Assert.Empty(reports.TakeAll(Noon.AddMinutes(2)));
    }

    [Fact]
    public void Few_executions_are_all_points_when_their_run_has_ended_or_has_taken_too_long()
    {
        var reports = new ExecutionReports("site", pointsPerMinute: 100);
        ExecutionRecord First(string run) => Records.Any() with { RunId = run };
        Assert.Empty(reports.Take([First("a"), First("b")], Noon));
        reports.RunEnded("b");
        Assert.Single(reports.Take([], Noon.AddSeconds(1)));
        Assert.Single(reports.Take([], Noon.AddSeconds(5)));
        Assert.Empty(reports.Take([First("c")], Noon.AddSeconds(6)));
        Assert.Equal(["execution", "execution_minute"], reports.TakeAll(Noon.AddSeconds(7)).Select(point => point.Measurement));
    }

    // They come long after their run, one by one, and are no executions: the sums of executions are those of all other outcomes.
    [Fact]
    public void Results_that_are_taken_back_are_points_and_sums_of_their_own()
    {
        var reports = new ExecutionReports("site", pointsPerMinute: 100);
        reports.Take([Records.Any()], Noon);
        reports.RunEnded("run");
        Assert.Single(reports.Take([], Noon.AddSeconds(1)));
        ExecutionRecord[] back = [.. Enumerable.Range(0, 2).Select(number => Records.Any(outcome: ExecutionOutcome.Superseded) with { Number = number })];
        reports.Take(back, Noon.AddSeconds(2));
        IReadOnlyList<Point> points = reports.TakeAll(Noon.AddSeconds(9));
        Assert.Equal(2, points.Count(point => point.Measurement == "execution" && Tag(point, "outcome") == "superseded"));
        Assert.Equal(
            [("succeeded", 1.0), ("superseded", 2.0)],
            points.Where(point => point.Measurement == "execution_minute").Select(point => (Tag(point, "outcome"), (double)Number(point, "count"))).Order());
    }

    [Fact]
    public void In_the_first_minute_there_are_sums_of_every_ten_seconds_and_none_replaces_another()
    {
        var reports = new ExecutionReports("site", pointsPerMinute: 100);
        var sums = new List<Point>();
        for (int second = 0; second < 300; second++)
        {
            sums.AddRange(reports.Take([Records.Any()], Noon.AddSeconds(30 + second)).Where(point => point.Measurement == "execution_minute"));
        }

        sums.AddRange(reports.TakeAll(Noon.AddSeconds(330)).Where(point => point.Measurement == "execution_minute"));
        Assert.Equal(300, sums.Sum(point => Number(point, "count")));
        Assert.Equal(sums.Count, sums.Select(point => point.Instant).Distinct().Count());
        Assert.InRange(sums.Count(point => point.Instant < Point.InstantOf(Noon.AddSeconds(90))), 5, 7);
        Assert.InRange(sums.Count, 9, 13);
    }

    private static long Number(Point point, string field) => point.Fields.Single(one => one.Key == field).Value.AsInteger;

    private static string Tag(Point point, string tag) => point.Tags.Single(one => one.Key == tag).Value;
}
