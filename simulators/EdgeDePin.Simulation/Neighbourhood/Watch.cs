using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Ledger;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Policy;
using EdgeDePin.Simulation.Network;

namespace EdgeDePin.Simulation.Neighbourhood;

/// <summary>
/// Looks at everything that is sent, delivered, written and answered, and says where a promise of the protocol was broken. It
/// keeps books of its own and asks no node.
/// </summary>
internal sealed class Watch(VirtualTime time, TimeSpan leaseHolds, int newcomer)
{
    private const int MaxViolations = 20;
    private static readonly Digest Nothing = Digest.Of([]);

    private readonly Dictionary<NodeId, ulong> _sequences = [];
    private readonly Dictionary<(NodeId Requester, NodeId Worker), long> _paid = [];
    private readonly Dictionary<(NodeId Requester, NodeId Worker), long> _earned = [];
    private readonly HashSet<(NodeId Requester, ulong Job, uint Task)> _paidTasks = [];
    private readonly HashSet<(NodeId Requester, TaskId Task)> _durable = [];
    private readonly Dictionary<(NodeId Requester, TaskId Task), TimeSpan> _heard = [];
    private readonly HashSet<(NodeId Requester, TaskId Task)> _expired = [];
    private readonly Dictionary<Digest, (NodeId First, bool Second)> _runs = [];
    private readonly Dictionary<NodeId, long> _numbers = [];
    private readonly Dictionary<(NodeId Requester, NodeId Worker), int> _passed = [];
    private readonly Dictionary<(NodeId Requester, ulong Job, uint Task), TimeSpan> _orphans = [];

    /// <summary>From the death of a worker to the next lease of what it had.</summary>
    public List<TimeSpan> Recoveries { get; } = [];

    public List<string> Violations { get; } = [];

    /// <summary>All balances, as they are written: what workers got less what requesters owe.</summary>
    public long Sum => _earned.Values.Sum() - _paid.Values.Sum();

    /// <summary>The accounts that are not settled, for people.</summary>
    public string Unsettled => string.Join("; ", _paid
        .Where(account => account.Value != _earned.GetValueOrDefault(account.Key))
        .Select(account => $"{account.Key.Requester} owes {account.Key.Worker} {account.Value}, which has {_earned.GetValueOrDefault(account.Key)}"));

    public void Expect(bool holds, string violation)
    {
        if (!holds && Violations.Count < MaxViolations)
        {
            Violations.Add($"{time.Elapsed:c}: {violation}");
        }
    }

    public void Sent(NodeId from, Envelope envelope, bool banned, NodeId to)
    {
        bool rises = !_sequences.TryGetValue(from, out ulong last) || envelope.Sequence > last;
        Expect(rises, $"{from} used sequence {envelope.Sequence} after {last}");
        _sequences[from] = Math.Max(last, envelope.Sequence);
        foreach (Message message in envelope.Messages)
        {
            switch (message)
            {
                case Message.Request request:
                    Expect(request.Policy.Class != DataClass.LocalOnly, $"{from} asked {to} for local-only work");
                    Expect(!banned, $"{from} asked {to}, which it has banned");
                    break;
                case Message.Input input:
                    Expect(input.Data.IsEmpty || input.Data.Span[0] != SimulatedTasks.LocalMark, $"{from} sent local-only data to {to}");
                    break;
                case Message.Judgement { Verdict: Verdict.Accepted } judgement:
                    Expect(_durable.Contains((from, judgement.Task)), $"{from} accepted {judgement.Task} before its debit was durable");
                    NotExpired(from, judgement.Task);
                    break;
                case Message.Judgement { Verdict: Verdict.Provisional } judgement:
                    NotExpired(from, judgement.Task);
                    int passed = _passed.GetValueOrDefault((from, to));
                    Expect(passed >= newcomer, $"{from} believed {to} after {passed} checks");
                    break;
            }
        }
    }

    public void Delivered(NodeId to, Message message, bool open)
    {
        switch (message)
        {
            case Message.Lease lease:
                _heard[(to, lease.Task)] = time.Elapsed;
                if (_orphans.Remove((to, lease.Task.Job, lease.Task.Task), out TimeSpan died))
                {
                    Recoveries.Add(time.Elapsed - died);
                }

                break;
            case Message.Progress progress:
                _heard[(to, progress.Task)] = time.Elapsed;
                break;
            case Message.Receipt receipt when open:
                if (_heard.Remove((to, receipt.Task), out TimeSpan heard) && time.Elapsed - heard > leaseHolds)
                {
                    _expired.Add((to, receipt.Task));
                }

                break;
        }
    }

    /// <summary>An entry is durable.</summary>
    public void Wrote(NodeId node, LedgerEntry entry)
    {
        Expect(entry.Number == _numbers.GetValueOrDefault(node), $"{node} wrote entry {entry.Number} where {_numbers.GetValueOrDefault(node)} was next");
        _numbers[node] = entry.Number + 1;
        switch (entry)
        {
            case LedgerEntry.Debit debit:
                _durable.Add((node, debit.Task));
                _paid[(node, debit.Other)] = debit.Cumulative;
                _passed[(node, debit.Other)] = _passed.GetValueOrDefault((node, debit.Other)) + (debit.Checked ? 1 : 0);
                Expect(
                    debit.Output == Nothing || _paidTasks.Add((node, debit.Task.Job, debit.Task.Task)),
                    $"{node} paid twice for task {debit.Task}");
                break;
            case LedgerEntry.Strike strike:
                _passed[(node, strike.Other)] = 0;
                break;
            case LedgerEntry.Credit credit:
                long paid = _paid.GetValueOrDefault((credit.Other, node));
                Expect(credit.Cumulative <= paid, $"{node} got {credit.Cumulative} from {credit.Other}, which has written {paid}");
                _earned[(credit.Other, node)] = credit.Cumulative;
                break;
        }
    }

    /// <summary>A worker died that had this task.</summary>
    public void Orphaned(NodeId requester, TaskId task) => _orphans[(requester, task.Job, task.Task)] = time.Elapsed;

    public void Ran(NodeId node, Digest input)
    {
        _runs[input] = _runs.TryGetValue(input, out (NodeId First, bool Second) known)
            ? (known.First, known.Second || known.First != node)
            : (node, false);
    }

    public void Answered(NodeId requester, Digest input, BorrowOutcome.Accepted answer)
    {
        bool ran = _runs.TryGetValue(input, out (NodeId First, bool Second) runs);
        Expect(ran && (runs.Second || !answer.Verified), $"{requester} took a result for verified that ran once");
    }

    private void NotExpired(NodeId requester, TaskId task) =>
        Expect(!_expired.Contains((requester, task)), $"{requester} accepted {task} after its lease had ended");
}
