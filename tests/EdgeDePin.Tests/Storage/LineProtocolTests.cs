using System.Text;
using CsCheck;
using EdgeDePin.Model;
using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Storage;

public sealed class LineProtocolTests
{
    private static readonly Gen<string> Text = Gen.String[Gen.Char["abcABZ019 ,=\"\\#'/_-.\t\n\rüʘ\ue000"], 1, 8];

    private static readonly Gen<FieldValue> Value = Gen.OneOf(
        Gen.Double.Where(double.IsFinite).Select(FieldValue.Float),
        Gen.Long.Select(FieldValue.Integer),
        Gen.ULong.Select(FieldValue.Unsigned),
        Gen.Bool.Select(FieldValue.Boolean),
        Text.Select(FieldValue.String));

    private static readonly Gen<Point?> AnyPoint = Gen.Select(
        Text, Gen.Select(Text, Text).Array[0, 2], Gen.Select(Text, Value).Array[1, 3], Gen.Long[-long.MaxValue + 1, long.MaxValue - 1],
        Build);

    [Fact]
    public void Every_point_that_exists_is_read_back_as_it_was_written() => AnyPoint.Sample(point =>
    {
        if (point is null)
        {
            return;
        }

        string line = point.ToString();
        LineBatch batch = LineProtocol.Decode(Encoding.UTF8.GetBytes(line), 0);
        Assert.True(batch.Errors.Count == 0, $"{line}: {string.Join("; ", batch.Errors)}");
        Point read = Assert.Single(batch.Points);
        Assert.Equal((point.Measurement, point.Instant), (read.Measurement, read.Instant));
        Assert.Equal(point.Tags, read.Tags);
        Assert.Equal(point.Fields, read.Fields);
    }, iter: 5_000);

    [Fact]
    public void Any_bytes_give_points_and_errors_and_never_an_exception() =>
        Gen.String[Gen.Char["m,=\" \\#\n\r10i.eut-\0\u00ff"], 0, 60].Select(Encoding.Latin1.GetBytes).Sample(bytes =>
        {
            LineBatch batch = LineProtocol.Decode(bytes, 0);
            Assert.All(batch.Points, point => Assert.Single(LineProtocol.Decode(Encoding.UTF8.GetBytes(point.ToString()), 0).Points));
        }, iter: 20_000);

    [Fact]
    public void A_bad_line_costs_itself_and_names_its_place()
    {
        LineBatch batch = LineProtocol.Decode("a v=1 1\nb v=nan 2\nc v=3 3\n"u8, 0);
        Assert.Equal(["a", "c"], batch.Points.Select(point => point.Measurement));
        Assert.Equal("line 2, byte 5: 'nan' is no number (1.5, 2i, 2u), no boolean (true) and no string (\"text\")", Assert.Single(batch.Errors).ToString());
    }

    // Both end the process of InfluxDB 1.6.7.
    [Theory]
    [InlineData("MCBcXD0iPSI=")]
    [InlineData("bSBcMD0iLCI9MywiPSI=")]
    public void Lines_that_kill_a_server_are_only_wrong_here(string base64) =>
        Assert.All([LineProtocol.Decode(Convert.FromBase64String(base64), 0)], batch => Assert.True(batch.Errors.Count + batch.Points.Count > 0));

    [Fact]
    public void Readings_of_one_sensor_and_instant_become_one_point()
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1_500_000_000);
        IReadOnlyList<Point> points = ReadingPoints.From(
        [
            new Reading(new SensorId("roof"), Quantity.Temperature, 21.5, now),
            new Reading(new SensorId("street"), Quantity.Pm25, 8, now),
            new Reading(new SensorId("roof"), Quantity.RelativeHumidity, 40.25, now),
            new Reading(new SensorId("roof"), Quantity.Temperature, 21.75, now.AddTicks(1)),
        ], "harbour 1", "node-a");
        Assert.Equal(
        [
            @"weather,node=node-a,sensor=roof,site=harbour\ 1 temperature=21.5,humidity=40.25 1500000000000000000",
            @"air,node=node-a,sensor=street,site=harbour\ 1 pm2_5=8 1500000000000000000",
            @"weather,node=node-a,sensor=roof,site=harbour\ 1 temperature=21.75 1500000000000000100",
        ], points.Select(point => point.ToString()));
    }

    private static Point? Build(string measurement, (string Key, string Value)[] tags, (string Key, FieldValue Value)[] fields, long instant)
    {
        try
        {
            return new Point(measurement, tags.Select(tag => new Tag(tag.Key, tag.Value)), fields.Select(field => new Field(field.Key, field.Value)), instant);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
