using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;

namespace EdgeDePin.Tests.Sharing.Ledger;

public sealed class LedgerAuditTests : IDisposable
{
    private readonly NodeIdentity _worker = Some.Identity(1);
    private readonly NodeIdentity _requester = Some.Identity(2);
    private readonly LedgerEntry.Debit _debit;
    private readonly LedgerEntry.Credit _credit;

    public LedgerAuditTests()
    {
        var ledger = new NodeLedger(_requester, Some.Site);
        _debit = ledger.Pay(_worker.NodeId, Some.Receipt(), 10, isChecked: true, 50, _worker.PublicKey)!;
        _credit = new NodeLedger(_worker, Some.Site).Book(_requester.NodeId, ledger.VoucherFor(_worker.NodeId)!.Voucher, Voucher.MaxCumulative, out _)!;
    }

    [Fact]
    public void Two_honest_logs_hold_alone_and_together()
    {
        LedgerAudit requester = Of(_requester, _debit), worker = Of(_worker, _credit);
        requester.Compare(worker);
        requester.Compare(new CheckpointNote(_requester.NodeId, 1, requester.Tree.Root));
        Assert.Empty(requester.Findings);
        Assert.Empty(worker.Findings);
        Assert.Equal((0, 1), (requester.Balance + worker.Balance, requester.Signatures));
    }

    [Fact]
    public void Whoever_makes_a_receipt_or_a_voucher_up_is_found_out()
    {
        Assert.Contains("did not sign", Finding(_requester, _debit with { Fuel = 6_000_000, Amount = 60, Cumulative = 60 }), StringComparison.Ordinal);
        Assert.Contains("is not 51", Finding(_requester, _debit with { Amount = 51, Cumulative = 51 }), StringComparison.Ordinal);
        Assert.Contains("no voucher", Finding(_worker, _credit with { Cumulative = 99 }), StringComparison.Ordinal);
        Assert.Contains("no voucher", Finding(_worker, _credit with { Other = Some.Id(3) }), StringComparison.Ordinal);
        Assert.Contains("paid twice", Finding(_requester, _debit, _debit with { Number = 1, Cumulative = 100 }), StringComparison.Ordinal);
        var two = new NodeLedger(_requester, Some.Site);
        LedgerEntry first = two.Pay(_worker.NodeId, Some.Receipt(), 10, isChecked: true, 50, _worker.PublicKey)!;
        LedgerEntry other = two.Pay(Some.Id(3), Some.Receipt(worker: 3), 10, isChecked: true, 50, Some.Identity(3).PublicKey)!;
        Assert.Contains("paid twice", Finding(_requester, first, other), StringComparison.Ordinal);
        Assert.Contains("entry 3 where 0", Finding(_requester, _debit with { Number = 3 }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_was_truncated_or_changed_does_not_fit_what_was_signed()
    {
        LedgerAudit truncated = Of(_requester);
        truncated.Compare(new CheckpointNote(_requester.NodeId, 1, Digest.Of([1])));
        Assert.Contains("truncated", truncated.Findings.Single(), StringComparison.Ordinal);
        LedgerAudit changed = Of(_requester, _debit);
        changed.Compare(new CheckpointNote(_requester.NodeId, 1, Digest.Of([1])));
        Assert.Contains("was changed", changed.Findings.Single(), StringComparison.Ordinal);
        LedgerAudit denying = Of(_requester);
        denying.Compare(Of(_worker, _credit));
        Assert.Contains("this log says 0", denying.Findings.Single(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _worker.Dispose();
        _requester.Dispose();
    }

    private static string Finding(NodeIdentity node, params LedgerEntry[] entries) => Of(node, entries).Findings[0];

    private static LedgerAudit Of(NodeIdentity node, params LedgerEntry[] entries) => LedgerAudit.Of(node.NodeId, Some.Site, entries);
}
