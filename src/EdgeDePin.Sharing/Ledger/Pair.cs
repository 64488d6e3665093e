namespace EdgeDePin.Sharing.Ledger;

/// <summary>The account between this node and one other, in millicredits.</summary>
public sealed class Pair
{
    /// <summary>Receipts of the other that this node has paid for.</summary>
    public long Receipts { get; internal set; }

    /// <summary>What this node owes the other for its work, in all.</summary>
    public long Paid { get; internal set; }

    /// <summary>What the other owes this node for its work, in all, as its newest voucher says.</summary>
    public long Earned { get; internal set; }

    /// <summary>Above 0: the other owes.</summary>
    public long Balance => Sum([this]);

    /// <summary>The balances of many pairs together; where a number no longer holds it, the nearest that does.</summary>
    internal static long Sum(IEnumerable<Pair> pairs) =>
        (long)Int128.Clamp(pairs.Aggregate(Int128.Zero, (sum, pair) => sum + pair.Earned - pair.Paid), long.MinValue, long.MaxValue);

    /// <summary>The newest voucher that this node gave; made when it is asked for.</summary>
    internal Messages.Message.Pay? Given { get; set; }
}
