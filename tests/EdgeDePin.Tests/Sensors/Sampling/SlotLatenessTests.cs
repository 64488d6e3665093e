using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Simulation.Network;

namespace EdgeDePin.Tests.Sensors.Sampling;

public sealed class SlotLatenessTests
{
    [Fact]
    public void Quantiles_are_at_most_nine_percent_above_the_true_ones()
    {
        var random = new Random(5);
        var lateness = new SlotLateness();
        double[] late = [.. Enumerable.Range(0, 10_000).Select(_ => Math.Pow(10, (5 * random.NextDouble()) - 2))];
        Array.ForEach(late, one => lateness.Note(TimeSpan.FromMilliseconds(one), 0));
        Array.Sort(late);
        Assert.InRange(lateness.Summary.Median.TotalMilliseconds / late[4_999], 1, 1.0906);
        Assert.InRange(lateness.Summary.P99.TotalMilliseconds / late[9_899], 1, 1.0906);
        Assert.Equal(late[^1], lateness.Summary.Max.TotalMilliseconds, 1e-3);
        Assert.Equal(10_000, lateness.Summary.Slots);
    }

    [Fact]
    public void Nothing_late_is_zero_and_no_slot_has_no_quantile()
    {
        var lateness = new SlotLateness();
        Assert.Equal(default, lateness.Summary);
        lateness.Note(TimeSpan.FromMilliseconds(-0.4), 0);
        Assert.Equal(new LatenessSummary(1, 0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), lateness.Summary);
    }

    [Fact]
    public void A_sensor_that_is_busy_for_longer_than_its_period_leaves_slots_out_and_says_so()
    {
        var time = new VirtualTime(1);
        var counters = new SamplingCounters();
        ScheduledSensor scheduled = ScheduledSensor.Every(TimeSpan.FromSeconds(1), new Busy(time), time);
        using var loop = new SamplingLoop(scheduled, new ReadingPath(), new ReadingInbox(counters), counters, _ => { });
        using var over = new CancellationTokenSource();
        time.Schedule(TimeSpan.FromSeconds(100), over.Cancel);
        new VirtualThread(time).Run(() => loop.RunAsync(over.Token));
        LatenessSummary lateness = loop.Lateness!.Summary;
        Assert.InRange(lateness.Slots, loop.Counts.SamplesAsked - 1, loop.Counts.SamplesAsked);   // the last one is not waited for
        Assert.InRange(lateness.LeftOut, 60, 68);   // of three slots two
        Assert.Equal(TimeSpan.Zero, lateness.Max);
    }

    private sealed class Busy(TimeProvider time) : ISensor
    {
        public SensorId Id => new("busy");

        public IReadOnlyList<Quantity> Quantities { get; } = [Quantity.Temperature];

        public async ValueTask<SensorFault?> SampleAsync(SampleBuffer into, CancellationToken cancellationToken)
        {
            into.Clear();
            await Task.Delay(TimeSpan.FromSeconds(2.5), time, cancellationToken);
            into.Add(Quantity.Temperature, 20);
            return null;
        }

        public void Dispose()
        {
        }
    }
}
