using System.Globalization;
using EdgeDePin.Analytics;

namespace EdgeDePin.Tests.Analytics.Series;

/// <summary>Files as people have them: the reader says what it found, or where it stopped and what to do.</summary>
public sealed class SeriesFileTests
{
    [Fact]
    public void Semicolons_decimal_commas_empty_tail_rows_and_minus_200_are_understood()
    {
        // The shape of UCI 360: ';', decimal comma, dots in the clock, -200 for missing, empty columns, a tail of empty rows.
        string rows = string.Concat(Enumerable.Range(0, 48).Select(hour =>
            $"1{hour / 24}/03/2004;{hour % 24:00}.00.00;{(hour == 5 ? "-200" : $"{2 + (hour % 7)},{hour % 10}")};{1360 + hour};;\n"));
        GriddedSeries series = Read("Date;Time;CO(GT);PT08;;\n" + rows + ";;;;;\n;;;;;\n", "Date+Time", "CO(GT)");
        Assert.Equal(48, series.Values.Length);
        Assert.Equal(new DateTime(2004, 3, 10), series.Start);
        Assert.Equal(2.0, series.Values[0]);
        Assert.Equal(3.1, series.Values[1]);
        Assert.True(double.IsNaN(series.Values[5]));
        Assert.Contains(series.Notes, note => note.Contains("-200", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(';')]
    [InlineData('\t')]
    [InlineData('|')]
    public void A_decimal_comma_that_comes_late_is_understood(char delimiter)
    {
        string rows = string.Concat(Enumerable.Range(0, 72).Select(hour =>
            $"{new DateTime(2024, 1, 1).AddHours(hour):yyyy-MM-dd HH:mm}{delimiter}{(hour < 60 ? "4" : "4,25")}\n"));
        Assert.Equal([4, 4.25], Read($"t{delimiter}v\n" + rows, "t", "v").Values[59..61]);
    }

    [Theory]
    [InlineData(',', "4", "\"1,234\"")]
    [InlineData(',', "4.5", "\"1,23\"")]
    [InlineData(';', "4.5", "1,234")]
    public void A_comma_that_may_part_thousands_is_refused_and_not_guessed(char delimiter, string first, string late)
    {
        string rows = string.Concat(Enumerable.Range(0, 72).Select(hour =>
            $"{new DateTime(2024, 1, 1).AddHours(hour):yyyy-MM-dd HH:mm}{delimiter}{(hour < 60 ? first : late)}\n"));
        SeriesException error = Assert.Throws<SeriesException>(() => Read($"t{delimiter}v\n" + rows, "t", "v"));
        Assert.Contains("test.csv:62:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Between_commas_a_quoted_decimal_comma_is_one_where_a_value_shows_it()
    {
        string[] values = ["1,5", "1,234", .. Enumerable.Repeat("2", 10)];
        string rows = string.Concat(values.Select((value, hour) => $"2024-01-01 {hour:00}:00,\"{value}\"\n"));
        Assert.Equal([1.5, 1.234, 2], Read("t,v\n" + rows, "t", "v").Values[..3]);
    }

    [Fact]
    public void The_order_of_the_rows_changes_nothing()
    {
        string[] rows = [.. Enumerable.Range(0, 200).Select(hour => $"{new DateTime(2024, 1, 1).AddHours(hour):yyyy-MM-dd HH:mm},{hour * 0.5}")];
        GriddedSeries sorted = Read("t,v\n" + string.Join('\n', rows), "t", "v");
        string[] shuffled = [.. rows.OrderBy(row => row[^1]).ThenByDescending(row => row, StringComparer.Ordinal)];
        GriddedSeries other = Read("t,v\n" + string.Join('\n', shuffled), "t", "v");
        Assert.Equal(sorted.Values, other.Values);
        Assert.Equal(sorted.Start, other.Start);
    }

    [Fact]
    public void An_hour_that_repeats_counts_by_its_mean_and_one_that_is_left_out_is_a_gap()
    {
        string[] rows = ["00:00,1", "01:00,2", "02:00,4", "02:00,6", "03:00,5", "05:00,7", "06:00,8", "07:00,8", "08:00,8", "09:00,8", "10:00,9"];
        GriddedSeries series = Read("t,v\n" + string.Join('\n', rows.Select(row => "2024-10-27 " + row)), "t", "v");
        Assert.Equal(5, series.Values[2]);
        Assert.True(double.IsNaN(series.Values[4]));
        Assert.Equal(11, series.Values.Length);
    }

    [Fact]
    public void Minus_200_watts_of_a_meter_that_feeds_in_stay_what_they_are()
    {
        string rows = string.Concat(Enumerable.Range(0, 40).Select(hour => $"{new DateTime(2024, 1, 1).AddHours(hour):s},{-190 - hour}\n"));
        Assert.Equal(-200, Read("t,w\n" + rows, "t", "w").Values[10]);
    }

    [Fact]
    public void Day_and_month_are_told_apart_by_what_follows_from_either()
    {
        string rows = string.Concat(Enumerable.Range(0, 12).Select(day => $"{day + 1:00}/03/2024,{day}\n"));
        GriddedSeries series = Read("t,v\n" + rows, "t", "v");
        Assert.Equal(new DateTime(2024, 3, 1), series.Start);
        Assert.Equal(TimeSpan.FromDays(1), series.Step.Length);
        Assert.Equal(12, series.Values.Length);
    }

    [Fact]
    public void A_word_that_is_no_number_is_named_with_its_line_and_a_remedy()
    {
        string rows = string.Concat(Enumerable.Range(0, 20).Select(hour => $"2024-01-01 {hour:00}:00,{(hour == 7 ? "broken" : "1")}\n"));
        SeriesException error = Assert.Throws<SeriesException>(() => Read("t,v\n" + rows, "t", "v"));
        Assert.Contains("test.csv:9:", error.Message, StringComparison.Ordinal);
        Assert.Contains("--missing broken", error.Message, StringComparison.Ordinal);
        Assert.Equal(20, Read("t,v\n" + rows, "t", "v", missing: ["broken"]).Values.Length);
    }

    [Theory]
    [InlineData("t,v\n", "header")]
    [InlineData("", "nothing")]
    [InlineData("t,w\n2024-01-01,1\n", "there is no column 'v'")]
    [InlineData("t,v\nyesterday,1\n", "test.csv:2: 'yesterday'")]
    public void What_is_no_series_is_refused_in_words(string text, string words) =>
        Assert.Contains(words, Assert.Throws<SeriesException>(() => Read(text, "t", "v")).Message, StringComparison.Ordinal);

    [Fact]
    public void Months_are_steps_whatever_their_length()
    {
        string rows = string.Concat(Enumerable.Range(0, 30).Select(month => $"{new DateTime(2020, 1, 1).AddMonths(month):yyyy-MM},{month}\n"));
        GriddedSeries series = Read("Month,v\n" + rows, "Month", "v");
        Assert.Equal(30, series.Values.Length);
        Assert.Equal(1, series.Step.Months);
        Assert.Equal([12], series.Step.Seasons());
    }

    [Fact]
    public void Words_beside_the_series_become_columns_of_0_and_1()
    {
        string rows = string.Concat(Enumerable.Range(0, 20).Select(hour => $"2024-01-01 {hour:00}:00,{hour},{(hour % 2 == 0 ? "NW" : "SE")}\n"));
        GriddedSeries series = Read("t,v,wind\n" + rows, "t", "v", ["wind"]);
        Assert.Equal(["wind=NW", "wind=SE"], series.Exogenous.Select(column => column.Name));
        Assert.Equal([1, 0, 1], series.Exogenous[0].Values[..3]);
    }

    [Fact]
    public void The_hours_of_PJM_are_sorted_their_repeats_averaged_and_their_gaps_kept()
    {
        string path = SharedData.Require("pjm", "PJME_hourly.csv");
        GriddedSeries series = new SeriesFile(path, () => new StreamReader(path)).Read(SeriesColumns.Parse("Datetime", "PJME_MW", [], []));
        Assert.Equal(new DateTime(2002, 1, 1, 1, 0, 0), series.Start);
        Assert.Equal(145_392, series.Values.Length);
        Assert.Equal(30, series.Values.Count(double.IsNaN));
        Assert.Contains(series.Notes, note => note.StartsWith("4 instants repeat", StringComparison.Ordinal));
    }

    [Fact]
    public void Uneven_readings_of_a_station_become_means_of_a_round_step()
    {
        string path = SharedData.Require("sensor-community", "bme280_sensor_22481_2019-03-02_2019-04-30.csv");
        GriddedSeries series = new SeriesFile(path, () => new StreamReader(path)).Read(SeriesColumns.Parse("timestamp", "temperature", ["humidity"], []));
        Assert.Equal(TimeSpan.FromSeconds(180), series.Step.Length);
        Assert.InRange(series.Values.Where(double.IsFinite).Average(), 0, 15);
    }

    private static GriddedSeries Read(string text, string time, string value, string[]? exogenous = null, string[]? missing = null)
    {
        Assert.Equal(CultureInfo.InvariantCulture, CultureInfo.CurrentCulture);
        return new SeriesFile("test.csv", () => new StringReader(text)).Read(SeriesColumns.Parse(time, value, exogenous ?? [], missing ?? []));
    }
}
