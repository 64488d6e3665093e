using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Policy;
using EdgeDePin.Sharing.Verification;

namespace EdgeDePin.Simulation.Neighbourhood;

/// <summary>
/// One node of a simulated site: the production protocol, a disk that forgets what was not flushed, tasks of its own, and a
/// host that runs others'.
/// </summary>
internal sealed class SimulatedNeighbour
{
    private const long MaxPrice = 1_000;
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    private readonly NeighbourhoodRun _run;
    private readonly SimulatedSite _site;
    private readonly Random _random;
    private readonly TimeSpan _skew;
    private readonly double _speed;
    private readonly List<LedgerEntry> _disk = [];
    private readonly Queue<(List<Step> Steps, List<LedgerEntry> Entries)> _writing = new();
    private readonly Dictionary<GuestKey, bool> _guests = [];
    private readonly Dictionary<(ulong Job, uint Task), OwnTask> _given = [];
    private readonly Outbox _outbox = new();
    private NodeIdentity? _identity;
    private int _life;
    private int _name;
    private ulong _incarnation;
    private bool _ticking;

    public SimulatedNeighbour(NeighbourhoodRun run, SimulatedSite site, int number, bool liar, Random random)
    {
        (_run, _site, _random, Number, Liar) = (run, site, random, number, liar);
        _skew = (2 * random.NextDouble() - 1) * run.Options.Faults.Skew;
        _speed = 0.5 + 1.5 * random.NextDouble();
    }

    public int Number { get; }

    public bool Liar { get; }

    public NodeIdentity Identity => _identity!;

    public NodeId Id => _identity!.NodeId;

    public Participant Participant { get; private set; } = null!;

    public bool Up { get; private set; }

    public bool Cut { get; set; }

    public List<OwnTask> Tasks { get; } = [];

    public int Guests => _guests.Count;

    private Moment Now => new(_run.Time.Elapsed, _run.Time.GetUtcNow() + _skew);

    /// <summary>Comes up: the first time, after a crash, or under a new name.</summary>
    public void Start(bool newName = false)
    {
        if (newName || _name == 0)
        {
            _name++;
            _disk.Clear();
        }

        _incarnation++;
        SharingOptions options = _run.NodeOptions(_site.Name, Number);
        byte[] key = new byte[NodeIdentity.KeyLength];
        BitConverter.TryWriteBytes(key, Number);
        BitConverter.TryWriteBytes(key.AsSpan(4), _name);
        BitConverter.TryWriteBytes(key.AsSpan(8), _run.Seed);
        _identity?.Dispose();
        _identity = NodeIdentity.FromSeed(key, _incarnation << 28, _run.Scheme);
        (Membership membership, ReadOnlyMemory<byte> certificate) = _site.Papers(_identity, $"owner {Number % 4}");
        var random = new Random(_random.Next());
        Participant = new Participant(
            options, _identity, [SimulatedTasks.Kind], random, membership, [certificate], _disk.ToArray(), () => Nonce(random))
        {
            Lanes = 4,
            SpeedPermille = (int)(1000 * _speed),
        };
        Up = true;
        _life++;
        Do(Participant.Tick(Now));
        foreach (OwnTask task in Tasks.Where(task => task is { Answer: null, Local: false }))
        {
            Give(task);
        }

        Wake();
    }

    /// <summary>Dies without a word. Of what was being written the disk keeps as much as chance lets it.</summary>
    public void Crash()
    {
        Up = false;
        _life++;
        int keep = _random.Next(_writing.Sum(batch => batch.Entries.Count) + 1);
        foreach (LedgerEntry entry in _writing.SelectMany(batch => batch.Entries).Take(keep).ToArray())
        {
            _disk.Add(entry);
            _run.Watch.Wrote(Id, entry);
        }

        _writing.Clear();
        _run.GuestsLost += _guests.Count;
        _guests.Clear();
        _outbox.Take();
    }

    public void Submit(OwnTask task)
    {
        Tasks.Add(task);
        if (Up)
        {
            Give(task);
        }
    }

    public void Receive(LinkEvent arrived) => Handle(() => Participant.Receive(arrived, Now));

    public void Receive(Envelope envelope, NodeId? offerOf)
    {
        Observe(envelope);
        Handle(() => Participant.Receive(envelope, offerOf, Now));
    }

    /// <summary>Tells the watch what is about to be delivered.</summary>
    public void Observe(Envelope envelope)
    {
        foreach (Message message in envelope.Messages)
        {
            _run.Watch.Delivered(Id, message, message is Message.Receipt receipt && Participant.Requester.Find(receipt.Task) is { Checking: null });
        }
    }

    /// <summary>A liar that nobody believes any more takes a new name.</summary>
    public bool Unmasked => _site.Nodes.Any(other => !other.Liar && other.Up && other.Participant.Neighbours.IsBanned(Id));

    private static byte[] Nonce(Random random)
    {
        byte[] nonce = new byte[Digest.Length];
        random.NextBytes(nonce);
        return nonce;
    }

    private void Give(OwnTask task)
    {
        var policy = new TaskPolicy(task.Local ? DataClass.LocalOnly : DataClass.Site, "", "", TimeSpan.FromDays(1));
        var what = new Assignment(
            SimulatedTasks.Kind, task.Input, policy, TimeSpan.FromSeconds(1.5), _run.Options.Epsilon, MaxPrice, Assignment.DefaultFuelLimit);
        uint number = Participant.Jobs.Add(what);
        _given[(_incarnation << 28, number)] = task;
        Do(Participant.Follow(Participant.Jobs.Place(Now.Running), Now.Running));
        if (task.Local)
        {
            // Nobody may have it: after a minute its node has run it itself.
            After(TimeSpan.FromMinutes(1), () => Do(Participant.Jobs.Cancel(number, Now.Running)));
        }

        Wake();
    }

    private void Handle(Func<IReadOnlyList<Step>> act)
    {
        if (Up)
        {
            Do(act());
            Wake();
        }
    }

    // Ticks are as dense as there is something that waits.
    private void Wake()
    {
        if (!_ticking && Up)
        {
            _ticking = true;
            int life = _life;
            bool busy = Participant.Requester.Open > 0 || Participant.Worker.Open > 0 || Participant.Jobs.Pending > 0;
            _run.Time.Schedule(busy ? Busy : Idle, () =>
            {
                _ticking = false;
                if (Up && life == _life)
                {
                    Do(Participant.Tick(Now));
                }

                Wake();
            });
        }
    }

    private void After(TimeSpan delay, Action act)
    {
        int life = _life;
        _run.Time.Schedule(delay, () =>
        {
            if (Up && life == _life)
            {
                act();
            }
        });
    }

    // As a real node's loop: what is to be durable first, then the rest; what rests on the log waits while the disk is busy.
    private void Do(IReadOnlyList<Step> steps)
    {
        if (steps.Count == 0)
        {
            return;
        }

        if (_run.Options.Planted == PlantedBug.VerdictBeforeDebit && steps[0] is Step.Send { Message: Message.Judgement })
        {
            Perform([.. steps.TakeWhile(step => step is not Step.Record)]);
            steps = [.. steps.SkipWhile(step => step is not Step.Record)];
        }

        List<LedgerEntry> entries = [.. steps.OfType<Step.Record>().Select(record => record.Entry)];
        if (entries.Count == 0 && _writing.Count == 0)
        {
            Perform([.. steps]);
            return;
        }

        Perform([.. steps.Where(step => step.MayGoAhead)]);
        List<Step> rest = [.. steps.Where(step => !step.MayGoAhead && step is not Step.Record)];
        _writing.Enqueue((rest, entries));
        if (_writing.Count == 1)
        {
            Write();
        }
    }

    private void Write() => After(TimeSpan.FromMilliseconds(0.2 + 19.8 * _random.NextDouble()), () =>
    {
        (List<Step> steps, List<LedgerEntry> entries) = _writing.Peek();
        foreach (LedgerEntry entry in entries)
        {
            _disk.Add(entry);
            _run.Watch.Wrote(Id, entry);
        }

        _writing.Dequeue();
        Perform(steps);
        if (_writing.Count > 0)
        {
            Write();
        }
    });

    private void Perform(List<Step> steps)
    {
        foreach (Step step in steps)
        {
            switch (step)
            {
                case Step.Send send:
                    _outbox.Add(send.To, send.Message);
                    break;
                case Step.Announce announce:
                    _site.Offer(this, Participant.Compose(null, [announce.Offer], Now));
                    break;
                case Step.StartGuest start:
                    Run(start.Guest);
                    break;
                case Step.StopGuest stop:
                    After(TimeSpan.FromMilliseconds(20), () => End(stop.Guest, new GuestOutcome.Declined("stopped")));
                    break;
                case Step.CheckLocally check:
                    Check(check);
                    break;
                case Step.Answer answer:
                    Answered(answer);
                    break;
                case Step.GiveUp given:
                    _run.Watch.Expect(false, $"{Id} gave a task up that can be run: {given.Reason}");
                    break;
                case Step.TakeBack taken:
                    TakenBack(taken.Task);
                    break;
                case Step.Settle settled when _given.TryGetValue((settled.Task.Job, settled.Task.Task), out OwnTask? task):
                    task.Final = true;
                    break;
            }
        }

        foreach ((NodeId receiver, IReadOnlyList<Message> messages) in _outbox.Take())
        {
            _site.Send(this, receiver, Participant.Compose(receiver, messages, Now));
        }
    }

    private void Run(GuestTask guest)
    {
        _run.Executions++;
        _guests[guest.Key] = true;
        byte[] input = guest.Input.ToArray();
        bool lies = Liar && _site.Lies(this, guest, input);
        TimeSpan takes = SimulatedTasks.RunTime(input, _speed);
        After(takes, () =>
        {
            _run.Watch.Ran(Id, Digest.Of(input));
            byte[] output = lies ? SimulatedTasks.Wrong(input) : SimulatedTasks.Right(input);
            End(guest.Key, new GuestOutcome.Done(output, takes, SimulatedTasks.Fuel(input)));
        });
    }

    private void End(GuestKey guest, GuestOutcome outcome)
    {
        if (_guests.Remove(guest))
        {
            _run.GuestsEnded++;
            Handle(() => Participant.Worker.GuestEnded(guest, outcome, Now.Running));
        }
    }

    private void Check(Step.CheckLocally check)
    {
        _run.Executions++;
        _run.ChecksHere++;
        byte[] input = check.Input.ToArray();
        After(SimulatedTasks.RunTime(input, _speed), () =>
        {
            _run.Watch.Ran(Id, Digest.Of(input));
            var own = new OwnResult(SimulatedTasks.Digested(input), SimulatedTasks.Fuel(input));
            Handle(() => Participant.Follow(Participant.Requester.CheckEnded(check.Task, own, Now.Running), Now.Running));
        });
    }

    private void Answered(Step.Answer answer)
    {
        if (!_given.TryGetValue((_incarnation << 28, answer.Task), out OwnTask? task))
        {
            return;
        }

        _run.Watch.Expect(task.Answer is null, $"{Id} got a second answer for task {answer.Task}");
        task.Answer = answer.Result;
        task.Final = answer.Result.Verified;
        task.AnsweredAt = _run.Time.Elapsed;
        task.Right = answer.Result.Output.Span.SequenceEqual(SimulatedTasks.Right(task.Input));
        _run.Watch.Answered(Id, Digest.Of(task.Input), answer.Result);
    }

    private void TakenBack(TaskId attempt)
    {
        OwnTask? task = _given.GetValueOrDefault((attempt.Job, attempt.Task));
        if (task is { Final: false, Answer: not null })
        {
            task.Answer = null;
            _run.TakenBack++;
            if (attempt.Job != _incarnation << 28)
            {
                // It was given away before a crash, so nobody else remembers it.
                Give(task);
            }
        }
    }
}

/// <summary>A task of a simulated node.</summary>
internal sealed class OwnTask(byte[] input, bool local, TimeSpan submittedAt)
{
    public byte[] Input { get; } = input;
    public bool Local { get; } = local;
    public TimeSpan SubmittedAt { get; } = submittedAt;
    public TimeSpan AnsweredAt { get; set; }
    public BorrowOutcome.Accepted? Answer { get; set; }
    public bool Right { get; set; }
    public bool Final { get; set; }
}
