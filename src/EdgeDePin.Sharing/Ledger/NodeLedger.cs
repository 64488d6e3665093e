using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing.Ledger;

/// <summary>
/// What this node owes and is owed, rebuilt from its receipt log alone. Pure: it makes entries and believes them at once; whoever
/// drives it makes each durable before anything is sent that rests on it.
/// </summary>
public sealed class NodeLedger
{
    /// <summary>Paid tasks that are remembered, so that a receipt that comes again is answered and not paid again.</summary>
    public const int Remembered = 8192;

    private readonly NodeIdentity _self;
    private readonly string _site;
    private readonly Dictionary<NodeId, Pair> _pairs = [];
    private readonly RecentlyEnded<(NodeId, TaskId), Verdict> _settled = new(Remembered);

    public NodeLedger(NodeIdentity self, string site) => (_self, _site) = (self, site);

    public MerkleTree Tree { get; } = new();

    public IReadOnlyDictionary<NodeId, Pair> Pairs => _pairs;

    /// <summary>All that others owe this node less all that it owes them; over all nodes it comes to 0.</summary>
    public long Balance => Pair.Sum(_pairs.Values);

    public Pair With(NodeId other)
    {
        if (!_pairs.TryGetValue(other, out Pair? pair))
        {
            _pairs.Add(other, pair = new Pair());
        }

        return pair;
    }

    /// <summary>What became of a receipt; null for one that is not in the log.</summary>
    public Verdict? Settled(NodeId worker, TaskId task) => _settled.TryGet((worker, task), out Verdict verdict) ? verdict : null;

    /// <summary>Pays for a receipt; null where it is paid already.</summary>
    /// <param name="amount">Millicredits.</param>
    internal LedgerEntry.Debit? Pay(NodeId worker, Message.Receipt receipt, long price, bool isChecked, long amount, ReadOnlyMemory<byte> key = default)
    {
        if (Settled(worker, receipt.Task) == Verdict.Accepted)
        {
            return null;
        }

        var debit = new LedgerEntry.Debit(
            Tree.Size, worker, receipt.Task, receipt.Kind, receipt.InputDigest, receipt.OutputDigest, receipt.Fuel, price, isChecked, amount,
            With(worker).Paid + amount, receipt.Signature, key);
        Take(debit);
        return debit;
    }

    internal LedgerEntry.Provisional Hold(NodeId worker, Message.Receipt receipt, long price, int vesting)
    {
        var entry = new LedgerEntry.Provisional(
            Tree.Size, worker, receipt.Task, receipt.Kind, receipt.InputDigest, receipt.OutputDigest, receipt.Fuel, price, vesting, receipt.Signature);
        Take(entry);
        return entry;
    }

    internal LedgerEntry.Strike Strike(NodeId worker, TaskId task, Digest input)
    {
        var entry = new LedgerEntry.Strike(Tree.Size, worker, task, input);
        Take(entry);
        return entry;
    }

    /// <summary>Books a voucher; null where it is none of that requester for this node, or says nothing new.</summary>
    /// <param name="most">What the requester can owe this node, in millicredits.</param>
    /// <param name="beyond">The voucher says more than that, and is not booked.</param>
    internal LedgerEntry.Credit? Book(NodeId requester, ReadOnlyMemory<byte> bytes, Int128 most, out bool beyond)
    {
        beyond = false;
        if (!Voucher.TryOpen(bytes, _site, _self.Scheme, out Voucher? voucher)
            || voucher.Requester != requester || voucher.Worker != _self.NodeId || voucher.Cumulative <= With(requester).Earned)
        {
            return null;
        }

        beyond = voucher.Cumulative > most;
        if (beyond)
        {
            return null;
        }

        var credit = new LedgerEntry.Credit(Tree.Size, requester, voucher.Cumulative, bytes);
        Take(credit);
        return credit;
    }

    /// <summary>The newest voucher for a worker, as of now; null where nothing is owed to it.</summary>
    internal Message.Pay? VoucherFor(NodeId worker) => _pairs.TryGetValue(worker, out Pair? pair) && pair.Paid > 0
        ? pair.Given ??= Promise(worker, pair.Receipts, pair.Paid)
        : null;

    // What it says is fixed here; only its signature waits.
    private Message.Pay Promise(NodeId worker, long receipts, long paid) => new(() => Voucher.Seal(_self, _site, worker, receipts, paid));

    /// <summary>Takes an entry that is in the log: one of its own, or one of an earlier start.</summary>
    /// <exception cref="InvalidDataException">It is not the next one, or it does not follow from those before.</exception>
    internal void Take(LedgerEntry entry)
    {
        if (entry.Number != Tree.Size)
        {
            throw new InvalidDataException($"Entry {entry.Number} where {Tree.Size} is next: the log has a gap.");
        }

        Pair pair = With(entry.Other);
        switch (entry)
        {
            case LedgerEntry.Debit debit:
                if (debit.Cumulative != (Int128)pair.Paid + debit.Amount)
                {
                    throw new InvalidDataException($"Entry {entry.Number}: {debit.Cumulative} owed where {pair.Paid} and {debit.Amount} make {(Int128)pair.Paid + debit.Amount}.");
                }

                (pair.Paid, pair.Receipts, pair.Given) = (debit.Cumulative, pair.Receipts + 1, null);
                _settled.Set((debit.Other, debit.Task), Verdict.Accepted);
                break;
            case LedgerEntry.Credit { Cumulative: > Voucher.MaxCumulative }:
                // An older node booked what nobody can owe. The log keeps the line and the account does not.
                break;
            case LedgerEntry.Credit credit:
                if (credit.Cumulative <= pair.Earned)
                {
                    throw new InvalidDataException($"Entry {entry.Number}: a voucher of {credit.Cumulative} after one of {pair.Earned}.");
                }

                pair.Earned = credit.Cumulative;
                break;
            case LedgerEntry.Provisional provisional:
                _settled.Set((provisional.Other, provisional.Task), Verdict.Provisional);
                break;
            case LedgerEntry.Strike strike:
                _settled.Set((strike.Other, strike.Task), Verdict.Mismatch);
                break;
        }

        Tree.Append(MerkleTree.Leaf(entry.Encode()));
    }
}
