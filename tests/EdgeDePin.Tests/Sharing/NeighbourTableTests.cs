using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;

namespace EdgeDePin.Tests.Sharing;

public sealed class NeighbourTableTests : IDisposable
{
    private readonly SharingOptions _options = new() { MaxNeighbours = 2 };
    private readonly NeighbourTable _table;
    private readonly NodeIdentity _self = Some.Identity(9);
    private readonly NodeLedger _ledger;

    public NeighbourTableTests() => (_table, _ledger) = (new NeighbourTable(_options), new NodeLedger(_self, Some.Site));

    public void Dispose() => _self.Dispose();

    [Fact]
    public void An_offer_runs_out_and_leaving_ends_it_at_once()
    {
        _table.Hear(Some.Id(1), Some.Offer(), 1, Some.At(0), Some.Member());
        Assert.Equal((NeighbourState.Present, 1), StateAt(6));
        Assert.Equal((NeighbourState.Silent, 0), StateAt(6.1));
        _table.Hear(Some.Id(1), Some.Offer(), 2, Some.At(7), Some.Member());
        _table.Leave(Some.Id(1));
        Assert.Equal((NeighbourState.Gone, 0), StateAt(7));
    }

    [Fact]
    public void An_offer_that_was_overtaken_says_nothing()
    {
        _table.Hear(Some.Id(1), Some.Offer(slots: 0), 5, Some.At(0), Some.Member());
        _table.Hear(Some.Id(1), Some.Offer(slots: 2), 4, Some.At(0), Some.Member());
        Assert.Equal((NeighbourState.Present, 0), StateAt(0));
    }

    [Fact]
    public void A_full_table_forgets_strangers_but_neither_neighbours_nor_bans()
    {
        _table.Hear(Some.Id(1), Some.Offer(), 1, Some.At(0), Some.Member());
        _table.Hear(Some.Id(2), Some.Offer(), 1, Some.At(0), Some.Member());
        _table.Find(Some.Id(1))!.Trust.Strike(Digest.Of([1]), strikesToBan: 1);
        Assert.False(_table.Hear(Some.Id(3), Some.Offer(), 1, Some.At(5), Some.Member()));
        Assert.True(_table.Hear(Some.Id(3), Some.Offer(), 1, Some.At(10), Some.Member()));
        Assert.False(_table.Hear(Some.Id(4), Some.Offer(), 1, Some.At(10), Some.Member()));
        Assert.Equal([Some.Id(1), Some.Id(3)], _table.Views(Some.At(10), _ledger).Select(view => view.Id));
    }

    [Fact]
    public void A_full_table_forgets_neither_what_a_log_says_passed_nor_what_it_says_is_owed()
    {
        var table = new NeighbourTable(_options, _ledger);
        table.Known(Some.Id(1)).Trust.Pass();
        table.Known(Some.Id(2));
        _ledger.Pay(Some.Id(2), Some.Receipt(worker: 2), 10, isChecked: false, 50);
        Assert.False(table.Hear(Some.Id(3), Some.Offer(), 1, Some.At(99), Some.Member()));
        Assert.Equal(2, table.Count);
    }

    // One lease at first, twice as many after each success, half as many after each failure, and never more than offered.
    [Fact]
    public void Leases_are_earned_and_those_in_flight_are_taken_off()
    {
        _table.Hear(Some.Id(1), Some.Offer(slots: 3), 1, Some.At(0), Some.Member());
        Neighbour neighbour = _table.Find(Some.Id(1))!;
        Assert.Equal(1, StateAt(0).Free);
        neighbour.Succeed(64);
        Assert.Equal(2, StateAt(0).Free);
        neighbour.Succeed(64);
        Assert.Equal(3, StateAt(0).Free);
        neighbour.InFlight = 2;
        Assert.Equal(1, StateAt(0).Free);
        neighbour.Fail();
        Assert.Equal(0, StateAt(0).Free);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1.1)]
    public void An_option_outside_its_range_is_named(double share)
    {
        _options.LeastCheckShare = share;
        string message = Assert.Throws<ArgumentOutOfRangeException>(_options.Check).Message;
        Assert.Contains("Sharing:LeastCheckShare must be 0 to 1", message, StringComparison.Ordinal);
    }

    private (NeighbourState State, int Free) StateAt(double second)
    {
        NeighbourView view = _table.Views(Some.At(second), _ledger).Single(view => view.Id == Some.Id(1));
        return (view.State, view.FreeSlots);
    }
}
