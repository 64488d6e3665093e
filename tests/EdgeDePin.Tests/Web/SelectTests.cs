using CsCheck;
using EdgeDePin.Web;
using EdgeDePin.Web.Query;

namespace EdgeDePin.Tests.Web;

public sealed class SelectTests
{
    private static readonly DashboardSource Source = new("garden", "n1", _ => []);

    [Fact]
    public void The_newest_rows_of_each_sensor_are_asked_newest_first() =>
        Assert.Equal(
            """SELECT "temperature", "humidity" FROM "weather" WHERE "site" = 'garden' AND "node" = 'n1' GROUP BY "sensor" ORDER BY time DESC LIMIT 4""",
            new Select(Source, "weather", "temperature", "humidity") { By = ["sensor"], Newest = 4 }.ToString());

    [Fact]
    public void Buckets_are_bounded_on_both_sides_and_keep_gaps() =>
        Assert.Equal(
            """SELECT mean("value") FROM "derived" WHERE "site" = 'garden' AND "node" = 'n1' AND time >= 1000ms AND time <= 9000ms GROUP BY time(2000ms), "name" fill(null)""",
            new Select(Source, "derived", "value")
            {
                Function = "mean",
                Every = TimeSpan.FromSeconds(2),
                From = DateTimeOffset.FromUnixTimeSeconds(1),
                Until = DateTimeOffset.FromUnixTimeSeconds(9),
                By = ["name"],
            }.ToString());

    [Fact]
    public void No_text_can_leave_its_quotes() => Gen.String.Sample(text =>
    {
        string literal = Select.Literal(text);
        string inside = literal[1..^1];
        for (int i = 0; i < inside.Length; i++)
        {
            Assert.NotEqual('\'', inside[i]);
            i += inside[i] == '\\' ? 1 : 0; // what follows a backslash is not a delimiter
        }

        Assert.Equal(text, inside.Replace("\\'", "'", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal));
    }, iter: 2000);
}
