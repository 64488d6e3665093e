using EdgeDePin.Analytics;
using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Analytics.Forecasts;

/// <summary><c>forecast@1</c>, as a node or a neighbour runs it.</summary>
public sealed class ForecastTaskTests
{
    // Written by this task on linux-x64: another digest on another processor, or after a change, is another version of the kind.
    private const string Golden = "c016b925b5950a71e187c596f37996141f4e026fe76e753cac86f6b2ec35e407";

    private static readonly DateTime Begin = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);
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
        Assert.Contains("at least 91", Assert.Throws<FormatException>(() => Run(Course(60), 24)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(97, 3_600, 12)]
    [InlineData(97, 3_600, 24)]
    [InlineData(120, 3_600, 24)]
    [InlineData(300, 3_600, 24)]
    [InlineData(700, 3_600, 24)]
    [InlineData(90, 1, 16)]
    [InlineData(300, 1, 16)]
    [InlineData(90, 2, 16)]
    [InlineData(2_000, 600, 36)]
    public void A_series_shorter_than_its_seasons_is_forecast_with_a_band(int length, int seconds, int horizon)
    {
        ForecastAnswer answer = Run(new ForecastRequest(Begin, TimeSpan.FromSeconds(seconds), Course(length), horizon));
        Assert.Equal(horizon, answer.Values.Length);
        Assert.All(Enumerable.Range(0, horizon), step =>
        {
            Assert.InRange(answer.Values[step], -20, 40);
            Assert.InRange(answer.Low[step], -60, answer.High[step]);
            Assert.InRange(answer.High[step], answer.Low[step], 80);
            Assert.True(answer.High[step] - answer.Low[step] > 0.1, "noise of 1 leaves no forecast that is sure");
        });
    }

    [Theory]
    [InlineData(19)]
    [InlineData(20)]
    [InlineData(21)]
    public void The_band_of_a_minute_and_a_half_holds_what_it_promises(int seed)
    {
        var random = new Random(seed);
        int held = 0;
        for (int series = 0; series < 60; series++)
        {
            double wander = 0;
            double[] values = [.. Enumerable.Range(0, 106).Select(_ => (wander = (0.8 * wander) + random.NextDouble() - 0.5) + random.NextDouble())];
            ForecastAnswer answer = Run(new ForecastRequest(Begin, TimeSpan.FromSeconds(1), values[..90], 16));
            held += Enumerable.Range(0, 16).Count(step => values[90 + step] >= answer.Low[step] && values[90 + step] <= answer.High[step]);
        }

        Assert.InRange(held / 960.0, 0.86, 0.97);
    }

    [Fact]
    public void A_series_with_too_few_truths_for_a_band_is_refused_with_the_number_that_is_needed()
    {
        double[] values = Course(92);
        for (int at = 60; at < 91; at += 2)
        {
            values[at] = double.NaN;
        }

        Assert.Contains("needs at least 19", Assert.Throws<FormatException>(() => Run(values, 24)).Message, StringComparison.Ordinal);
    }

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
        new(Begin, TimeSpan.FromHours(1), values, horizon);

    private static ForecastAnswer Run(double[] values, int horizon) => Run(Request(values, horizon));

    private static ForecastAnswer Run(ForecastRequest request) =>
        ForecastAnswer.Decode(Task.Run(new TaskInput(request.Encode(), []), TestContext.Current.CancellationToken));
}
