using EdgeDePin.Sensors.AirQuality.Sgp40;

namespace EdgeDePin.Tests.Sensors.AirQuality;

/// <summary>Against a literal evaluation of the published algorithm in another language and in double precision.</summary>
public sealed class VocIndexTests
{
    // Second of the series and the index at it; 45 is the last of the blackout.
    private static readonly (int Second, int Index)[] Expected =
    [
        (46, 1), (60, 39), (120, 92), (300, 96), (1_000, 106), (2_000, 97), (3_999, 42), (4_050, 426), (4_200, 412), (4_599, 341),
        (5_000, 87), (6_000, 87), (7_599, 87), (7_700, 496), (8_000, 499), (9_599, 499),
    ];

    [Fact]
    public void The_index_follows_the_published_algorithm()
    {
        var index = new VocIndex();
        double[] seen = [.. Series().Select(raw => index.Next(raw))];
        Assert.All(seen[..46], value => Assert.Equal(double.NaN, value));
        Assert.All(Expected, one => Assert.Equal(one.Index, seen[one.Second]));
        Assert.All(seen[46..], value => Assert.InRange(value, 1, 500));
    }

    private static IEnumerable<ushort> Series() =>
        Enumerable.Range(0, 4_000).Select(i => (ushort)(30_000 + (int)(200 * Math.Sin(i / 300.0))))
            .Concat(Enumerable.Repeat((ushort)29_000, 600))
            .Concat(Enumerable.Repeat((ushort)30_000, 3_000))
            .Concat(Enumerable.Repeat((ushort)27_000, 2_000));
}
