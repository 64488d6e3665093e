using CsCheck;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Learning;
using EdgeDePin.Execution.Scheduling;
using EdgeDePin.Execution.Workflows;
using EdgeDePin.Tests.Execution.Lanes;
using EdgeDePin.Tests.Execution.Workflows;

namespace EdgeDePin.Tests.Execution.Scheduling;

public sealed class SimulationTests(ITestOutputHelper output)
{
    // The bound of each published instance on the mixed platform, in seconds, computed by another program.
    public static TheoryData<string, double> Bounds => new()
    {
        { "helloworld-forkjoin-10-chameleon", 307.4 },
        { "epigenomics-chameleon-hep-1seq-100k-001", 104.8 },
        { "srasearch-chameleon-20a-001", 5659.9 },
        { "blast-chameleon-small-001", 47.0 },
        { "blast-chameleon-large-001", 18930.3 },
        { "bwa-chameleon-small-001", 117.9 },
        { "1000genome-chameleon-4ch-100k-001", 1055.1 },
        { "montage-chameleon-2mass-01d-001", 45.8 },
        { "montage-chameleon-dss-075d-001", 1002.3 },
        { "cycles-chameleon-1l-1c-9p-001", 182.8 },
        { "sarek-dirt02-001", 309.7 },
        { "mag-dirt02-001", 526.1 },
    };

    [Theory]
    [MemberData(nameof(Bounds))]
    public void The_bound_is_the_one_that_others_computed(string name, double bound)
    {
        Workflow workflow = WfFormatReader.ReadFile(SharedData.Require("wfinstances", name + ".json"));
        Workload workload = Workload.Of(workflow, WfInstances.Mixed);
        Assert.Equal(bound, LowerBound.Of(workload, undivided: false), 0.06);
        Assert.True(LowerBound.Of(workload) >= bound - 0.06);
    }

    [Fact]
    public void Every_policy_keeps_the_order_uses_a_core_once_and_never_beats_the_bound() =>
        Gen.Select(Shapes.Any, Gen.Int, Gen.Int[0, 3]).Sample((shape, seed, chosen) =>
        {
            var policy = (SimulationPolicy)chosen;
            Workload workload = Random(shape, seed);
            var times = new RunTimeBook<(int, int)>(TimeSpan.FromSeconds(1), 100);
            SimulatedRun run = WorkloadSimulation.Run(workload, policy, new Random(seed), times, variations: 3);
            Plan executed = run.Executed;
            for (int task = 0; task < shape.Tasks; task++)
            {
                Assert.Equal(workload.Seconds[task] / workload.SpeedOf(executed.Core[task]), executed.End[task] - executed.Start[task], 1e-6);
                ReadOnlySpan<int> before = shape.DependenciesOf(task);
                for (int i = 0; i < before.Length; i++)
                {
                    double data = executed.End[before[i]] + workload.TransferSeconds(
                        task, i, workload.NodeOf(executed.Core[before[i]]), workload.NodeOf(executed.Core[task]));
                    Assert.True(executed.Start[task] >= data - 1e-9, $"task {task} starts at {executed.Start[task]}, its data comes at {data}");
                }
            }

            foreach (int[] core in Enumerable.Range(0, shape.Tasks).GroupBy(task => executed.Core[task]).Select(tasks => tasks.OrderBy(task => executed.Start[task]).ToArray()))
            {
                Assert.All(core.Zip(core.Skip(1)), pair => Assert.True(executed.End[pair.First] <= executed.Start[pair.Second] + 1e-9));
            }

            Assert.True(run.MakespanSeconds >= LowerBound.Of(workload) - 1e-6);
        }, iter: 400);

    [Theory]
    [InlineData(4, 1.0)]    // one for each fast core
    [InlineData(5, 2.0)]    // the fifth waits for a fast core, or takes 2.5 on a slow one
    [InlineData(9, 2.5)]    // four fast ones twice, and a slow one
    [InlineData(13, 3.0)]
    public void The_bound_knows_that_a_task_is_not_divided(int tasks, double seconds)
    {
        Platform platform = Platform.Parse("{\"nodes\": [{\"name\": \"a\", \"cores\": 4, \"speed\": 1}, {\"name\": \"b\", \"cores\": 4, \"speed\": 0.4}]}"u8);
        var workload = new Workload(Shapes.Independent(tasks), [.. Enumerable.Repeat(1.0, tasks)], null, platform);
        Assert.Equal(seconds, LowerBound.Of(workload), 1e-9);
        Assert.Equal(seconds, WorkloadSimulation.Run(workload, SimulationPolicy.Heft, new Random(1)).MakespanSeconds, 1e-9);
        Assert.True(LowerBound.Of(workload, undivided: false) <= seconds);
    }

    [Fact]
    public void Learned_times_come_close_to_the_bound_on_published_instances_where_first_come_first_served_does_not()
    {
        var fifo = new List<double>();
        var heft = new List<double>();
        var first = new List<double>();
        var second = new List<double>();
        var equal = new List<double>();
        foreach (Workflow workflow in WfInstances.All)
        {
            Workload mixed = Workload.Of(workflow, WfInstances.Mixed);
            Workload sixteen = Workload.Of(workflow, Platform.Equal(16));
            double bound = LowerBound.Of(mixed, undivided: false);
            var times = new RunTimeBook<(int, int)>(TimeSpan.FromSeconds(10), 4096);
            double Ratio(SimulationPolicy policy, int variations) => WorkloadSimulation.Run(mixed, policy, new Random(1), times, variations).MakespanSeconds / bound;
            fifo.Add(WorkloadSimulation.Run(mixed, SimulationPolicy.Fifo, new Random(1)).MakespanSeconds / bound);
            heft.Add(WorkloadSimulation.Run(mixed, SimulationPolicy.Heft, new Random(1), null, 400).MakespanSeconds / bound);
            first.Add(Ratio(SimulationPolicy.Estimated, 4));
            second.Add(Ratio(SimulationPolicy.Estimated, 4));
            equal.Add(WorkloadSimulation.Run(sixteen, SimulationPolicy.Heft, new Random(1), null, 400).MakespanSeconds / LowerBound.Of(sixteen, undivided: false));
            output.WriteLine($"{workflow.Name}: bound {bound:0.0}, fifo {fifo[^1]:0.000}, heft {heft[^1]:0.000}, estimated {first[^1]:0.000} then {second[^1]:0.000}, 16 equal {equal[^1]:0.000}");
        }

        string means = string.Join(", ", new[] { fifo, heft, first, second, equal }.Select(ratios => $"{WfInstances.GeometricMean(ratios):0.000}"));
        output.WriteLine($"means: fifo, heft, estimated first, second, 16 equal: {means}");
        Assert.InRange(WfInstances.GeometricMean(fifo), 1.45, 1.75);
        Assert.True(WfInstances.GeometricMean(heft) <= 1.19, means);
        Assert.True(WfInstances.GeometricMean(second) <= 1.28, means);
        Assert.True(WfInstances.GeometricMean(equal) <= 1.08, means);
    }

    [Fact]
    public void A_slow_node_stays_idle_when_waiting_for_the_fast_one_ends_sooner()
    {
        Platform platform = Platform.Parse("""{"nodes": [{"name": "fast", "cores": 1, "speed": 1}, {"name": "slow", "cores": 1, "speed": 0.1}]}"""u8);
        var workload = new Workload(GraphShape.Of(2, []), [1, 1], null, platform);
        var times = new RunTimeBook<(int, int)>(TimeSpan.FromSeconds(1), 10);
        SimulatedRun run = WorkloadSimulation.Run(workload, SimulationPolicy.Estimated, new Random(1), times);
        Assert.Equal(2, run.MakespanSeconds);
        Assert.Equal([0, 0], run.Executed.Core);
        Assert.Equal("fast by 1 s, slow would need until 10 s", run.Decisions[0].Explain(platform));
        Assert.Equal(10, WorkloadSimulation.Run(workload, SimulationPolicy.Fifo, new Random(1)).MakespanSeconds);
    }

    [Theory]
    [InlineData("{}", "nodes")]
    [InlineData("""{"nodes": []}""", "There is no node")]
    [InlineData("""{"nodes": [{"name": "a", "cores": 0, "speed": 1}]}""", "Node 'a' has 0 cores")]
    [InlineData("""{"nodes": [{"name": "a", "cores": 1, "speed": -1}]}""", "Node 'a' has speed -1")]
    [InlineData("""{"nodes": [{"name": "a", "cores": 1, "speed": 1}], "bandwidthBytesPerSecond": 0}""", "bandwidthBytesPerSecond is 0")]
    [InlineData("""{"nodes": [{"name": "a", "cores": 1, "speed": 1}], "gpus": 1}""", "gpus")]
    [InlineData("nothing", "Not a platform at line 1")]
    public void What_is_no_platform_is_told(string json, string expected) => Assert.Contains(
        expected, Assert.Throws<FormatException>(() => Platform.Parse(System.Text.Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);

    private static Workload Random(GraphShape shape, int seed)
    {
        var random = new Random(seed);
        double[] seconds = [.. Enumerable.Range(0, shape.Tasks).Select(_ => 0.1 + (random.NextDouble() * 10))];
        long[][] bytes = [.. Enumerable.Range(0, shape.Tasks).Select(task => shape.DependenciesOf(task).ToArray().Select(_ => (long)random.Next(1_000_000_000)).ToArray())];
        return new Workload(shape, seconds, bytes, WfInstances.Mixed, [.. seconds.Select(_ => random.Next(3))]);
    }
}
