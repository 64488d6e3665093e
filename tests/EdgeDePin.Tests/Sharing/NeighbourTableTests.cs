using EdgeDePin.Model;
using EdgeDePin.Sharing;

namespace EdgeDePin.Tests.Sharing;

public sealed class NeighbourTableTests
{
    private readonly SharingOptions _options = new() { MaxNeighbours = 2 };
    private readonly NeighbourTable _table;

    public NeighbourTableTests() => _table = new NeighbourTable(_options);

    [Fact]
    public void An_offer_runs_out_and_leaving_ends_it_at_once()
    {
        _table.Hear(Some.Id(1), Some.Offer(), 1, Some.At(0));
        Assert.Equal((NeighbourState.Present, 2), StateAt(6));
        Assert.Equal((NeighbourState.Silent, 0), StateAt(6.1));
        _table.Hear(Some.Id(1), Some.Offer(), 2, Some.At(7));
        _table.Leave(Some.Id(1));
        Assert.Equal((NeighbourState.Gone, 0), StateAt(7));
    }

    [Fact]
    public void An_offer_that_was_overtaken_says_nothing()
    {
        _table.Hear(Some.Id(1), Some.Offer(slots: 0), 5, Some.At(0));
        _table.Hear(Some.Id(1), Some.Offer(slots: 2), 4, Some.At(0));
        Assert.Equal((NeighbourState.Present, 0), StateAt(0));
    }

    [Fact]
    public void A_full_table_forgets_strangers_but_neither_neighbours_nor_bans()
    {
        _table.Hear(Some.Id(1), Some.Offer(), 1, Some.At(0));
        _table.Hear(Some.Id(2), Some.Offer(), 1, Some.At(0));
        _table.Find(Some.Id(1))!.Strike(Digest.Of([1]), strikesToBan: 1);
        Assert.False(_table.Hear(Some.Id(3), Some.Offer(), 1, Some.At(5)));
        Assert.True(_table.Hear(Some.Id(3), Some.Offer(), 1, Some.At(10)));
        Assert.False(_table.Hear(Some.Id(4), Some.Offer(), 1, Some.At(10)));
        Assert.Equal([Some.Id(1), Some.Id(3)], _table.Views(Some.At(10)).Select(view => view.Id));
    }

    // Whoever is told to be free twice in a row would otherwise be asked twice.
    [Fact]
    public void What_was_placed_since_the_offer_is_taken_off_it()
    {
        _table.Hear(Some.Id(1), Some.Offer(slots: 2), 1, Some.At(0));
        _table.Find(Some.Id(1))!.Place();
        Assert.Equal((NeighbourState.Present, 1), StateAt(0));
        _table.Hear(Some.Id(1), Some.Offer(slots: 2), 2, Some.At(1));
        Assert.Equal((NeighbourState.Present, 2), StateAt(1));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1.1)]
    public void An_option_outside_its_range_is_named(double share)
    {
        _options.CheckShare = share;
        string message = Assert.Throws<ArgumentOutOfRangeException>(_options.Check).Message;
        Assert.Contains("Sharing:CheckShare must be 0 to 1", message, StringComparison.Ordinal);
    }

    private (NeighbourState State, int Free) StateAt(double second)
    {
        NeighbourView view = _table.Views(Some.At(second)).Single(view => view.Id == Some.Id(1));
        return (view.State, view.FreeSlots);
    }
}
