using System.Text;
using EdgeHubSimulator;
using EdgeHubSimulator.Queues;
using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.EdgeHub;

public sealed class SummarySeriesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Quantiles_are_of_the_latest_values_sum_and_count_of_all()
    {
        var series = new SummarySeries(_time);
        for (int value = 1; value <= 1_256; value++)
        {
            series.Add(value);
        }

        // The latest 256 are 1,001 to 1,256.
        Assert.Equal(
            ["s{a=\"b\",quantile=\"0.1\"} 1026", "s{a=\"b\",quantile=\"0.5\"} 1128", "s{a=\"b\",quantile=\"0.9\"} 1231", "s{a=\"b\",quantile=\"0.99\"} 1254",
                "s_sum{a=\"b\"} 789396", "s_count{a=\"b\"} 1256"],
            Lines(series));
    }

    [Fact]
    public void After_ten_minutes_without_a_value_quantiles_are_no_number()
    {
        var series = new SummarySeries(_time);
        series.Add(7);
        Assert.Equal("s{a=\"b\",quantile=\"0.1\"} 7", Lines(series)[0]);
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("s{a=\"b\",quantile=\"0.1\"} NaN", Lines(series)[0]);
        Assert.Equal("s_count{a=\"b\"} 1", Lines(series)[^1]);
    }

    [Theory]
    [InlineData("devices/dev1/modules/mod2/inputs/in1/%24.cdid=dev1&%24.cmid=mod%201&x=y", "mod 1")]
    [InlineData("devices/dev1/modules/mod2/inputs/in1/%24.cmid=mod1/", "mod1")]
    [InlineData("devices/dev1/modules/mod2/inputs/in1/x=y", "")]
    public void A_message_knows_who_sent_it(string topic, string sender) => Assert.Equal(sender, new QueuedMessage(topic, new byte[1]).Sender);

    private static string[] Lines(SummarySeries series)
    {
        var text = new StringBuilder();
        series.Write(text, "s", "{a=\"b\"}");
        return text.ToString().TrimEnd('\n').Split('\n');
    }
}
