using EdgeDePin.Analytics;
using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Analytics.Forecasts;

/// <summary><c>forecast@1</c>, as a node or a neighbour runs it.</summary>
public sealed class ForecastTaskTests
{
    // Written by this task on linux-x64: another digest on another processor, or after a change, is another version of the kind.
    private const string Golden = "7e2ddc3dfd4677836f8e6f2c98a353ddf3db2177cd3a716626e4dde83aaf3aab";

    private static readonly TaskDefinition Task = AnalyticsCatalog.Create().Get(ForecastTask.Kind);

    [Fact]
    public void A_daily_course_goes_on_within_its_band()
    {
        double[] values = Course(1_500);
        ForecastAnswer answer = Run(values[..1_476], 24);
        Assert.True(answer.BeatsNaive, answer.Reason);
        Assert.Equal(new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddHours(1_476), answer.From);
        int held = Enumerable.Range(0, 24).Count(step => values[1_476 + step] >= answer.Low[step] && values[1_476 + step] <= answer.High[step]);
        Assert.InRange(held, 18, 24);
        Assert.All(Enumerable.Range(0, 24), step => Assert.InRange(answer.Values[step], answer.Low[step], answer.High[step]));
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes_on_every_processor()
    {
        byte[] input = Request(Course(1_200), 12).Encode();
        byte[] output = Task.Run(new TaskInput(input, []), TestContext.Current.CancellationToken);
        Assert.Equal(output, Task.Run(new TaskInput(input, []), TestContext.Current.CancellationToken));
        Assert.True(Task.Lendable);
        Assert.Equal(Golden, Digest.Of(output).ToString());
    }

    [Fact]
    public void A_constant_series_stays_constant()
    {
        ForecastAnswer answer = Run([.. Enumerable.Repeat(21.5, 400)], 6);
        Assert.All(answer.Values, value => Assert.Equal(21.5, value, 1e-6));
    }

    [Fact]
    public void Gaps_and_a_missing_newest_value_are_borne()
    {
        double[] values = Course(1_000);
        for (int at = 500; at < 530; at++)
        {
            values[at] = double.NaN;
        }

        values[^1] = double.NaN;
        ForecastAnswer answer = Run(values, 12);
        Assert.Equal(new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddHours(999), answer.From);
        Assert.All(answer.Values, value => Assert.InRange(value, -20, 40));
    }

    [Fact]
    public void Too_few_values_are_refused_with_the_number_that_is_needed() =>
        Assert.Contains("at least 96", Assert.Throws<FormatException>(() => Run(Course(60), 24)).Message, StringComparison.Ordinal);

    // Sums and products only: the input of the golden digest must not depend on a library of mathematics.
    private static double[] Course(int hours)
    {
        double[] values = new double[hours];
        uint state = 12_345;
        for (int at = 0; at < hours; at++)
        {
            state = (state * 1_664_525) + 1_013_904_223;
            int hour = at % 24;
            values[at] = 10 + (hour * (24 - hour) / 20.0) + (at % 168 / 84.0) + ((state >> 16) / 65_536.0);
        }

        return values;
    }

    private static ForecastRequest Request(double[] values, int horizon) =>
        new(new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc), TimeSpan.FromHours(1), values, horizon);

    private static ForecastAnswer Run(double[] values, int horizon) =>
        ForecastAnswer.Decode(Task.Run(new TaskInput(Request(values, horizon).Encode(), []), TestContext.Current.CancellationToken));
}
