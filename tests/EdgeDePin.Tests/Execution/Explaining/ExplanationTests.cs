using CsCheck;
using EdgeDePin.Execution.Explaining;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;
using EdgeDePin.Tests.Execution.Lanes;

namespace EdgeDePin.Tests.Execution.Explaining;

public sealed class ExplanationTests(ITestOutputHelper output)
{
    [Fact]
    public void The_parts_sum_to_the_makespan_and_so_does_the_executed_path() =>
        Gen.Select(Shapes.Any, Gen.Int[1, 5], Gen.Int).Sample((shape, lanes, seed) =>
        {
            ExecutedRun run = ExecutedRun.Of(Entries.Random(shape, lanes, seed));
            Decomposition parts = Decomposition.Of(run);
            Assert.Equal(parts.Whole, parts.Sum);
            Assert.All((Int128[])[parts.Run, parts.Transfer, parts.DependencyWait, parts.SchedulingDelay, parts.Tail], part => Assert.True(part >= 0));
            CriticalPath path = CriticalPath.Of(run);
            Assert.Equal(run.Makespan, path.Executed.Sum(step => step.Ran + step.Waited));
            Assert.All(path.Executed, step => Assert.True(step is { Ran: >= 0, Waited: >= 0 }));
        }, iter: 2000);

    [Fact]
    public void Drag_is_what_the_longest_path_loses_when_the_task_takes_no_time() =>
        Gen.Select(Shapes.Any, Gen.Int).Sample((shape, seed) =>
        {
            ExecutedRun run = ExecutedRun.Of(Entries.Random(shape, 3, seed));
            CriticalPath path = CriticalPath.Of(run);
            long[] times = [.. Enumerable.Range(0, run.Tasks).Select(task => run.End[task] - run.Start[task])];
            Assert.Equal(path.GraphLength, Longest(shape, times));
            for (int task = 0; task < run.Tasks; task++)
            {
                long[] without = [.. times];
                without[task] = 0;
                Assert.Equal(path.GraphLength - Longest(shape, without), path.Drag[task]);
                long[] slower = [.. times];
                slower[task] += path.Slack[task];
                Assert.Equal(path.GraphLength, Longest(shape, slower));
                slower[task]++;
                Assert.Equal(path.GraphLength + 1, Longest(shape, slower));
            }
        }, iter: 500);

    [Fact]
    public void A_run_that_can_be_told_by_hand_is_told_so()
    {
        // Two lanes: a 0-10 | b 0-4, idle until a ends, then c 10-20 beside idle, d ready at 20 begins at 25.
        GraphShape shape = GraphShape.Of(4, [(0, 2), (2, 3)]);
        ExecutedRun run = ExecutedRun.Of(shape, [0, 0, 10, 20], [0, 0, 10, 25], [10, 4, 20, 30], [0, 1, 1, 0]);
        Decomposition parts = Decomposition.Of(run);
        // Lane 0: run 10, waits 10 for c, then d is late by 5, run 5. Lane 1: run 4, waits 6, run 10, d is late by 5, tail 5.
        Assert.Equal(new Decomposition(2, 30, Run: 29, Transfer: 0, DependencyWait: 16, SchedulingDelay: 10, Tail: 5), parts);
        CriticalPath path = CriticalPath.Of(run);
        Assert.Equal([new PathStep(0, Enabler.Beginning, 0, 10), new PathStep(2, Enabler.Dependency, 0, 10), new PathStep(3, Enabler.Dependency, 5, 5)], path.Executed);
        Assert.Equal((long[])[0, 21, 0, 0], path.Slack);
    }

    [Fact]
    public async Task What_one_more_lane_would_give_is_what_it_gives()
    {
        GraphShape shape = Shapes.Random(40, 1, new Random(5));
        double[] seconds = [.. Enumerable.Range(0, 40).Select(task => 0.015 + (0.001 * (task % 10)))];
        async Task<double> ReallyAsync(int lanes, List<LaneRecord>? into)
        {
            await using var crew = new LaneCrew(new LaneOptions { Lanes = lanes }, TimeProvider.System);
            RunReport report = await crew.RunAsync(new RunPlan
            {
                Shape = shape,
                Resources = new Resources { Cores = lanes },
                Body = scope => scope.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(seconds[scope.Task])),
            }, TestContext.Current.CancellationToken);
            into?.AddRange(LaneCrewTests.Drain(crew));
            return report.Elapsed.TotalSeconds;
        }

        var records = new List<LaneRecord>();
        await ReallyAsync(3, records);
        LaneRecord[] byTask = [.. records.OrderBy(record => record.Task)];
        long began = byTask.Min(record => record.Ready);
        ExecutedRun run = ExecutedRun.Of(
            shape, [.. byTask.Select(record => record.Ready - began)], [.. byTask.Select(record => record.Start - began)],
            [.. byTask.Select(record => record.End - began)], [.. byTask.Select(record => (int)record.Lane)]);
        Prospect more = WhatIf.Of(run).Single(prospect => prospect.Change == "one more core on here");
        double really = await ReallyAsync(4, null);
        output.WriteLine($"predicted {more.MakespanSeconds:0.000} s, really {really:0.000} s");
        Assert.InRange(really / more.MakespanSeconds, 0.8, 1.4);
    }

    [Fact]
    public void The_page_has_a_bar_for_each_execution_and_needs_no_script()
    {
        string page = GanttPage.Of(Explanation.Of(ExecutedRun.Of(Entries.Awkward())), "a <run>");
        Assert.Equal(Entries.Awkward().Length, page.Split("<rect").Length - 1);
        Assert.Contains("a &lt;run&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        System.Xml.Linq.XDocument.Parse(page[page.IndexOf("<svg", StringComparison.Ordinal)..(page.IndexOf("</svg>", StringComparison.Ordinal) + 6)]);
    }

    [Fact]
    public void What_unequal_nodes_and_the_way_between_them_would_give_can_be_told_by_hand()
    {
        // The garage takes three times as long for the same kind, after a travel of 10; two lanes here, one of which ran nothing.
        JournalEntry Of(int number, string worker, int lane, int[] after, long ready, long start, long end, long transfer = 0) => new()
        {
            Run = "run",
            Graph = "graph",
            Task = $"t{number}",
            Kind = "k",
            Worker = worker,
            Number = number,
            After = after,
            Ready = ready,
            Start = start,
            End = end,
            Transfer = transfer,
            Cause = "",
            Attempt = 1,
            Lane = lane,
            Lanes = lane < 0 ? 0 : 2,
            RunnerUp = lane < 0 ? "here" : null,
            PredictedFinish = lane < 0 ? 130 : 0,
            RunnerUpFinish = lane < 0 ? 150 : 0,
        };
        ExecutedRun run = ExecutedRun.Of([Of(0, "here", 0, [], 0, 0, 40), Of(1, "garage", -1, [0], 40, 50, 170, 10), Of(2, "here", 0, [0], 40, 40, 80), Of(3, "here", 0, [1, 2], 170, 170, 210)]);
        Assert.Equal(["garage", "here/0", "here/1"], run.Lanes);
        Decomposition parts = Decomposition.Of(run);
        Assert.Equal((Int128)10, parts.Transfer);
        Assert.Equal(parts.Whole, parts.Sum);
        Assert.StartsWith("garage was expected to finish it by ", run.WhyThere(1), StringComparison.Ordinal);
        Assert.Null(run.WhyThere(2));
        Dictionary<string, double> ends = WhatIf.Of(run, ("t1", 4)).ToDictionary(prospect => prospect.Change, prospect => prospect.MakespanSeconds * 1e9);
        Assert.Equal(210, ends["as it was"], 1e-6);
        Assert.Equal(200, ends["a network without delay"], 1e-6);
        // Without the garage both run here side by side: 40 + 40 + 40.
        Assert.Equal(120, ends["without garage"], 1e-6);
        // 10 of travel and 30 of run beside t2, which ends at 80: 40 + 40 + 40.
        Assert.Equal(120, ends["task t1 4 times as fast"], 1e-6);
        Assert.Equal(210, ends["one more core on garage"], 1e-6);
    }

    private static long Longest(GraphShape shape, long[] times)
    {
        long[] ends = new long[times.Length];
        foreach (int task in shape.Order())
        {
            foreach (int before in shape.DependenciesOf(task))
            {
                ends[task] = Math.Max(ends[task], ends[before]);
            }

            ends[task] += times[task];
        }

        return ends.Max();
    }
}
