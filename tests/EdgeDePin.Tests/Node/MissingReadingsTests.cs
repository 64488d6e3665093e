using EdgeDePin.Model;
using EdgeDePin.Node;

namespace EdgeDePin.Tests.Node;

public sealed class MissingReadingsTests
{
    private readonly MissingReadings _missing = new();
    private double _uptime;

    [Fact]
    public void Copies_and_messages_out_of_turn_are_not_missing_and_holes_are()
    {
        Take("b1", 1, 2, 3);
        Take("b1", 7, 8);
        Assert.Equal(3, _missing.Total);
        Take("b1", 1, 2, 3);
        Take("b1", 5);
        Assert.Equal(2, _missing.Total);
        Take("b1", 4, 6);
        Assert.Equal(0, _missing.Total);
        Take("b1", 10);
        Assert.Equal(1, _missing.Total);
        // What began before this program did is not counted; what begins anew is.
        Take("b2", 500, 501);
        Take("b2", 1, 2, 4);
        Assert.Equal(2, _missing.Total);
    }

    private void Take(string boot, params long[] numbers) => _missing.Count("sensor", new SenMlPack(
        boot,
        [.. numbers.Select(number => new StampedReading(
            new Reading(new SensorId("a"), Quantity.Power, 1, DateTimeOffset.UnixEpoch), number, TimeSpan.FromSeconds(boot == "b2" ? ++_uptime : number)))],
        []));
}
