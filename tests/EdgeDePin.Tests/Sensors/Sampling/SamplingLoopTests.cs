using CsCheck;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Tests.Sensors.Sampling;

public sealed class SamplingLoopTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly string[] Station = ["bme280", "sds011", "sdm630"];
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public Task Readings_and_faults_are_all_that_was_asked_for_whatever_the_bus_does() =>
        Gen.Select(Gen.Int, Gen.Double[0, 0.6], Gen.Int[0, 30], Gen.Int[0, Station.Length - 1].Select(index => Station[index])).SampleAsync(
            async (seed, probability, questions, chip) =>
            {
                (SamplingCounters counters, List<Reading> readings, List<SensorFaultEvent> faults) =
                    await SampleAsync(seed, probability, questions, chip);
                int quantities = SensorCatalog.Entry(chip).Quantities.Length;
                Assert.Equal(quantities * questions, counters.SamplesAsked);
                Assert.Equal(counters.SamplesAsked, counters.Readings + counters.Faults);
                Assert.Equal(counters.Readings, readings.Count);
                Assert.Equal(counters.Faults, quantities * faults.Count);
                Assert.All(readings, reading => Assert.True(double.IsFinite(reading.Value)));
                Assert.Equal(questions, readings.Select(one => one.ObservedAt).Union(faults.Select(one => one.ObservedAt)).Count());
            }, iter: 60, threads: 1);

    [Fact]
    public async Task The_same_seed_gives_the_same_faults_and_readings()
    {
        (_, List<Reading> first, List<SensorFaultEvent> faults) = await SampleAsync(42, 0.3, 30, "sds011");
        (_, List<Reading> second, List<SensorFaultEvent> again) = await SampleAsync(42, 0.3, 30, "sds011");
        Assert.Equal(first.Select(one => one.ObservedAt), second.Select(one => one.ObservedAt));
        Assert.Equal(faults.Select(one => (one.ObservedAt, one.Fault.Kind)), again.Select(one => (one.ObservedAt, one.Fault.Kind)));
        Assert.NotEmpty(faults);
    }

    [Fact]
    public async Task A_channel_without_a_value_is_one_fault_and_the_others_are_readings()
    {
        var time = new AcceleratedTime(TimeProvider.System, Start, 1_000);
        using ISensor sensor = SimulatedSite.Open(
            new SensorOptions { Chip = "bme280", Bus = SimulatedSite.Bus },
            (quantity, _) => quantity == Quantity.Temperature ? 20 : quantity == Quantity.Pressure ? 100_000 : null,
            time, FaultPlan.None);
        var counters = new SamplingCounters();
        List<SensorFaultEvent> faults = [];
        await new SamplingLoop(new ScheduledSensor(sensor, Instants(3)), new ReadingPath(), new ReadingInbox(counters), counters, faults.Add).RunAsync(Stop);
        Assert.Equal(new SamplingCounts(9, 6, 3, 0), counters.Counts);
        Assert.All(faults, fault => Assert.Contains("no humidity", fault.Fault.Detail, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_loop_that_is_asked_to_stop_ends_normally()
    {
        var counters = new SamplingCounters();
        using ISensor sensor = SimulatedSite.Open(
            new SensorOptions { Chip = "sds011", Bus = SimulatedSite.Bus }, 1, "node", TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var inbox = new ReadingInbox(counters);
        Task loop = new SamplingLoop(
            ScheduledSensor.Every(TimeSpan.FromHours(1), sensor, TimeProvider.System), new ReadingPath(), inbox, counters, _ => { }).RunAsync(stop.Token);
        StampedReading read = await inbox.Reader.ReadAsync(Stop);
        Assert.Equal((sensor.Id, 1L, true), (read.Reading.Sensor, read.Sequence, read.Uptime > TimeSpan.Zero));
        await stop.CancelAsync();
        await loop.WaitAsync(TimeSpan.FromSeconds(5), Stop);
    }

    [Fact]
    public void A_full_inbox_drops_the_oldest_and_counts_it()
    {
        var counters = new SamplingCounters();
        var inbox = new ReadingInbox(counters, capacity: 10);
        for (int i = 0; i < 25; i++)
        {
            inbox.Post(new Reading(new SensorId("a"), Quantity.Power, i, Start.AddSeconds(i)), null);
        }

        Assert.Equal(15, counters.Dropped);
        Assert.True(inbox.Reader.TryRead(out StampedReading oldest));
        Assert.Equal(15, oldest.Reading.Value);
    }

    private static async Task<(SamplingCounters Counters, List<Reading> Readings, List<SensorFaultEvent> Faults)> SampleAsync(
        int seed, double probability, int questions, string chip)
    {
        var time = new AcceleratedTime(TimeProvider.System, Start, 20_000);
        using ISensor sensor = SimulatedSite.Open(
            new SensorOptions { Chip = chip, Bus = SimulatedSite.Bus }, seed, "node", time, probability);
        var counters = new SamplingCounters();
        var inbox = new ReadingInbox(counters);
        List<SensorFaultEvent> faults = [];
        await new SamplingLoop(new ScheduledSensor(sensor, Instants(questions)), new ReadingPath(), inbox, counters, faults.Add).RunAsync(Stop);
        inbox.Complete();
        return (counters, await inbox.Reader.ReadAllAsync(Stop).Select(one => one.Reading).ToListAsync(Stop), faults);
    }

    private static IAsyncEnumerable<DateTimeOffset> Instants(int count) =>
        Enumerable.Range(0, count).Select(i => Start.AddSeconds(i)).ToAsyncEnumerable();
}
