using EdgeDePin.Sharing.Verification;
using EdgeDePin.Simulation.Neighbourhood;

namespace EdgeDePin.Tests.Sharing.Neighbourhood;

/// <summary>Whole neighbourhoods under every fault at once. A failure names its seed, and a seed repeats its run.</summary>
public sealed class NeighbourhoodTests
{
    private static readonly int Seeds = Environment.GetEnvironmentVariable("EDGEDEPIN_LONG") == "true" ? 10_000 : 500;

    private static readonly NeighbourhoodOptions Rough = new()
    {
        Nodes = 6,
        SiteSize = 6,
        Lasts = TimeSpan.FromMinutes(8),
        TasksPerHour = 60,
        Faults = new NeighbourhoodFaults
        {
            Loss = 0.05,
            Duplication = 0.05,
            Partition = 3,
            Crash = 8,
            Skew = TimeSpan.FromHours(1),
            Liars = 0.15,
            Adversary = Adversary.Sometimes,
        },
    };

    [Fact]
    public void Ten_thousand_nodes_fit_into_a_process()
    {
        var options = new NeighbourhoodOptions { Nodes = 10_000, Lasts = TimeSpan.FromMinutes(1), TasksPerHour = 6, Faults = new NeighbourhoodFaults { Loss = 0.05 } };
        NeighbourhoodReport report = NeighbourhoodRun.Run(options, seed: 1);
        Assert.Empty(report.Violations);
        Assert.InRange(report.Tasks, 500, 2_000);
        Assert.Equal(report.Tasks, report.Answered);
    }

    [Fact]
    public void Under_every_fault_no_promise_is_broken()
    {
        var broken = new System.Collections.Concurrent.ConcurrentBag<string>();
        Parallel.For(0, Seeds, new ParallelOptions { MaxDegreeOfParallelism = 2 }, seed =>
        {
            NeighbourhoodReport report = NeighbourhoodRun.Run(Rough, seed);
            if (report.Violations.Count > 0)
            {
                broken.Add($"seed {seed}: {report.Violations[0]}");
            }
        });
        Assert.True(broken.IsEmpty, $"{broken.Count} of {Seeds} seeds: {string.Join("; ", broken.Take(3))}");
    }

    // A gate that finds nothing may be blind: each of these bugs is planted, and must be found.
    [Theory]
    [InlineData("DoublePay", "paid twice")]
    [InlineData("AcceptAfterExpiry", "after its lease had ended")]
    [InlineData("VerdictBeforeDebit", "durable")]
    [InlineData("SequenceReuse", "used sequence")]
    [InlineData("LostLease", "tasks were lost")]
    [InlineData("UnverifiedAccept", "that ran once")]
    [InlineData("LeakedClass", "local-only")]
    public void A_planted_bug_is_found(string bug, string violation)
    {
        NeighbourhoodOptions planted = Rough with { Planted = Enum.Parse<PlantedBug>(bug), Lasts = TimeSpan.FromMinutes(20) };
        for (int seed = 0; seed < 60; seed++)
        {
            if (NeighbourhoodRun.Run(planted, seed).Violations.Any(found => found.Contains(violation, StringComparison.Ordinal)))
            {
                return;
            }
        }

        Assert.Fail($"{bug} was planted and not found in 60 seeds.");
    }

    [Fact]
    public void A_seed_repeats_its_run()
    {
        NeighbourhoodReport first = NeighbourhoodRun.Run(Rough, 77), second = NeighbourhoodRun.Run(Rough, 77), other = NeighbourhoodRun.Run(Rough, 78);
        Assert.Equal((first.Trace, first.Messages, first.Executions), (second.Trace, second.Messages, second.Executions));
        Assert.NotEqual(first.Trace, other.Trace);
    }

    // The same with every message encoded, signed with Ed25519, sealed, opened and decoded.
    [Fact]
    public void With_real_bytes_no_promise_is_broken_either()
    {
        for (int seed = 0; seed < 3; seed++)
        {
            NeighbourhoodReport report = NeighbourhoodRun.Run(Rough with { RealBytes = true }, seed);
            Assert.True(report.Violations.Count == 0, $"seed {seed}: {(report.Violations.Count > 0 ? report.Violations[0] : "")}");
            Assert.True(report.Answered > 0 && report.Answered == report.Tasks, $"seed {seed}: {report.Answered} of {report.Tasks}");
        }
    }

    [Fact]
    public void Against_the_worst_adversary_few_runs_are_wasted_and_the_bound_holds()
    {
        var options = new NeighbourhoodOptions
        {
            Nodes = 16,
            Lasts = TimeSpan.FromHours(8),
            TasksPerHour = 60,
            Faults = new NeighbourhoodFaults { Liars = 0.05, Adversary = Adversary.Adaptive },
        };
        NeighbourhoodReport[] reports = [.. Enumerable.Range(0, 4).Select(seed => NeighbourhoodRun.Run(options, seed))];
        long answered = reports.Sum(report => (long)report.Answered), final = reports.Sum(report => (long)report.Final);
        Assert.All(reports, report => Assert.Empty(report.Violations));
        Assert.InRange((double)reports.Sum(report => report.Executions) / answered, 1.0, 1.15);
        Assert.InRange((double)reports.Sum(report => report.WrongFinal) / final, 0, 1e-3);
    }
}
