using System.Collections.Frozen;
using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing;

/// <summary>
/// Neighbours' tasks here: leases within the free slots, reports progress, signs for the result and repeats the receipt until
/// a verdict comes. An attempt is run at most once, however often it is asked for. Pure: time comes in, steps come out; one
/// thread.
/// </summary>
public sealed class Worker(SharingOptions options, NeighbourTable neighbours, IReadOnlyCollection<TaskKind> kinds)
{
    /// <summary>Ended attempts that are remembered with their receipts: at most 8 MiB of outputs.</summary>
    public const int Remembered = 64;

    // With the gaps doubling from a second, a verdict is awaited for half a minute; later ones find the receipt remembered.
    private const int MaxReminders = 5;

    private readonly FrozenSet<TaskKind> _kinds = kinds.ToFrozenSet();
    private readonly Dictionary<GuestKey, Lending> _open = [];
    private readonly RecentlyEnded<GuestKey, Lending> _ended = new(Remembered);

    /// <summary>How many guests the host would run at once just now, those that run included.</summary>
    public int Slots { get; set; } = options.MaxGuests;

    public int Running => _open.Values.Count(lending => lending.Receipt is null);

    /// <summary>Leases and receipts that have not ended.</summary>
    public int Open => _open.Count;

    public int FreeSlots => Math.Max(0, Math.Min(Slots, options.MaxGuests) - Running);

    /// <summary>Takes one of a requester's messages: Request, Judgement or Cancel.</summary>
    public IReadOnlyList<Step> Receive(NodeId from, Message message, TimeSpan now) => message switch
    {
        Message.Request request => Request(from, request, now),
        Message.Judgement judgement => Release(new GuestKey(from, judgement.Task)),
        Message.Cancel cancel => Release(new GuestKey(from, cancel.Task)),
        _ => [],
    };

    /// <summary>How a guest of <see cref="Step.StartGuest"/> ended; said exactly once for each.</summary>
    public IReadOnlyList<Step> GuestEnded(GuestKey key, GuestOutcome outcome, TimeSpan now)
    {
        if (!_open.TryGetValue(key, out Lending? lending) || lending.Receipt is not null)
        {
            return [];
        }

        if (lending.Stopping)
        {
            return End(lending);
        }

        return outcome switch
        {
            GuestOutcome.Done done when done.Output.Length <= Message.MaxData => Deliver(lending, done, now),
            GuestOutcome.Done done => Fail(
                lending, DeclineReason.Failed, $"an output of {done.Output.Length} bytes does not travel; at most {Message.MaxData}"),
            GuestOutcome.Declined declined => Fail(lending, DeclineReason.Withdrawn, declined.Reason),
            GuestOutcome.Failed failed => Fail(lending, DeclineReason.Failed, failed.Reason),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "No outcome of a guest."),
        };
    }

    /// <summary>A requester left: nobody waits for its tasks.</summary>
    public IReadOnlyList<Step> Leave(NodeId requester) =>
        [.. _open.Keys.Where(key => key.Requester == requester).ToArray().SelectMany(Release)];

    /// <summary>What time alone changes; call it at least every half second.</summary>
    public IReadOnlyList<Step> Tick(TimeSpan now) => [.. _open.Values.ToArray().SelectMany(lending => Tick(lending, now))];

    private Step[] Request(NodeId from, Message.Request request, TimeSpan now)
    {
        var key = new GuestKey(from, request.Task);
        if (_open.TryGetValue(key, out Lending? known) || _ended.TryGet(key, out known))
        {
            return [new Step.Send(from, Again(known, request))];
        }

        if (WhyNot(from, request) is { } reason)
        {
            return [new Step.Send(from, new Message.Decline(request.Task, reason, ""))];
        }

        _open.Add(key, new Lending(key, request.Kind, request.InputDigest, now + request.RunWithin, now));
        return
        [
            new Step.Send(from, new Message.Lease(request.Task, options.LeaseHolds)),
            new Step.StartGuest(new GuestTask(key, request.Kind, request.Input, request.RunWithin)),
        ];
    }

    private DeclineReason? WhyNot(NodeId from, Message.Request request) =>
        neighbours.IsBanned(from) ? DeclineReason.Unwelcome
        : !_kinds.Contains(request.Kind) ? DeclineReason.UnknownKind
        : Digest.Of(request.Input.Span) != request.InputDigest ? DeclineReason.BadInput
        : FreeSlots == 0 ? DeclineReason.Busy
        : null;

    private Message Again(Lending known, Message.Request request) =>
        known.Kind != request.Kind || known.InputDigest != request.InputDigest || known.Stopping
            ? new Message.Decline(request.Task, DeclineReason.Spent, "")
        : known.Receipt is { } receipt ? receipt
        : _open.ContainsKey(known.Key) ? new Message.Lease(request.Task, options.LeaseHolds)
        : new Message.Decline(request.Task, DeclineReason.Spent, "");

    private Step[] Deliver(Lending lending, GuestOutcome.Done done, TimeSpan now)
    {
        lending.Receipt = new Message.Receipt(
            lending.Key.Task, lending.Kind, lending.InputDigest, Digest.Of(done.Output.Span), done.RunTime, done.Output);
        if (neighbours.Find(lending.Key.Requester) is { } requester)
        {
            requester.Lent++;
        }

        return Remind(lending, now);
    }

    private Step[] Remind(Lending lending, TimeSpan now)
    {
        lending.Reminders++;
        lending.SpokeAt = now;
        return [new Step.Send(lending.Key.Requester, lending.Receipt!)];
    }

    private Step[] Fail(Lending lending, DeclineReason reason, string detail)
    {
        string text = detail.Length <= MessageReader.MaxDetail ? detail : detail[..MessageReader.MaxDetail];
        return [new Step.Send(lending.Key.Requester, new Message.Decline(lending.Key.Task, reason, text)), .. End(lending)];
    }

    private Step[] Tick(Lending lending, TimeSpan now)
    {
        if (lending.Receipt is not null)
        {
            TimeSpan gap = options.ProgressEvery * (1 << (lending.Reminders - 1));
            return now - lending.SpokeAt < gap ? []
                : lending.Reminders < MaxReminders ? Remind(lending, now)
                : End(lending);
        }

        if (lending.Stopping)
        {
            return [];
        }

        if (now > lending.StopAt)
        {
            lending.Stopping = true;
            var decline = new Message.Decline(lending.Key.Task, DeclineReason.TookTooLong, "");
            return [new Step.Send(lending.Key.Requester, decline), new Step.StopGuest(lending.Key)];
        }

        if (now - lending.SpokeAt < options.ProgressEvery)
        {
            return [];
        }

        lending.SpokeAt = now;
        return [new Step.Send(lending.Key.Requester, new Message.Progress(lending.Key.Task))];
    }

    private Step[] Release(GuestKey key)
    {
        if (!_open.TryGetValue(key, out Lending? lending) || lending.Stopping)
        {
            return [];
        }

        if (lending.Receipt is not null)
        {
            return End(lending);
        }

        lending.Stopping = true;
        return [new Step.StopGuest(key)];
    }

    private Step[] End(Lending lending)
    {
        _open.Remove(lending.Key);
        _ended.Add(lending.Key, lending);
        return [];
    }
}
