using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Simulation.Network;

namespace EdgeDePin.Tests.Sharing;

/// <summary>
/// A seeded neighbourhood in which every node has tasks of its own, places each at some neighbour until it is accepted, and
/// watches that the protocol keeps its promises at every step.
/// </summary>
internal sealed class Fleet
{
    private readonly List<Seat> _seats = [];
    private readonly HashSet<(NodeId Worker, GuestKey Guest)> _started = [];
    private readonly Random _random;
    private ulong _incarnation;

    public Fleet(int seed, int nodes, int tasksOfEach, NetworkFaults faults, Action<SharingOptions>? configure = null)
    {
        _random = new Random(seed);
        Time = new VirtualTime(_random.Next());
        Network = new SimulatedNetwork(Time, new Random(_random.Next()), faults);
        configure?.Invoke(Options);
        for (int number = 0; number < nodes; number++)
        {
            var seat = new Seat { Number = number };
            for (int task = 0; task < tasksOfEach; task++)
            {
                byte[] input = new byte[_random.Next(1, 200)];
                _random.NextBytes(input);
                seat.Jobs.Add(new Job { Input = input });
            }

            _seats.Add(seat);
            Start(seat);
        }
    }

    public VirtualTime Time { get; }

    public SimulatedNetwork Network { get; }

    public SharingOptions Options { get; } = new() { Site = Some.Site };

    public List<string> Violations { get; } = [];

    public int Checks { get; private set; }

    public IEnumerable<Job> Jobs => _seats.SelectMany(seat => seat.Jobs);

    public Participant this[int number] => _seats[number].Node.Participant;

    public bool Finished => Jobs.All(job => job.Accepted is not null);

    public void MakeLiar(int number, double probability)
    {
        Seat seat = _seats[number];
        seat.Liar = new LyingWorker(new Random(_random.Next()), probability, (_, _, _, _) => throw new NotSupportedException());
        seat.Node.Crash(Network);
        Start(seat);
    }

    public LyingWorker? Liar(int number) => _seats[number].Liar;

    public void Crash(int number) => _seats[number].Node.Crash(Network);

    /// <summary>The node comes back; what it had given away is forgotten and placed anew.</summary>
    public void Restart(int number)
    {
        foreach (Job job in _seats[number].Jobs)
        {
            job.Away = null;
        }

        Start(_seats[number]);
    }

    /// <summary>Until all tasks are accepted, or the time is up.</summary>
    public void Run(TimeSpan atMost, Action<Random>? disturb = null)
    {
        TimeSpan until = Time.Elapsed + atMost;
        while (Time.Elapsed < until && !(Finished && disturb is null))
        {
            disturb?.Invoke(_random);
            foreach (Seat seat in _seats)
            {
                Place(seat);
            }

            Time.Advance(TimeSpan.FromMilliseconds(200));
        }
    }

    private void Start(Seat seat)
    {
        byte[] key = new byte[NodeIdentity.KeyLength];
        key[0] = (byte)(seat.Number + 1);
        NodeIdentity identity = NodeIdentity.FromSeed(key, ++_incarnation << 28);
        seat.Node = new SimulatedNode(Network, Time, new Random(_random.Next()), Options, identity, [Some.Kind], Some.Function)
        {
            Liar = seat.Liar,
            GuestStarted = guest => Expect(_started.Add((identity.NodeId, guest)), $"{guest} was started twice"),
            Concluded = (task, outcome) => Conclude(seat, task, outcome),
        };
    }

    private void Place(Seat seat)
    {
        Moment now = Moment.Now(Time);
        foreach (Job job in seat.Jobs.Where(job => job is { Accepted: null, Away: null }))
        {
            NeighbourView[] free = [.. seat.Node.Participant.Neighbours.Views(now).Where(view => view.FreeSlots > 0)];
            if (free.Length == 0)
            {
                return;
            }

            NodeId worker = free[_random.Next(free.Length)].Id;
            seat.Node.Submit(Some.Kind, job.Input, worker, TimeSpan.FromSeconds(1), task => job.Away = job.Last = task, job.Last);
        }
    }

    private void Conclude(Seat seat, TaskId task, BorrowOutcome outcome)
    {
        Job? job = seat.Jobs.Find(candidate => candidate.Away == task);
        Expect(job is not null, $"{task} was concluded twice, or never submitted");
        if (job is null)
        {
            return;
        }

        job.Away = null;
        if (outcome is BorrowOutcome.Accepted accepted)
        {
            Expect(job.Accepted is null, $"{task} was accepted twice");
            bool right = accepted.Output.Span.SequenceEqual(Some.Function(job.Input));
            Expect(right || !accepted.Verified, $"{task} was verified and is wrong");
            Expect(accepted.Verified || Options.CheckShare < 1, $"{task} was accepted unchecked");
            Checks += accepted.Verified ? 1 : 0;
            job.Accepted = accepted;
            job.Right = right;
        }
    }

    private void Expect(bool holds, string violation)
    {
        if (!holds)
        {
            Violations.Add($"{Time.Elapsed}: {violation}");
        }
    }

    internal sealed class Job
    {
        public required byte[] Input { get; init; }
        public TaskId? Away { get; set; }
        public TaskId? Last { get; set; }
        public BorrowOutcome.Accepted? Accepted { get; set; }
        public bool Right { get; set; }
    }

    private sealed class Seat
    {
        public required int Number { get; init; }
        public List<Job> Jobs { get; } = [];
        public SimulatedNode Node { get; set; } = null!;
        public LyingWorker? Liar { get; set; }
    }
}
