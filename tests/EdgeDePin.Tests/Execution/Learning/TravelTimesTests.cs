using EdgeDePin.Execution.Learning;

namespace EdgeDePin.Tests.Execution.Learning;

public sealed class TravelTimesTests
{
    // Latency and bytes per second of some networks: a quay of fibres, wireless, a mobile uplink.
    [Theory]
    [InlineData(0.001, 100e6)]
    [InlineData(0.008, 3e6)]
    [InlineData(0.060, 0.25e6)]
    public void Latency_and_bandwidth_are_learned_from_what_travelled(double latency, double bandwidth)
    {
        var random = new Random(3);
        var times = new TravelTimes<string>(10);
        Assert.Null(times.Expect("anna", 1000));
        double Real(double bytes) => latency + (bytes / bandwidth);
        for (int i = 0; i < 60; i++)
        {
            double bytes = random.Next(100, 260_000);
            times.Observe("anna", bytes, Real(bytes) * Math.Exp(0.1 * (random.NextDouble() - 0.5)));
        }

        Assert.All((double[])[100, 10_000, 100_000, 250_000], bytes => Assert.InRange(times.Expect("anna", bytes)!.Value / Real(bytes), 0.75, 1.25));
    }

    [Fact]
    public void Tasks_of_one_size_teach_their_time_and_a_hiccup_or_a_new_network_is_outgrown()
    {
        var times = new TravelTimes<string>(10);
        for (int i = 0; i < 30; i++)
        {
            times.Observe("anna", 5000, 0.02);
        }

        Assert.InRange(times.Expect("anna", 5000)!.Value, 0.0199, 0.0201);
        Assert.InRange(times.Expect("anna", 0)!.Value, 0.019, 0.02);
        times.Observe("anna", 5000, 60);
        Assert.InRange(times.Expect("anna", 5000)!.Value, 0.02, 0.03);
        for (int i = 0; i < 90; i++)
        {
            times.Observe("anna", 5000, 0.2);
        }

        Assert.InRange(times.Expect("anna", 5000)!.Value, 0.19, 0.2001);
    }

    [Fact]
    public void The_longest_unused_neighbour_is_forgotten_and_the_others_survive_a_restart()
    {
        var times = new TravelTimes<string>(2);
        times.Observe("a", 1, 0.1);
        times.Observe("b", 1, 0.2);
        times.Observe("a", 1, 0.1);
        times.Observe("c", 1, 0.3);
        Assert.Null(times.Expect("b", 1));
        var again = new TravelTimes<string>(2);
        again.Load(times.Save());
        Assert.Equal(times.Expect("a", 7), again.Expect("a", 7));
        Assert.Equal(times.Expect("c", 7), again.Expect("c", 7));
        Assert.Throws<FormatException>(() => again.Load([KeyValuePair.Create("d", (double[])[1, 2])]));
        Assert.Throws<FormatException>(() => again.Load([KeyValuePair.Create("d", (double[])[0, 1, 1, 1, double.NaN])]));
    }
}
