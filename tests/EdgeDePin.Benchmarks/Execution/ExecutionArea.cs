using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Scheduling;

namespace EdgeDePin.Benchmarks.Execution;

/// <summary>The rows about running graphs, recording, placing, predicting and explaining.</summary>
internal static class ExecutionArea
{
    public static IReadOnlyList<Figure> Figures()
    {
        List<Figure> figures =
        [
            Run("run-chain", "chain of 262,144 empty tasks, two lanes", BenchGraphs.Chain, 40, OtherRuns.Continuations),
            Run("run-wavefront", "512 x 512 wavefront of empty tasks, two lanes", BenchGraphs.Wavefront, 40, OtherRuns.TasksOnWavefront),
            Run("run-independent", "262,144 independent empty tasks, two lanes", BenchGraphs.Independent, 40,
                OtherRuns.TaskRun, OtherRuns.ParallelFor, OtherRuns.Dataflow, OtherRuns.Channels),
            Run("run-random", "random graph of 262,144 empty tasks, 1.5 arrows each, two lanes", BenchGraphs.Tangle, 60, OtherRuns.TasksOnTangle),
            new MeasuredFigure("run-record", "wavefront with a record of each execution", "ns/task", Goal.AtMost(100),
                cancel => LaneRuns.NanosecondsPerTaskAsync(BenchGraphs.Wavefront, record: true, cancel)),
            new MeasuredFigure("record", "what the record adds to the wavefront", "ns/task", Goal.AtMost(60),
                LaneRuns.RecordNanosecondsAsync,
                OtherRuns.Activities),
            new MeasuredFigure("record-allocated", "bytes allocated for a recorded task beyond the run's arrays", "B", Goal.AtMost(0.5), LaneRuns.AllocatedPerTaskAsync),
            new MeasuredFigure("tasks-per-second", "recorded independent tasks", "M/s", Goal.AtLeast(5),
                async cancel => 1000 / await LaneRuns.NanosecondsPerTaskAsync(BenchGraphs.Independent, record: true, cancel)),
            new MeasuredFigure("efficiency", "two lanes on tasks of 100 microseconds", "%", Goal.AtLeast(98), LaneRuns.EfficiencyAsync, LaneRuns.PlainThreads, LaneRuns.Unrecorded),
            Plain("placement", "one choice among this node and eight neighbours", "us", Goal.AtMost(1), LearnedFigures.Place),
            Plain("foresee", "planning a graph of 512 tasks among this node and eight neighbours, 36 cores in all", "ms", null, LearnedFigures.Foresee),
            Plain("predict", "one prediction and what is learned from its execution", "ns", Goal.AtMost(200), LearnedFigures.PredictAndObserve),
            Plain("sign", "hashing and signing, for each record of a full segment", "ns", Goal.AtMost(200), LearnedFigures.Sign),
            new MeasuredFigure("node-task", "a task of the node's executor: packed, digested twice, placed, recorded, learned from", "us", null, NodeRuns.MicrosecondsPerTaskAsync),
            new MeasuredFigure("yield", "from a hold to the last lane's standing back, between turns of a millisecond", "ms", Goal.AtMost(250), NodeRuns.YieldAsync),
            Plain("journal-bytes", "bytes of a record on disk, of 10,000,000", "B", Goal.AtMost(48), () => JournalFigures.Written().BytesPerRecord),
            Plain("journal-write", "encoding, chaining, signing and flushing one of them", "ns", null, () => JournalFigures.Written().NanosecondsPerRecord),
            Plain("journal-verify", "comparing all 10,000,000 with chain and signatures", "s", null, JournalFigures.VerifySeconds),
            Plain("journal-explain", "finding a run of 10,000 tasks among them and explaining it", "s", null, JournalFigures.ExplainSeconds),
            Plain("explain", "slack, drag, executed path and decomposition of 1,000,000 records", "s", Goal.AtMost(1), LearnedFigures.Explain),
        ];
        if (LearnedFigures.Missing is null)
        {
            figures.AddRange(
            [
                Plain("mixed-fifo", "12 published workflows on 4+4+4+4 unequal cores, first come first served, over the bound", "x", null,
                    () => LearnedFigures.Ratio(SimulationPolicy.Fifo, null, 1, 0)),
                Plain("mixed-cold", "the same with times learned while it runs", "x", null, () => LearnedFigures.Ratio(SimulationPolicy.Estimated, null, 1, 4)),
                Plain("mixed-learned", "the same with times learned in one earlier run, too", "x", Goal.AtMost(1.28),
                    () => LearnedFigures.Ratio(SimulationPolicy.Estimated, null, 2, 4), Greedy),
                Plain("mixed-static", "the same with a plan from true times", "x", Goal.AtMost(1.17),
                    () => LearnedFigures.Ratio(SimulationPolicy.Heft, null, 1, 2000), Heft(null)),
                Plain("mixed-possible", "what no schedule can be below, since tasks are not divided", "x", null, () => LearnedFigures.Possible(null)),
                Plain("mixed-static-whole", "the plan from true times over that bound", "x", null,
                    () => LearnedFigures.Ratio(SimulationPolicy.Heft, null, 1, 2000, undivided: true)),
                Plain("mixed-learned-whole", "the learned times over that bound", "x", null,
                    () => LearnedFigures.Ratio(SimulationPolicy.Estimated, null, 2, 4, undivided: true)),
                Plain("equal-16-possible", "the same for 16 equal cores", "x", null, () => LearnedFigures.Possible(Platform.Equal(16))),
                Plain("equal-16", "the same on 16 equal cores", "x", Goal.AtMost(1.07), () => LearnedFigures.Ratio(SimulationPolicy.Heft, Platform.Equal(16), 1, 2000),
                    Heft(Platform.Equal(16))),
                Plain("predict-error", "median error of run times predicted in 12 published workflows", "%", Goal.AtMost(18), () => LearnedFigures.Prediction().Error),
                Plain("predict-coverage", "how many stay within the band for nine of ten", "%", Goal.Between(89, 91), () => LearnedFigures.Prediction().Coverage),
            ]);
        }

        return figures;
    }

    private static MeasuredFigure Run(string name, string what, Func<GraphShape> graph, double goal, params Contender[] anchors) =>
        new(name, what, "ns/task", Goal.AtMost(goal), cancel => LaneRuns.NanosecondsPerTaskAsync(graph, record: false, cancel), anchors);

    private static MeasuredFigure Plain(string name, string what, string unit, Goal? goal, Func<double> measure, params Contender[] anchors) =>
        new(name, what, unit, goal, _ => Task.Run(measure), anchors);

    // True times too, and each task in the order of its rank to whoever is free.
    private static Contender Greedy { get; } =
        new("greedy by rank, true times", (_, _) => Task.Run(() => LearnedFigures.Ratio(SimulationPolicy.Rank, null, 1, 0)));

    private static Contender Heft(Platform? platform) =>
        new("HEFT", (_, _) => Task.Run(() => LearnedFigures.Ratio(SimulationPolicy.Heft, platform, 1, 0)));
}
