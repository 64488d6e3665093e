using CsCheck;
using EdgeDePin.Analytics;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Analytics;

public sealed class WindowCloserTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(30);

    private static Reading At(double seconds, double value = 1, string sensor = "a", Quantity? quantity = null) =>
        new(new SensorId(sensor), quantity ?? Quantity.Temperature, value, Noon.AddSeconds(seconds));

    private static List<Window> Close(IEnumerable<Reading> readings, WindowCloser closer) =>
        [.. readings.SelectMany(closer.Add), .. closer.Flush()];

    private static string Text(IEnumerable<Window> windows) =>
        string.Join('\n', windows.Select(window => $"{window.From:HH:mm:ss} {window.Length}: {string.Join("; ", window.Readings)}"));

    private static readonly Gen<Reading[]> Readings =
        Gen.Select(Gen.Double[0, 600], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, Quantity.All.Count - 1])
            .Select((seconds, value, sensor, quantity) => At(seconds, value, $"s{sensor}", Quantity.All[quantity]))
            .Array[0, 60];

    [Fact]
    public void The_order_of_arrival_within_the_lateness_does_not_matter() =>
        Gen.Select(Readings, Gen.Double[0, 29.9].Array[60]).Sample((readings, delays) =>
        {
            var inOrder = new WindowCloser(Minute, Lateness);
            var delayed = new WindowCloser(Minute, Lateness);
            string expected = Text(Close(readings.OrderBy(reading => reading.ObservedAt), inOrder));
            Assert.Equal(expected, Text(Close(
                readings.Zip(delays).OrderBy(pair => pair.First.ObservedAt.AddSeconds(pair.Second)).Select(pair => pair.First), delayed)));
            Assert.Equal(0, delayed.Late);
        });

    [Fact]
    public void Whatever_the_order_every_reading_is_in_one_window_or_late() =>
        Gen.Select(Readings, Gen.Int[1, 60]).Sample((readings, capacity) =>
        {
            var closer = new WindowCloser(Minute, Lateness, capacity);
            List<Window> windows = Close(readings, closer);
            Assert.Equal(readings.Length, windows.Sum(window => window.Readings.Length) + closer.Late);
            Assert.Equal(windows.Select(window => window.From).Distinct().Order(), windows.Select(window => window.From));
            Assert.All(windows, window => Assert.NotEmpty(window.Readings));
            Assert.All(windows, window => Assert.All(window.Readings, reading =>
                Assert.True(reading.ObservedAt >= window.From && reading.ObservedAt < window.Until)));
            Assert.Equal(0, closer.Held);
        });

    [Fact]
    public void A_window_closes_when_the_watermark_reaches_its_end()
    {
        var closer = new WindowCloser(Minute, Lateness);
        Assert.Empty(closer.Add(At(10)));
        Assert.Empty(closer.Add(At(89.9)));
        Window window = Assert.Single(closer.Add(At(90)));
        Assert.Equal((Noon, Noon + Minute, 1), (window.From, window.Until, window.Readings.Length));
        Assert.Empty(closer.Add(At(59)));
        Assert.Equal(1, closer.Late);
        Assert.Equal(2, closer.Held);
    }

    [Fact]
    public void The_clock_closes_windows_when_no_readings_come()
    {
        var closer = new WindowCloser(Minute, Lateness);
        closer.Add(At(0));
        Assert.Empty(closer.AdvanceTo(Noon.AddSeconds(89)));
        Assert.Single(closer.AdvanceTo(Noon.AddSeconds(90)));
    }

    [Fact]
    public void Full_means_that_the_oldest_window_closes_early()
    {
        var closer = new WindowCloser(Minute, TimeSpan.FromHours(1), capacity: 2);
        closer.Add(At(0));
        closer.Add(At(60));
        Assert.Equal(Noon, Assert.Single(closer.Add(At(120))).From);
        closer.Add(At(5));
        Assert.Equal((1L, 1L, 2), (closer.ClosedEarly, closer.Late, closer.Held));
    }

    [Fact]
    public void A_window_survives_its_bytes() => Readings.Sample(readings =>
    {
        foreach (Window window in Close(readings, new WindowCloser(Minute, TimeSpan.FromHours(1))))
        {
            Assert.Equal(Text([window]), Text([WindowCodec.Decode(WindowCodec.Encode(window))]));
        }
    });
}
