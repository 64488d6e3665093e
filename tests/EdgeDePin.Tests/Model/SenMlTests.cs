using System.Text;
using CsCheck;
using EdgeDePin.EdgeHub;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Model;

public sealed class SenMlTests
{
    [Fact]
    public void A_pack_decodes_to_the_readings_it_was_made_of() =>
        Gen.Select(Gen.Int[0, Quantity.All.Count - 1].Select(index => Quantity.All[index]), Gen.Double[-1e9, 1e9], Gen.Long[0, 30L * 365 * 86_400 * 10_000_000])
            .Select((quantity, value, ticks) => new Reading(
                new SensorId("roof.1"), quantity, value, new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(ticks)))
            .Array[0, 20]
            .Sample(readings => Assert.Equal(readings, SenMl.Decode(SenMl.Encode(readings)).Readings));

    [Fact]
    public void A_full_pack_of_the_longest_records_that_can_be_fits_into_one_message_of_the_hub()
    {
        var sensor = new SensorId(new string('s', 64));
        Quantity quantity = Quantity.All.MaxBy(one => one.Name.Length + one.Unit.Length)!;
        ReadingQuality quality = ReadingQuality.Suspect(Enum.GetValues<QualityReason>().MaxBy(reason => $"{reason}".Length));
        const double longest = -2.2250738585072014E-308; // no double is written with more characters
        // Holes in the numbers, so that each record says its own; decades of uptime; ticks of 100 ns.
        StampedReading[] pack = [.. Enumerable.Range(0, SenMl.MaxReadings).Select(i => new StampedReading(
            new Reading(sensor, quantity, longest, DateTimeOffset.MaxValue, quality), long.MaxValue - (2 * i), TimeSpan.FromTicks(31_535_999_999_999_999 - i)))];
        byte[] body = SenMl.Encode(new string('b', 64), pack);
        Assert.Equal(pack, SenMl.Decode(body).Stamped);
        TestContext.Current.TestOutputHelper!.WriteLine($"{body.Length} bytes");
        Assert.InRange(new HubMessage(body).Body.Length, 200_000, HubMessage.MaxBodyBytes);
    }

    // The second record inherits the base name, as in the example of RFC 8428 section 5.1.3.
    [Fact]
    public void A_base_name_holds_until_the_next_one()
    {
        Reading[] readings = [.. SenMl.Decode(Encoding.UTF8.GetBytes(
            """[{"bn":"meter:","n":"voltage","u":"V","t":1.276020076001e+09,"v":120.1},{"n":"current","u":"A","t":1276020076,"v":1.2}]""")).Readings];
        Assert.Equal(["meter", "meter"], readings.Select(reading => reading.Sensor.Value));
        Assert.Equal(1_276_020_076_001, readings[0].ObservedAt.ToUnixTimeMilliseconds());
    }

    [Fact]
    public void A_stamp_travels_with_each_reading_and_holes_in_the_numbers_stay()
    {
        DateTimeOffset set = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero), never = DateTimeOffset.UnixEpoch.AddSeconds(30);
        StampedReading[] taken =
        [
            new(new Reading(new SensorId("a"), Quantity.Power, 1, set), 7, TimeSpan.FromTicks(12_345_678_901)),
            new(new Reading(new SensorId("a"), Quantity.Power, 2, never), 8, TimeSpan.FromSeconds(30)),
            new(new Reading(new SensorId("b"), Quantity.Power, 3, set), 12, null),
        ];
        byte[] encoded = SenMl.Encode("boot-1", taken);
        SenMlPack pack = SenMl.Decode(encoded);
        Assert.Equal(("boot-1", 0), (pack.Boot, pack.Refused.Count));
        Assert.Equal(taken, pack.Stamped);
        // A small 't' would be relative to now (RFC 8428 section 4.5.3).
        Assert.Equal(2, Encoding.UTF8.GetString(encoded).Split("\"t\":").Length - 1);
    }

    [Theory]
    [InlineData("""{"bn":"a:","n":"temperature","u":"K","t":1276020076,"v":1}""", "is in Cel, not in 'K'")]
    [InlineData("""{"bn":"a:","n":"happiness","t":1276020076,"v":1}""", "Unknown quantity 'happiness'")]
    [InlineData("""{"bn":"a:","n":"temperature","t":1276020076}""", "needs both 't' and 'v'")]
    [InlineData("""{"bn":"a:","n":"temperature","t":1276020076,"v":1e999}""", "1e999 is not a finite number")]
    [InlineData("""{"bn":"a:","n":"temperature","t":-5,"v":1}""", "not an absolute instant")]
    [InlineData("""{"bn":"a:","n":"temperature","t":1e30,"v":1}""", "not an absolute instant")]
    [InlineData("""{"bn":"a:","n":"temperature","up":12,"v":1}""", "needs both 't' and 'v'")]
    [InlineData("""{"bn":"a b:","n":"temperature","t":1276020076,"v":1}""", "is no sensor id")]
    public void What_is_wrong_with_a_record_is_said_and_the_others_are_read(string wrong, string complaint)
    {
        const string Right = """{"bn":"b:","n":"power","u":"W","t":1276020076,"v":5}""";
        SenMlPack pack = SenMl.Decode(Encoding.UTF8.GetBytes($"[{Right},{wrong},{Right}]"));
        Assert.Equal([5d, 5d], pack.Readings.Select(reading => reading.Value));
        RefusedRecord refused = Assert.Single(pack.Refused);
        Assert.StartsWith("SenML record 1:", refused.Reason, StringComparison.Ordinal);
        Assert.Contains(complaint, refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"v":1}""")]
    [InlineData("[{")]
    [InlineData("""[{"bn":1}]""")]
    public void What_is_no_pack_at_all_is_refused(string json) =>
        Assert.Contains("Not a SenML pack", Assert.Throws<FormatException>(() => SenMl.Decode(Encoding.UTF8.GetBytes(json))).Message,
            StringComparison.Ordinal);
}
