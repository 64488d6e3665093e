using CsCheck;
using EdgeDePin.Analytics;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Analytics.Windows;

public sealed class WindowQualityTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<ReadingQuality> Qualities = Gen.Select(Gen.Int[0, 4], Gen.Enum<QualityReason>()).Select((verdict, reason) =>
        verdict < 3 || reason == QualityReason.None ? ReadingQuality.Good : verdict == 3 ? ReadingQuality.Suspect(reason) : ReadingQuality.Bad(reason));

    private static readonly Gen<Reading> AnyReading = Gen.Select(Gen.Bool, Gen.Bool, Gen.Double[-40, 50], Gen.Int[0, 599], Qualities)
        .Select((roof, warm, value, second, quality) =>
            new Reading(new SensorId(roof ? "roof" : "street"), warm ? Quantity.Temperature : Quantity.Pm25, value, Noon.AddSeconds(second), quality));

    private static Reading Celsius(int second, double value, ReadingQuality quality) => new(new SensorId("roof"), Quantity.Temperature, value, Noon.AddSeconds(second), quality);

    private static Aggregate Of(params Reading[] readings)
    {
        var closer = new WindowCloser(TimeSpan.FromMinutes(1), TimeSpan.Zero);
        foreach (Reading reading in readings)
        {
            closer.Add(reading);
        }

        // As on its way to another device.
        Window window = WindowCodec.Decode(WindowCodec.Encode(Assert.Single(closer.Flush())));
        return Assert.Single(Aggregate.Of(CleanedWindow.Decode(CleanedWindow.Of(window).Encode()).Window, Quantity.Temperature));
    }

    [Fact]
    public void A_suspect_reading_has_half_the_weight_of_a_good_one()
    {
        Aggregate aggregate = Of(
            Celsius(0, 10, ReadingQuality.Good), Celsius(10, 10, ReadingQuality.Good), Celsius(20, 40, ReadingQuality.Suspect(QualityReason.Step)), Celsius(30, 10, ReadingQuality.Good));
        Assert.Equal(10 + (30 * 0.5 / 3.5), aggregate.Mean, 1e-9);
        Assert.Equal((4, 10.0, 40.0), (aggregate.Count, aggregate.Min, aggregate.Max));
    }

    [Fact]
    public void A_bad_reading_counts_for_nothing_unless_there_is_no_other()
    {
        ReadingQuality bad = ReadingQuality.Bad(QualityReason.Range);
        Aggregate beside = Of(Celsius(0, 10, ReadingQuality.Good), Celsius(10, 45, bad), Celsius(20, 12, ReadingQuality.Good), Celsius(30, 45, bad));
        Assert.Equal((2, 11.0, 10.0, 12.0, 12.0), (beside.Count, beside.Mean, beside.Min, beside.Max, beside.Last));
        Aggregate alone = Of(Celsius(0, 44, bad), Celsius(10, 46, bad));
        Assert.Equal((2, 45.0), (alone.Count, alone.Mean));
    }

    [Fact]
    public void Verdicts_travel_with_their_readings_and_the_order_of_arrival_changes_no_bit() =>
        Gen.Select(AnyReading.Array[1, 60], Gen.Int).Sample((readings, seed) =>
        {
            Reading[] shuffled = [.. readings];
            new Random(seed).Shuffle(shuffled);
            byte[][] one = [.. Windows(readings)], other = [.. Windows(shuffled)];
            Assert.Equal(one, other);
            Assert.Equal(
                readings.GroupBy(reading => reading.Quality).OrderBy(group => group.Key.ToString(), StringComparer.Ordinal).Select(group => (group.Key, group.Count())),
                one.SelectMany(bytes => WindowCodec.Decode(bytes).Readings).GroupBy(reading => reading.Quality)
                    .OrderBy(group => group.Key.ToString(), StringComparer.Ordinal).Select(group => (group.Key, group.Count())));
        });

    // A shift of all instants, or of all values and their scale, shifts means and scales them; gaps between readings stay as they were.
    [Fact]
    public void Shifts_of_time_and_changes_of_unit_carry_over_to_aggregates() =>
        Gen.Select(AnyReading.Array[1, 40], Gen.Int[-1_000, 1_000]).Sample((readings, days) =>
        {
            Reading[] distinct = [.. readings.Where(reading => reading.Quantity == Quantity.Temperature).DistinctBy(reading => (reading.Sensor, reading.ObservedAt))];
            Aggregate[] here = [.. Aggregates(distinct)];
            Aggregate[] then = [.. Aggregates(distinct.Select(reading => reading with { ObservedAt = reading.ObservedAt.AddDays(days) }))];
            Aggregate[] scaled = [.. Aggregates(distinct.Select(reading => reading with { Value = (reading.Value * 0.5) + 10 }))];
            Assert.Equal(here, then.Select(aggregate => aggregate with { From = aggregate.From.AddDays(-days), LastAt = aggregate.LastAt.AddDays(-days) }));
            Assert.All(here.Zip(scaled), pair =>
            {
                Assert.Equal((pair.First.Count, pair.First.LastAt), (pair.Second.Count, pair.Second.LastAt));
                Assert.Equal((pair.First.Mean * 0.5) + 10, pair.Second.Mean, 1e-9);
            });
        });

    [Theory]
    [InlineData(1, 1, 1)]       // of a second reading, where there is one
    [InlineData(0, 0, 1)]       // good for a reason
    [InlineData(0, 3, 1)]
    [InlineData(0, 1, 23)]
    public void A_verdict_that_cannot_be_makes_no_window(byte index, byte verdict, byte reason)
    {
        byte[] bytes = WindowCodec.Encode(new Window(Noon, Noon.AddMinutes(1), [Celsius(0, 10, ReadingQuality.Suspect(QualityReason.Range))]));

        // The last three bytes are the only verdict.
        Assert.Equal([0, (byte)QualityVerdict.Suspect, (byte)QualityReason.Range], bytes[^3..]);
        (bytes[^3], bytes[^2], bytes[^1]) = (index, verdict, reason);
        Assert.StartsWith("Not a window", Assert.Throws<FormatException>(() => WindowCodec.Decode(bytes)).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<byte[]> Windows(IEnumerable<Reading> readings)
    {
        var closer = new WindowCloser(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
        return new List<Window>([.. readings.SelectMany(closer.Add), .. closer.Flush()]).Select(WindowCodec.Encode);
    }

    private static IEnumerable<Aggregate> Aggregates(IEnumerable<Reading> readings) =>
        Windows(readings).SelectMany(bytes => Aggregate.Of(WindowCodec.Decode(bytes), Quantity.Temperature));
}
