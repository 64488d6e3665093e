using EdgeDePin.Analytics;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Analytics.Windows;

public sealed class WindowShapeTests
{
    // Europe: forwards on the last Sunday of March at 1:00 UTC, back on the last of October (directive 2000/84/EC). New York: 2nd of March, 1st of November.
    [Theory]
    [InlineData("Europe/Vienna", "2026-03-29T12:00Z", CalendarUnit.Day, "2026-03-28T23:00Z", 23)]
    [InlineData("Europe/Vienna", "2026-10-25T12:00Z", CalendarUnit.Day, "2026-10-24T22:00Z", 25)]
    [InlineData("Europe/Vienna", "2026-06-01T12:00Z", CalendarUnit.Day, "2026-05-31T22:00Z", 24)]
    [InlineData("America/New_York", "2026-03-08T12:00Z", CalendarUnit.Day, "2026-03-08T05:00Z", 23)]
    [InlineData("America/New_York", "2026-11-01T12:00Z", CalendarUnit.Day, "2026-11-01T04:00Z", 25)]
    [InlineData("Europe/Vienna", "2026-03-29T12:00Z", CalendarUnit.Week, "2026-03-22T23:00Z", 167)]
    [InlineData("Europe/Vienna", "2026-10-31T12:00Z", CalendarUnit.Month, "2026-09-30T22:00Z", 745)]
    [InlineData("Europe/Vienna", "2026-10-31T12:00Z", CalendarUnit.Year, "2025-12-31T23:00Z", 8_760)]
    [InlineData("Asia/Kolkata", "2026-06-01T12:10Z", CalendarUnit.Hour, "2026-06-01T11:30Z", 1)]
    [InlineData("America/Santiago", "2026-09-06T12:00Z", CalendarUnit.Day, "2026-09-06T04:00Z", 23)]   // midnight itself is skipped
    public void A_calendar_window_is_that_of_the_clocks_of_the_place(string zone, string instant, CalendarUnit unit, string from, int hours)
    {
        var shape = new WindowShape.Calendar(unit, TimeZoneInfo.FindSystemTimeZoneById(zone));
        (DateTimeOffset begin, DateTimeOffset until) = Assert.Single(shape.At(Instant(instant)));
        Assert.Equal(Instant(from), begin);
        Assert.Equal(hours, (until - begin).TotalHours);
    }

    [Theory]
    [InlineData("Europe/Vienna")]
    [InlineData("America/Santiago")]
    [InlineData("Australia/Lord_Howe")]     // clocks change by half an hour
    public void Calendar_windows_lie_side_by_side_through_the_year(string zone)
    {
        foreach (CalendarUnit unit in Enum.GetValues<CalendarUnit>())
        {
            var shape = new WindowShape.Calendar(unit, TimeZoneInfo.FindSystemTimeZoneById(zone));
            DateTimeOffset at = Instant("2026-01-01T00:00Z"), end = unit == CalendarUnit.Hour ? at.AddDays(365) : at.AddYears(2);
            while (at < end)
            {
                (DateTimeOffset from, DateTimeOffset until) = Assert.Single(shape.At(at));
                Assert.True(from <= at && at < until, $"{zone} {unit} {at:u}: {from:u} to {until:u}");
                (DateTimeOffset next, _) = Assert.Single(shape.At(until));
                Assert.True(next == until, $"{zone} {unit}: {from:u} to {until:u} is followed by {next:u}");
                at = until;
            }
        }
    }

    [Fact]
    public void An_instant_is_in_as_many_sliding_windows_as_overlap()
    {
        var shape = new WindowShape.Sliding(TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(15));
        (DateTimeOffset From, DateTimeOffset Until)[] windows = [.. shape.At(Instant("2026-03-01T12:07Z"))];
        Assert.Equal([Instant("2026-03-01T11:15Z"), Instant("2026-03-01T11:30Z"), Instant("2026-03-01T11:45Z"), Instant("2026-03-01T12:00Z")], windows.Select(window => window.From));
        Assert.Equal(Instant("2026-03-01T11:15Z"), shape.At(Instant("2026-03-01T12:00Z")).First().From);   // the end itself is outside
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
