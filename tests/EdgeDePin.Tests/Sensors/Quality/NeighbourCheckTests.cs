using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Quality;

namespace EdgeDePin.Tests.Sensors.Quality;

public sealed class NeighbourCheckTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddHours(5);
    private static readonly SensorId Roof = new("roof");

    // Temperature: two good sensors at one place differ by 1.5 °C at most, so by 4.5 °C those of neighbours.
    public static TheoryData<string, double, double[], string> Sites => new()
    {
        { "temperature", 20, [20.5, 19.5], "good" },
        { "temperature", 24, [20.5, 19.5], "good" },                             // a garden and a street
        { "temperature", 30, [20.5, 19.5], "suspect(neighbour)" },
        { "temperature", 10, [20.5, 19.5], "suspect(neighbour)" },
        { "temperature", 20, [20.5, 60], "good" },                               // the neighbour is broken, not we
        { "temperature", 20, [60, -60], "good" },                                // nobody to believe
        { "temperature", 20, [60], "good" },                                     // of two nobody can say who is wrong
        { "temperature", 30, [20], "good" },
        { "temperature", 30, [10, 30, 20, 40], "good" },                         // neighbours of all kinds: mountain and valley
        { "temperature", 24, [12, 15, 18, 21], "good" },
        { "temperature", 45, [12, 15, 18, 21], "suspect(neighbour)" },
        { "temperature", 20, [30, 30.1, 29.9, 30.2], "suspect(neighbour)" },
        { "pressure", 101_300, [101_400, 101_250], "good" },
        { "pressure", 99_500, [101_400, 101_250], "suspect(neighbour)" },
        { "pm2_5", 300, [12, 15, 9], "suspect(neighbour)" },
        { "pm2_5", 30, [12, 15, 9], "good" },
        { "power", 9_000, [100, 110], "good" },                                  // households differ
        { "rain", 90, [1, 1.2], "good" },
    };

    [Theory]
    [MemberData(nameof(Sites))]
    public void A_reading_is_compared_with_what_neighbours_measure(string quantity, double value, double[] neighbours, string verdict)
    {
        NeighbourCheck check = Check();
        for (int i = 0; i < neighbours.Length; i++)
        {
            check.Hear($"n{i}", Quantity.Parse(quantity), neighbours[i], Start, Start);
        }

        Assert.Equal(verdict, check.Judge(Roof, Quantity.Parse(quantity), value, Start, SensorDataClass.Site).ToString());
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(5, 2)]
    [InlineData(9, 4)]
    public void Liars_in_the_minority_make_no_good_sensor_suspect_and_the_order_of_neighbours_is_nothing(int nodes, int liars)
    {
        var random = new Random(20261124);
        for (int round = 0; round < 2_000; round++)
        {
            double truth = -10 + (40 * random.NextDouble());
            double[] values = [.. Enumerable.Range(0, nodes).Select(i => i < liars ? -80 + (140 * random.NextDouble()) : truth + (random.NextDouble() * 2) - 1)];
            int self = liars + random.Next(nodes - liars);
            double[] others = [.. values.Where((_, i) => i != self)];
            ReadingQuality first = Verdict(values[self], others);
            Assert.True(first.IsGood, $"round {round}: {values[self]} among {string.Join(' ', others)}");
            double drifted = truth + 40;
            random.Shuffle(others);
            ReadingQuality broken = Verdict(drifted, others);
            for (int turn = 0; turn < 4; turn++)
            {
                random.Shuffle(others);
                Assert.Equal(first, Verdict(values[self], others));
                Assert.Equal(broken, Verdict(drifted, others));
                Assert.NotEqual(QualityVerdict.Bad, broken.Verdict);
            }
        }
    }

    [Fact]
    public void Of_three_nodes_the_one_that_drifts_is_suspect_and_never_the_others()
    {
        NeighbourCheck[] nodes = [Check(), Check(), Check()];
        double? firstAt = null;
        int lost = 0;
        var random = new Random(3);
        for (int minute = 0; minute < 600; minute++)
        {
            DateTimeOffset at = Start.AddMinutes(minute);
            double weather = 15 + (8 * Math.Sin(minute / 200.0));
            double[] values = [.. Enumerable.Range(0, 3).Select(i => weather + i - 1 + (0.4 * random.NextDouble()) + (i == 2 ? 0.05 * minute : 0))];
            for (int i = 0; i < 3; i++)
            {
                ReadingQuality quality = nodes[i].Judge(Roof, Quantity.Temperature, values[i], at, SensorDataClass.Site);
                Assert.True(i == 2 || quality.IsGood, $"node {i}, minute {minute}: {quality}");
                firstAt = quality.IsGood ? firstAt : firstAt ?? minute * 0.05;
                lost += firstAt is not null && i == 2 && quality.IsGood ? 1 : 0;
            }

            for (int i = 0; i < 3; i++)
            {
                LatestValue told = Assert.Single(nodes[i].Latest(at));
                foreach (int other in Enumerable.Range(0, 3).Where(one => one != i))
                {
                    nodes[other].Hear($"n{i}", told.Quantity, told.Value, at, at);
                }
            }
        }

        Assert.InRange(firstAt!.Value, 3, 4);   // °C of drift; its place is a degree warmer
        Assert.InRange(lost, 0, 60);   // minutes at the edge of the tolerance, with the noise on it
    }

    [Fact]
    public void A_front_that_passes_makes_nobody_suspect_and_what_stays_does()
    {
        NeighbourCheck check = Check(sustain: 600);
        List<string> verdicts = [];
        for (int minute = 0; minute <= 40; minute++)
        {
            DateTimeOffset at = Start.AddMinutes(minute);
            check.Hear("a", Quantity.Temperature, 20, at, at);
            check.Hear("b", Quantity.Temperature, 20.4, at, at);
            double value = minute is > 5 and < 14 or > 20 ? 12 : 20.2;
            verdicts.Add(check.Judge(Roof, Quantity.Temperature, value, at, SensorDataClass.Site).ToString());
        }

        Assert.All(verdicts[..31], verdict => Assert.Equal("good", verdict));
        Assert.All(verdicts[31..], verdict => Assert.Equal("suspect(neighbour)", verdict));
    }

    [Fact]
    public void Values_of_minutes_ago_say_nothing_and_what_was_overtaken_neither()
    {
        NeighbourCheck check = Check();
        Hear(20, Start);
        Hear(30, Start.AddMinutes(-1));   // came later, is older
        Assert.False(Judge(30, Start).IsGood);
        Assert.True(Judge(30, Start + CrossCheck.Fresh + TimeSpan.FromSeconds(1)).IsGood);
        Assert.Equal(0, check.Neighbours(Start + CrossCheck.Fresh + TimeSpan.FromSeconds(1)));
        check.Hear("a", Quantity.Temperature, 20, Start, Start.AddHours(1));
        Assert.Equal((4, 1), check.Heard);

        void Hear(double value, DateTimeOffset at)
        {
            check.Hear("a", Quantity.Temperature, value, at, Start);
            check.Hear("b", Quantity.Temperature, value, at, Start);
        }

        ReadingQuality Judge(double value, DateTimeOffset at) => check.Judge(Roof, Quantity.Temperature, value, at, SensorDataClass.Site);
    }

    [Fact]
    public void What_is_local_only_is_neither_told_nor_compared()
    {
        NeighbourCheck check = Check();
        check.Hear("a", Quantity.Temperature, 20, Start, Start);
        check.Hear("b", Quantity.Temperature, 20, Start, Start);
        Assert.True(check.Judge(Roof, Quantity.Temperature, 55, Start, SensorDataClass.LocalOnly).IsGood);
        Assert.Empty(check.Latest(Start));
        Assert.Equal(0, check.Compared);
        check.Judge(new SensorId("wall"), Quantity.Temperature, 21, Start, SensorDataClass.Site);
        check.Judge(new SensorId("wall"), Quantity.Power, 800, Start, SensorDataClass.Public);
        Assert.Equal((Quantity.Temperature, 21, SensorDataClass.Site), Assert.Single(check.Latest(Start)) is var told ? (told.Quantity, told.Value, told.Class) : default);
    }

    [Fact]
    public void What_its_own_node_doubts_is_no_witness_for_others()
    {
        var check = new NeighbourCheck(new NeighbourCheckOptions { SustainSeconds = 0 }, 0);
        var gate = new QualityGate(check);
        Assert.Equal("bad(range)", gate.Judge(Roof, Quantity.Temperature, -7_999, Start, SensorDataClass.Site).ToString());
        Assert.Empty(check.Latest(Start));
        gate.Judge(Roof, Quantity.Temperature, 20, Start, SensorDataClass.Site);
        Assert.Equal("suspect(step)", gate.Judge(Roof, Quantity.Temperature, 40, Start.AddSeconds(10), SensorDataClass.Site).ToString());
        Assert.Equal(20, Assert.Single(check.Latest(Start.AddSeconds(10))).Value);

        // But whom the neighbours doubt is heard on: else they would choose their witnesses.
        check.Hear("a", Quantity.Temperature, 0, Start, Start);
        check.Hear("b", Quantity.Temperature, 0, Start, Start);
        Assert.Equal("suspect(neighbour)", gate.Judge(Roof, Quantity.Temperature, 20.1, Start.AddSeconds(20), SensorDataClass.Site).ToString());
        Assert.Equal(20.1, Assert.Single(check.Latest(Start.AddSeconds(20))).Value);
    }

    [Fact]
    public void Pressures_are_compared_at_sea_level()
    {
        // ISO 2533: 84,556 Pa at 1,500 m, 101,325 Pa at 0 m.
        Assert.Equal(101_325, NeighbourCheck.AtSeaLevel(84_556, 1_500), 20.0);
        var hill = new NeighbourCheck(new NeighbourCheckOptions { SustainSeconds = 0 }, 1_500);
        hill.Hear("a", Quantity.Pressure, 101_300, Start, Start);
        hill.Hear("b", Quantity.Pressure, 101_350, Start, Start);
        Assert.True(hill.Judge(Roof, Quantity.Pressure, 84_556, Start, SensorDataClass.Site).IsGood);
        Assert.Equal(101_325, Assert.Single(hill.Latest(Start)).Value, 20.0);
        Assert.False(Check(heard: [101_300, 101_350]).Judge(Roof, Quantity.Pressure, 84_556, Start, SensorDataClass.Site).IsGood);
    }

    [Fact]
    public void Impossible_values_and_one_neighbour_too_many_are_refused_and_counted()
    {
        NeighbourCheck check = Check();
        check.Hear("a", Quantity.Temperature, -7_999, Start, Start);
        check.Hear("a", Quantity.Power, 100, Start, Start);
        Assert.Equal((0, 2), check.Heard);
        for (int i = 0; i <= NeighbourCheck.MostNeighbours; i++)
        {
            check.Hear($"n{i}", Quantity.Temperature, 20, Start.AddSeconds(i), Start.AddSeconds(i));
        }

        Assert.Equal((NeighbourCheck.MostNeighbours, 3), check.Heard);

        // The place of one that has fallen silent is free again.
        DateTimeOffset later = Start + CrossCheck.Fresh + TimeSpan.FromSeconds(1.5);
        check.Hear("late", Quantity.Temperature, 20, later, later);
        Assert.Equal((NeighbourCheck.MostNeighbours + 1, 3), check.Heard);
        Assert.Equal(NeighbourCheck.MostNeighbours - 1, check.Neighbours(later));
    }

    private static NeighbourCheck Check(double sustain = 0, params double[] heard)
    {
        var check = new NeighbourCheck(new NeighbourCheckOptions { SustainSeconds = sustain }, 0);
        for (int i = 0; i < heard.Length; i++)
        {
            check.Hear($"h{i}", Quantity.Pressure, heard[i], Start, Start);
        }

        return check;
    }

    private static ReadingQuality Verdict(double value, double[] others)
    {
        NeighbourCheck check = Check();
        for (int i = 0; i < others.Length; i++)
        {
            check.Hear($"n{i}", Quantity.Temperature, others[i], Start, Start);
        }

        return check.Judge(Roof, Quantity.Temperature, value, Start, SensorDataClass.Site);
    }
}
