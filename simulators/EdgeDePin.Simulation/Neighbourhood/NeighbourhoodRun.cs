using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Simulation.Network;

namespace EdgeDePin.Simulation.Neighbourhood;

/// <summary>
/// A neighbourhood from its first offer to its last settled account, in virtual time and on one thread. The same seed and options
/// give the same run. First everything goes wrong that may; then it heals, and every task must be answered and every account
/// must come to nothing.
/// </summary>
public sealed class NeighbourhoodRun
{
    private static readonly TimeSpan Healing = TimeSpan.FromMinutes(20);

    // Receipts are repeated for half a minute, vouchers until they are booked, and an offer that was lost comes again after five.
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan NewName = TimeSpan.FromMinutes(30);

    private readonly List<SimulatedSite> _sites = [];
    private readonly Random _random;
    private bool _healed;

    private NeighbourhoodRun(NeighbourhoodOptions options, int seed)
    {
        (Options, Seed) = (options, seed);
        _random = new Random(seed);
        Time = new VirtualTime(_random.Next());
        Scheme = options.RealBytes ? SignatureScheme.Ed25519 : StubSignatures.Scheme;
        SharingOptions example = NodeOptions("", 0);
        Watch = new Watch(Time, example.LeaseHolds, example.ChecksOfNewcomer);
    }

    internal NeighbourhoodOptions Options { get; }

    internal int Seed { get; }

    internal VirtualTime Time { get; }

    internal SignatureScheme Scheme { get; }

    internal Watch Watch { get; }

    internal double Loss => _healed ? 0 : Options.Faults.Loss;

    internal double Duplication => _healed ? 0 : Options.Faults.Duplication;

    internal long Messages { get; set; }

    internal long Executions { get; set; }

    internal long ChecksHere { get; set; }

    internal long GuestsEnded { get; set; }

    internal long GuestsLost { get; set; }

    internal long TakenBack { get; set; }

    internal long Lies { get; set; }

    internal long Crashes { get; private set; }

    /// <summary>A hash of every delivery: equal runs have equal traces.</summary>
    internal ulong Trace { get; private set; } = 14_695_981_039_346_656_037;

    private IEnumerable<SimulatedNeighbour> Nodes => _sites.SelectMany(site => site.Nodes);

    private IEnumerable<OwnTask> Tasks => Nodes.SelectMany(node => node.Tasks).Where(task => !task.Local);

    /// <summary>Runs one seed.</summary>
    public static NeighbourhoodReport Run(NeighbourhoodOptions options, int seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        var run = new NeighbourhoodRun(options, seed);
        try
        {
            run.Populate();
            run.Time.Advance(options.Lasts);
            run.Heal();
            return run.Report();
        }
        finally
        {
            foreach (SimulatedSite site in run._sites)
            {
                site.Dispose();
            }
        }
    }

    internal SharingOptions NodeOptions(string site, int number)
    {
        var options = new SharingOptions
        {
            Site = site.Length == 0 ? "none" : site,
            Name = $"node {number}",
            Epsilon = Options.Epsilon,
            MaxGuests = 2,
            // Death is told by the broker's will, so offers need not come often; the figures of a real node are a second or two.
            OfferEvery = TimeSpan.FromMinutes(5),
            OfferHolds = TimeSpan.FromMinutes(16),
            CheckpointEvery = TimeSpan.FromMinutes(10),
            PairLimit = 1_000_000_000,
            Planted = Options.Planted,
        };
        Options.Configure(options);
        return options;
    }

    internal void Note(ulong value) => Trace = (Trace ^ value ^ (ulong)Time.Elapsed.Ticks) * 1_099_511_628_211;

    private void Populate()
    {
        for (int first = 0; first < Options.Nodes; first += Options.SiteSize)
        {
            var site = new SimulatedSite(this, _sites.Count, new Random(_random.Next()));
            _sites.Add(site);
            for (int number = first; number < Math.Min(first + Options.SiteSize, Options.Nodes); number++)
            {
                bool liar = _random.NextDouble() < Options.Faults.Liars;
                site.Nodes.Add(new SimulatedNeighbour(this, site, number, liar, new Random(_random.Next())));
            }

            foreach (SimulatedNeighbour node in site.Nodes)
            {
                Schedule(site, node);
            }
        }
    }

    private void Schedule(SimulatedSite site, SimulatedNeighbour node)
    {
        Time.Schedule(_random.NextDouble() * TimeSpan.FromSeconds(1), () => site.Come(node));
        if (!node.Liar)
        {
            Again(Options.TasksPerHour, () => node.Submit(new OwnTask(
                SimulatedTasks.Input(_random, local: false), local: false, Time.Elapsed)));
            Again(Math.Min(1, 0.3 / Options.Lasts.TotalHours), () => node.Submit(new OwnTask(
                SimulatedTasks.Input(_random, local: true), local: true, Time.Elapsed)));
        }
        else if (Options.Faults.Adversary == Adversary.Adaptive)
        {
            Unmask(site, node);
        }

        Again(Options.Faults.Crash, () => Crash(site, node));
        Again(Options.Faults.Partition, () => Cut(site, node));
    }

    private void Again(double perHour, Action act)
    {
        if (perHour > 0)
        {
            Time.Schedule(TimeSpan.FromHours(-Math.Log(1 - _random.NextDouble()) / perHour), () =>
            {
                if (!_healed)
                {
                    act();
                    Again(perHour, act);
                }
            });
        }
    }

    private void Crash(SimulatedSite site, SimulatedNeighbour node)
    {
        if (node.Up)
        {
            Crashes++;
            site.Crash(node);
            Time.Schedule(TimeSpan.FromSeconds(5 + 115 * _random.NextDouble()), () => Return(site, node));
        }
    }

    private static void Return(SimulatedSite site, SimulatedNeighbour node)
    {
        if (!node.Up)
        {
            site.Come(node);
        }
    }

    private void Cut(SimulatedSite site, SimulatedNeighbour node)
    {
        if (node is { Cut: false, Up: true })
        {
            site.Cut(node);
            Time.Schedule(TimeSpan.FromSeconds(10 + 290 * _random.NextDouble()), () => site.Mend(node));
        }
    }

    private void Unmask(SimulatedSite site, SimulatedNeighbour node) => Time.Schedule(NewName, () =>
    {
        if (node.Up && node.Unmasked && !_healed)
        {
            site.Crash(node);
            site.Come(node, newName: true);
        }

        Unmask(site, node);
    });

    private void Heal()
    {
        _healed = true;
        foreach (SimulatedSite site in _sites)
        {
            foreach (SimulatedNeighbour node in site.Nodes)
            {
                Return(site, node);
                site.Mend(node);
            }
        }

        TimeSpan until = Time.Elapsed + Healing;
        while (Time.Elapsed < until && Tasks.Any(task => task.Answer is null))
        {
            Time.Advance(TimeSpan.FromSeconds(10));
        }

        Time.Advance(Settling);
        int lost = Tasks.Count(task => task.Answer is null);
        Watch.Expect(lost == 0, $"{lost} tasks were lost");
        Watch.Expect(Watch.Sum == 0, $"the balances come to {Watch.Sum}: {Watch.Unsettled}");
        foreach (SimulatedNeighbour node in Nodes)
        {
            Watch.Expect(node.Participant.Requester.Open == 0, $"{node.Id} still waits for {node.Participant.Requester.Open} attempts");
            Watch.Expect(node.Participant.Worker.Open == 0, $"{node.Id} still holds {node.Participant.Worker.Open} leases");
            Watch.Expect(node.Guests == 0, $"{node.Id} still runs {node.Guests} guests");
        }

        long told = GuestsEnded + GuestsLost + ChecksHere;
        Watch.Expect(told == Executions, $"{Executions} executions, {told} told or counted as lost");
    }

    private NeighbourhoodReport Report()
    {
        OwnTask[] tasks = [.. Tasks], answered = [.. tasks.Where(task => task.Answer is not null)];
        OwnTask[] final = [.. answered.Where(task => task.Final)];
        TimeSpan[] recoveries = [.. Watch.Recoveries.Order()];
        return new NeighbourhoodReport
        {
            Seed = Seed,
            Trace = Trace,
            Violations = Watch.Violations,
            Tasks = tasks.Length,
            Answered = answered.Length,
            Final = final.Length,
            WrongFinal = final.Count(task => !task.Right),
            WrongProvisional = answered.Count(task => !task.Final && !task.Right),
            Bound = final.Length == 0 ? 0 : final.Max(task => task.Answer!.Bound),
            Executions = Executions,
            TakenBack = TakenBack,
            Lies = Lies,
            Crashes = Crashes,
            Messages = Messages,
            Nodes = Options.Nodes,
            RecoveryMedian = recoveries.Length == 0 ? null : recoveries[recoveries.Length / 2],
            RecoveryWorst = recoveries.Length == 0 ? null : recoveries[(int)((recoveries.Length - 1) * 0.99)],
            BalanceSum = Watch.Sum,
        };
    }
}
