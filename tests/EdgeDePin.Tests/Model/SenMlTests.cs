using System.Text;
using CsCheck;
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
            .Sample(readings => Assert.Equal(readings, SenMl.Decode(SenMl.Encode(readings))));

    // The second record inherits the base name, as in the example of RFC 8428 section 5.1.3.
    [Fact]
    public void A_base_name_holds_until_the_next_one()
    {
        IReadOnlyList<Reading> readings = SenMl.Decode(Encoding.UTF8.GetBytes(
            """[{"bn":"meter:","n":"voltage","u":"V","t":1.276020076001e+09,"v":120.1},{"n":"current","u":"A","t":1276020076,"v":1.2}]"""));
        Assert.Equal(["meter", "meter"], readings.Select(reading => reading.Sensor.Value));
        Assert.Equal(1_276_020_076_001, readings[0].ObservedAt.ToUnixTimeMilliseconds());
    }

    [Theory]
    [InlineData("""[{"bn":"a:","n":"temperature","u":"K","t":1276020076,"v":1}]""", "is in Cel, not in 'K'")]
    [InlineData("""[{"bn":"a:","n":"happiness","t":1276020076,"v":1}]""", "Unknown quantity 'happiness'")]
    [InlineData("""[{"bn":"a:","n":"temperature","t":1276020076}]""", "needs both 't' and 'v'")]
    [InlineData("""[{"bn":"a:","n":"temperature","t":-5,"v":1}]""", "not an absolute instant")]
    [InlineData("""[{"bn":"a b:","n":"temperature","t":1276020076,"v":1}]""", "is no sensor id")]
    [InlineData("""{"v":1}""", "Not a SenML pack")]
    [InlineData("[{", "Not a SenML pack")]
    public void What_is_wrong_with_a_pack_is_said(string json, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<FormatException>(() => SenMl.Decode(Encoding.UTF8.GetBytes(json))).Message,
            StringComparison.Ordinal);
}
