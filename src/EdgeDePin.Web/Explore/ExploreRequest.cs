using System.Globalization;

namespace EdgeDePin.Web.Explore;

/// <summary>What a browser asks of the Explore page. Foreign text: anything unknown falls back to the default.</summary>
/// <param name="Since">The browser has the points before this instant; null asks for all of the span.</param>
/// <param name="Known">The resolution the browser was given with them.</param>
public sealed record ExploreRequest(string Measurement, ExploreSpan Span, DateTimeOffset? Since, Resolution? Known)
{
    public const string Derived = "derived";

    // 9999-12-31: later instants do not exist as DateTimeOffset.
    private const long LastInstant = 253_402_300_799_999;
    private const long LongestGap = 400L * 86_400_000;

    public static ExploreRequest Of(string? measurement, string? span, string? since, string? every, string? gap)
    {
        string known = measurement == Derived || Query.Family.All.Any(family => family.Measurement == measurement)
            ? measurement!
            : Query.Family.All[0].Measurement;
        ExploreRequest all = new(known, ExploreSpan.Of(span), null, null);
        return Number(since, LastInstant) is { } from && Number(gap, LongestGap) is { } distance
            ? all with
            {
                Since = DateTimeOffset.FromUnixTimeMilliseconds(from),
                Known = new Resolution(
                    Number(every, LongestGap) is > 0 and var width ? TimeSpan.FromMilliseconds(width) : null,
                    TimeSpan.FromMilliseconds(distance)),
            }
            : all;
    }

    private static long? Number(string? text, long atMost) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value <= atMost
            ? value
            : null;
}
