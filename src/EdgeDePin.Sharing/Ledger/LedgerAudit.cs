using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing.Ledger;

/// <summary>
/// A receipt log read by somebody who believes nothing: are its numbers without gaps, do its sums follow, is each voucher signed
/// by who owes and each receipt by who worked, is each bill fuel times price?
/// </summary>
public sealed class LedgerAudit
{
    /// <summary>Findings that are kept; more are counted.</summary>
    public const int MaxFindings = 100;

    private static readonly Digest Nothing = Digest.Of([]);

    private readonly List<string> _findings = [];
    private readonly HashSet<(ulong Job, uint Task)> _paid = [];
    private readonly Dictionary<NodeId, Pair> _pairs = [];
    private readonly MerkleTree _tree = new();

    private LedgerAudit(NodeId node, string site) => (Node, Site) = (node, site);

    public NodeId Node { get; }

    public string Site { get; }

    /// <summary>What does not hold, in the order of the entries.</summary>
    public IReadOnlyList<string> Findings => _findings;

    public long FindingCount { get; private set; }

    public IReadOnlyDictionary<NodeId, Pair> Pairs => _pairs;

    /// <summary>Entries, and the root over them.</summary>
    public (long Size, Digest Root) Tree => (_tree.Size, _tree.Root);

    /// <summary>Receipts whose worker's signature was checked.</summary>
    public long Signatures { get; private set; }

    /// <summary>Millicredits.</summary>
    public long Balance => Pair.Sum(_pairs.Values);

    /// <param name="node">Whose log it is said to be.</param>
    public static LedgerAudit Of(NodeId node, string site, IEnumerable<LedgerEntry> entries, SignatureScheme? scheme = null)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var audit = new LedgerAudit(node, site);
        var signatures = new ReceiptSignatures(scheme ?? SignatureScheme.Ed25519);
        foreach (LedgerEntry entry in entries)
        {
            audit.Take(entry, scheme ?? SignatureScheme.Ed25519, signatures);
        }

        return audit;
    }

    /// <summary>Compares with a checkpoint that the node signed; what it says of another size cannot be compared.</summary>
    public void Compare(CheckpointNote checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        Expect(checkpoint.Size <= _tree.Size, $"a checkpoint of {checkpoint.Size} entries was signed and the log has {_tree.Size}: it was truncated");
        Expect(
            checkpoint.Size > _tree.Size || _tree.RootOf(checkpoint.Size) == checkpoint.Root,
            $"the checkpoint of {checkpoint.Size} entries has another root: the log was changed after it was signed");
    }

    /// <summary>Compares the account of two logs: nobody got what the other has not written that it owes.</summary>
    public void Compare(LedgerAudit other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Pair here = _pairs.GetValueOrDefault(other.Node) ?? new Pair(), there = other._pairs.GetValueOrDefault(Node) ?? new Pair();
        Expect(here.Earned <= there.Paid, $"{Node} has vouchers of {other.Node} for {here.Earned}, and that log says {there.Paid}");
        Expect(there.Earned <= here.Paid, $"{other.Node} has vouchers of {Node} for {there.Earned}, and this log says {here.Paid}");
    }

    private void Take(LedgerEntry entry, SignatureScheme scheme, ReceiptSignatures signatures)
    {
        Expect(entry.Number == _tree.Size, $"entry {entry.Number} where {_tree.Size} is next");
        if (!_pairs.TryGetValue(entry.Other, out Pair? pair))
        {
            _pairs.Add(entry.Other, pair = new Pair());
        }

        switch (entry)
        {
            case LedgerEntry.Debit debit:
                Take(debit, pair, signatures);
                break;
            case LedgerEntry.Credit credit:
                bool holds = Voucher.TryOpen(credit.Voucher, Site, scheme, out Voucher? voucher)
                    && voucher.Requester == credit.Other && voucher.Worker == Node && voucher.Cumulative == credit.Cumulative;
                Expect(holds, $"entry {credit.Number}: no voucher of {credit.Other} for {Node} over {credit.Cumulative}");
                Expect(credit.Cumulative > pair.Earned, $"entry {credit.Number}: {credit.Cumulative} after {pair.Earned}");
                pair.Earned = Math.Max(pair.Earned, credit.Cumulative <= Voucher.MaxCumulative ? credit.Cumulative : 0);
                break;
        }

        _tree.Append(MerkleTree.Leaf(entry.Encode()));
    }

    private void Take(LedgerEntry.Debit debit, Pair pair, ReceiptSignatures signatures)
    {
        Expect(debit.Cumulative == (Int128)pair.Paid + debit.Amount, $"entry {debit.Number}: {pair.Paid} and {debit.Amount} are not {debit.Cumulative}");
        Expect(
            debit.Amount == Verification.Vesting.Bill(debit.Fuel, debit.Price),
            $"entry {debit.Number}: {debit.Fuel} fuel at {debit.Price} is not {debit.Amount}");
        (pair.Paid, pair.Receipts) = (debit.Cumulative, pair.Receipts + 1);
        if (debit.Output == Nothing)
        {
            // Part of a race that another worker won; what it proved was never a receipt.
            return;
        }

        Expect(_paid.Add((debit.Task.Job, debit.Task.Task)), $"entry {debit.Number}: task {debit.Task} of {debit.Other} is paid twice");
        var receipt = new Message.Receipt(
            debit.Task, debit.Kind, debit.Input, debit.Output, debit.Fuel, TimeSpan.Zero, debit.Signature, default);
        bool signed = debit.Key.Length == NodeIdentity.KeyLength && NodeId.Of(debit.Key.Span) == debit.Other
            && signatures.Hold(debit.Key.Span, Site, Node, debit.Other, receipt);
        Expect(signed, $"entry {debit.Number}: {debit.Other} did not sign the receipt of {debit.Task}");
        Signatures += signed ? 1 : 0;
    }

    private void Expect(bool holds, string finding)
    {
        if (!holds && FindingCount++ < MaxFindings)
        {
            _findings.Add(finding);
        }
    }
}
