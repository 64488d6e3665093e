using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Simulation.Network;

/// <summary>
/// One start of a node in a simulated fleet: the production protocol over a simulated link. Guests and checks take virtual
/// time and are pure functions of their input.
/// </summary>
public sealed class SimulatedNode
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(250);

    private readonly VirtualTime _time;
    private readonly Random _random;
    private readonly SimulatedLink _link;
    private readonly Func<ReadOnlyMemory<byte>, byte[]> _function;
    private readonly HashSet<GuestKey> _stopped = [];
    private readonly ITimer _tick;
    private bool _down;

    /// <param name="function">What a task of any kind computes.</param>
    public SimulatedNode(
        SimulatedNetwork network, VirtualTime time, Random random, SharingOptions options, NodeIdentity identity,
        IReadOnlyList<TaskKind> kinds, Func<ReadOnlyMemory<byte>, byte[]> function)
    {
        _time = time;
        _random = random;
        _function = function;
        Participant = new Participant(options, identity, kinds, new Random(random.Next()));
        _link = network.Link(identity.NodeId);
        _ = _link.RunAsync(arrived => Do(Participant.Receive(arrived, Now)), CancellationToken.None);
        _tick = time.CreateTimer(_ => Do(Participant.Tick(Now.Running)), null, TimeSpan.Zero, TickEvery);
    }

    public Participant Participant { get; }

    /// <summary>Falsifies what guests computed; null for an honest node.</summary>
    public LyingWorker? Liar { get; init; }

    /// <summary>Guests run from the first to the second of these.</summary>
    public (TimeSpan Shortest, TimeSpan Longest) RunTime { get; init; } = (TimeSpan.FromSeconds(0.05), TimeSpan.FromSeconds(4));

    /// <summary>Told of every guest that is started.</summary>
    public Action<GuestKey> GuestStarted { get; init; } = _ => { };

    /// <summary>Told of every task of ours that ended.</summary>
    public Action<TaskId, BorrowOutcome> Concluded { get; init; } = (_, _) => { };

    private Moment Now => Moment.Now(_time);

    /// <summary>Gives a task to a worker; it may be concluded before this returns.</summary>
    /// <param name="named">Told the task's name before anything else happens.</param>
    public void Submit(
        TaskKind kind, ReadOnlyMemory<byte> input, NodeId worker, TimeSpan expectedRunTime, Action<TaskId> named, TaskId? previous = null)
    {
        IReadOnlyList<Step> steps =
            Participant.Requester.Submit(kind, input, worker, expectedRunTime, Now.Running, out TaskId task, previous);
        named(task);
        Do(steps);
    }

    /// <summary>Ends this start without a word; the broker notices.</summary>
    public void Crash(SimulatedNetwork network)
    {
        _down = true;
        _tick.Dispose();
        network.Crash(Participant.Id);
    }

    private bool Do(IReadOnlyList<Step> steps)
    {
        foreach (Step step in steps.TakeWhile(_ => !_down))
        {
            Do(step);
        }

        return !_down;
    }

    private void Do(Step step)
    {
        switch (step)
        {
            case Step.Send send:
                _link.Send(send.To, Participant.Seal(send.To, send.Message, Now));
                break;
            case Step.Announce announce:
                _link.Offer(Participant.Seal(receiver: null, announce.Offer, Now));
                break;
            case Step.StartGuest start:
                GuestStarted(start.Guest.Key);
                TimeSpan takes = Draw(RunTime.Shortest, RunTime.Longest);
                Later(takes, () => EndGuest(start.Guest, takes));
                break;
            case Step.StopGuest stop:
                _stopped.Add(stop.Guest);
                Later(TimeSpan.FromMilliseconds(20), () => Participant.Worker.GuestEnded(
                    stop.Guest, new GuestOutcome.Declined("stopped"), Now.Running));
                break;
            case Step.CheckLocally check:
                Later(Draw(RunTime.Shortest, RunTime.Longest), () => Participant.Requester.CheckEnded(
                    check.Task, Digest.Of(_function(check.Input))));
                break;
            case Step.Conclude conclude:
                Concluded(conclude.Task, conclude.Outcome);
                break;
        }
    }

    private IReadOnlyList<Step> EndGuest(GuestTask guest, TimeSpan took)
    {
        if (_stopped.Remove(guest.Key))
        {
            return [];
        }

        ReadOnlyMemory<byte> output = _function(guest.Input);
        return Participant.Worker.GuestEnded(
            guest.Key, new GuestOutcome.Done(Liar?.Tell(output) ?? output, took), Now.Running);
    }

    private void Later(TimeSpan delay, Func<IReadOnlyList<Step>> then) => _time.Schedule(delay, () =>
    {
        if (!_down)
        {
            Do(then());
        }
    });

    private TimeSpan Draw(TimeSpan shortest, TimeSpan longest) => shortest + _random.NextDouble() * (longest - shortest);
}
