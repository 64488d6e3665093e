using EdgeDePin.Analytics;
using EdgeDePin.Execution;

namespace EdgeDePin.Tests.Analytics.Maps;

/// <summary>Values between neighbours.</summary>
public sealed class InterpolateTaskTests
{
    [Fact]
    public void A_slope_between_neighbours_is_found_again_by_kriging_and_said_with_its_error()
    {
        MapAnswer answer = Ask(Slope(25), [new MapPoint(210, 190, 0), new MapPoint(400, 100, 0)]);
        Assert.Equal("kriging", answer.Method);
        Assert.Equal(10 + (0.01 * 210) + (0.02 * 190), answer.Values[0], 0.3);
        Assert.InRange(answer.Error, 0, 0.6);
        Assert.True(answer.OtherErrors[0] < answer.OtherErrors[2], "kriging is to beat the mean on a slope");
    }

    [Fact]
    public void A_known_place_keeps_its_value()
    {
        MapPoint[] known = Slope(9);
        Assert.Equal(known[4].Value, Ask(known, [known[4]]).Values[0], 1e-9);
    }

    [Fact]
    public void The_order_of_the_neighbours_changes_nothing_that_one_could_measure()
    {
        MapPoint[] known = Slope(12);
        MapPoint[] wanted = [new MapPoint(33, 44, 0)];
        Assert.Equal(Ask(known, wanted).Values[0], Ask([.. known.Reverse()], wanted).Values[0], 1e-9);
    }

    [Fact]
    public void Noise_without_a_pattern_is_left_to_the_mean()
    {
        var random = new Random(5);
        MapPoint[] known = [.. Enumerable.Range(0, 40).Select(_ => new MapPoint(random.NextDouble() * 1000, random.NextDouble() * 1000, random.NextDouble()))];
        MapAnswer answer = Ask(known, []);
        Assert.Equal("mean", answer.Method);
        Assert.Equal(answer.OtherErrors[2], answer.Error);
    }

    [Fact]
    public void A_place_left_out_is_told_as_if_it_had_never_been_known()
    {
        MapPoint[] known = Slope(15);
        double squares = 0;
        foreach (MapPoint left in known)
        {
            // Slope and nugget alike: what remains must say the same as a request that never held the place.
            MapAnswer others = Ask([.. known.Where(point => point != left)], [left]);
            Assert.Equal("kriging", others.Method);
            squares += (others.Values[0] - left.Value) * (others.Values[0] - left.Value);
        }

        Assert.Equal(Math.Sqrt(squares / known.Length), Ask(known, []).Error, 0.02);
    }

    [Fact]
    public void The_largest_request_takes_a_moment_and_can_be_cancelled()
    {
        var random = new Random(8);
        MapPoint[] known = [.. Enumerable.Range(0, 200).Select(_ => new MapPoint(random.NextDouble() * 1000, random.NextDouble() * 1000, random.NextDouble()))];
        MapPoint[] wanted = [.. Enumerable.Range(0, 10_000).Select(at => new MapPoint(at % 100 * 10, at / 100 * 10, 0))];
        Assert.Equal(10_000, Ask(known, wanted).Values.Count);
        using var source = new CancellationTokenSource();
        source.Cancel();
        var input = new TaskInput(new MapRequest(known, wanted).Encode(), []);
        Assert.Throws<OperationCanceledException>(() => AnalyticsCatalog.Create().Get(InterpolateTask.Kind).Run(input, source.Token));
    }

    [Fact]
    public void Two_places_are_too_few() => Assert.Throws<FormatException>(() => MapRequest.Decode(new MapRequest(Slope(2), []).Encode()));

    private static MapPoint[] Slope(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(at => (East: (at % 5 * 100) + random.Next(40), North: (at / 5 * 100) + random.Next(40)))
            .Select(place => new MapPoint(place.East, place.North, 10 + (0.01 * place.East) + (0.02 * place.North)))];
    }

    private static MapAnswer Ask(MapPoint[] known, MapPoint[] wanted)
    {
        TaskDefinition task = AnalyticsCatalog.Create().Get(InterpolateTask.Kind);
        Assert.True(task.Lendable);
        return MapAnswer.Decode(task.Run(new TaskInput(new MapRequest(known, wanted).Encode(), []), TestContext.Current.CancellationToken));
    }
}
