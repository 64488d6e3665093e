using System.Globalization;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Replay;

namespace EdgeDePin.Tests.Simulation.Replay;

/// <summary>A published row becomes registers or frames, goes through the real driver, and must come out as the row.</summary>
public sealed class ReplayRoundTripTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_day_of_weather_comes_out_within_the_steps_of_the_chip()
    {
        var expected = PublishedSeries.OfDay(PublishedSeries.Bme280, 5, 9, 10, 6);
        ReplaySeries series = ReplaySeries.Open(PublishedSeries.Bme280, PublishedSeries.Day, PublishedSeries.Day.AddDays(1));
        (List<Reading> readings, SamplingCounts counts) = await ReplayAsync(series, series.Last);

        Assert.Equal(548, expected.Count);
        // Three moved further than their quantity usually does in the time between, and say so.
        Assert.Equal(new SamplingCounts(3 * 548, 3 * 548, 0, 0, Suspect: 3), counts);
        double[] step = [0.0004, 0.008, 0.2];
        AssertRows(expected, readings, [Quantity.Temperature, Quantity.RelativeHumidity, Quantity.Pressure], step);
        Assert.All(readings, reading => Assert.Equal("bme280-22481", reading.Sensor.Value));
    }

    [Fact]
    public async Task A_real_day_of_fine_dust_comes_out_to_a_tenth()
    {
        var expected = PublishedSeries.OfDay(PublishedSeries.Sds011, 5, 9, 6);
        ReplaySeries series = ReplaySeries.Open(PublishedSeries.Sds011, PublishedSeries.Day, PublishedSeries.Day.AddDays(1));
        (List<Reading> readings, SamplingCounts counts) = await ReplayAsync(series, series.Last);

        Assert.Equal(554, expected.Count);
        Assert.Equal(new SamplingCounts(2 * 554, 2 * 554, 0, 0), counts);
        AssertRows(expected, readings, [Quantity.Pm25, Quantity.Pm10], [0.1, 0.1]);
    }

    [Fact]
    public async Task A_real_load_comes_out_of_the_meter_as_the_nearest_float()
    {
        double[] kilowatts =
        [
            .. File.ReadLines(PublishedSeries.Load).Skip(1).Select(line => double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture)),
        ];
        ReplaySeries series = ReplaySeries.Open(PublishedSeries.Load);
        (List<Reading> readings, SamplingCounts counts) = await ReplayAsync(series, series.Last);

        Assert.Equal(17_420, kilowatts.Length);
        // The voltage that goes with a load stands still, as none does: each but the first is called flat.
        Assert.Equal(new SamplingCounts(5 * 17_420, 5 * 17_420, 0, counts.Dropped, Suspect: 17_419), counts);
        // The inbox holds the newest; of those the rows are complete from some row on.
        double[] watts = [.. readings.Where(one => one.Quantity == Quantity.Power).Select(one => one.Value)];
        Assert.Equal(kilowatts.TakeLast(watts.Length).Select(kilowatt => (double)(float)(1_000 * kilowatt)), watts);
        double[] energy = [.. readings.Where(one => one.Quantity == Quantity.Energy).Select(one => one.Value)];
        Assert.Equal(energy.Order(), energy);
        // Every load but the last held for an hour; export does not count.
        Assert.Equal((float)kilowatts.SkipLast(1).Sum(kilowatt => Math.Max(0, kilowatt)), energy[^1], 0.01);
        Assert.All(readings.Where(one => one.Quantity == Quantity.Voltage), one => Assert.Equal(230, one.Value));
    }

    [Fact]
    public async Task A_replay_takes_as_long_as_its_speed_says()
    {
        DateTimeOffset end = PublishedSeries.Day.AddMinutes(30);
        ReplaySeries series = ReplaySeries.Open(PublishedSeries.Bme280, PublishedSeries.Day, end);
        long started = TimeProvider.System.GetTimestamp();
        (List<Reading> readings, SamplingCounts counts) = await ReplayAsync(series, series.First);
        TimeSpan took = TimeProvider.System.GetElapsedTime(started);
        Assert.Equal(3 * series.Rows, readings.Count);
        Assert.Equal(0, counts.Faults);
        Assert.InRange(took, (series.Last - series.First) / 2_880, TimeSpan.FromSeconds(5));
    }

    private static void AssertRows(
        List<(DateTimeOffset Instant, double[] Values)> expected, List<Reading> readings, Quantity[] quantities, double[] steps)
    {
        Assert.Equal(expected.Count * quantities.Length, readings.Count);
        for (int i = 0; i < readings.Count; i++)
        {
            (int row, int column) = Math.DivRem(i, quantities.Length);
            Assert.Equal((quantities[column], expected[row].Instant), (readings[i].Quantity, readings[i].ObservedAt));
            Assert.Equal(expected[row].Values[column], readings[i].Value, (steps[column] / 2) + 1e-9);
        }
    }

    // A clock that starts at the last instant makes the replay late from the beginning: nothing is waited for, nothing skipped.
    private static async Task<(List<Reading> Readings, SamplingCounts Counts)> ReplayAsync(ReplaySeries series, DateTimeOffset start)
    {
        var time = new AcceleratedTime(TimeProvider.System, start, speed: 2_880);
        ScheduledSensor scheduled = Assert.Single(ReplayedSensors.Of([series], time));
        using ISensor sensor = scheduled.Sensor;
        var counters = new SamplingCounters();
        var inbox = new ReadingInbox(counters);
        long started = TimeProvider.System.GetTimestamp();
        await new SamplingLoop(scheduled, new ReadingPath(), inbox, counters, _ => { }).RunAsync(Stop);
        TimeSpan each = TimeProvider.System.GetElapsedTime(started) / series.Rows;
        TestContext.Current.TestOutputHelper?.WriteLine($"{series.Rows} rows of {series.Chip}, {each.TotalMicroseconds:0} µs each");
        inbox.Complete();
        return (await inbox.Reader.ReadAllAsync(Stop).Select(one => one.Reading).ToListAsync(Stop), counters.Counts);
    }
}
