using CsCheck;
using EdgeDePin.Analytics;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Analytics.Windows;

public sealed class LateReadingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly WindowShape Minutes = new WindowShape.Tumbling(TimeSpan.FromMinutes(1));

    private static Reading At(double seconds, double value = 1) => new(new SensorId("a"), Quantity.Temperature, value, Noon.AddSeconds(seconds));

    private static WindowCloser Closer(int capacity = WindowCloser.DefaultCapacity) =>
        new(Minutes, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10), capacity);

    [Fact]
    public void A_late_reading_opens_its_window_once_and_the_whole_window_comes_again()
    {
        WindowCloser closer = Closer();
        Assert.Empty(closer.Add(At(10)));
        Window first = Assert.Single(closer.Add(At(80)));
        Assert.Equal((0, 1), (first.Revision, first.Readings.Length));
        Assert.Empty(closer.Add(At(20)));                       // late: opens
        Assert.Empty(closer.Add(At(30)));                       // waits with it
        Window second = Assert.Single(closer.Add(At(91)));      // the lateness later it comes again
        Assert.Equal((1, 3, first.From), (second.Revision, second.Readings.Length, second.From));
        Assert.Empty(closer.Add(At(40)));                       // once is enough
        Assert.Equal((1, 1), (closer.Late, closer.Reopened));
        Assert.All(closer.Flush(), window => Assert.Equal(0, window.Revision));
        Assert.Equal(0, closer.Held);
    }

    [Fact]
    public void What_comes_after_the_window_was_given_up_is_late_for_good()
    {
        WindowCloser closer = Closer();
        closer.Add(At(10));
        closer.Add(At(60 + 600 + 11));
        closer.Add(At(20));
        Assert.Equal((1, 0), (closer.Late, closer.Reopened));
    }

    [Fact]
    public void The_last_result_of_every_window_is_the_same_whatever_the_order_of_arrival() =>
        Gen.Select(Gen.Double[0, 600].Array[1, 40], Gen.Int[0, 1_000]).Sample((seconds, seed) =>
        {
            Reading[] readings = [.. seconds.Select((second, number) => At(second, number))];
            Reading[] shuffled = [.. readings];
            new Random(seed).Shuffle(shuffled);

            // What is lost for good is what a window, opened once, did not wait for: it is counted, so leave such orders to the next test.
            WindowCloser inOrder = Closer(), anyOrder = Closer();
            Dictionary<DateTimeOffset, Window> expected = Last(inOrder, readings.OrderBy(reading => reading.ObservedAt)), actual = Last(anyOrder, shuffled);
            if (anyOrder.Late == 0)
            {
                Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
                Assert.All(expected, window => Assert.Equal(window.Value.Readings, actual[window.Key].Readings));
            }

            Assert.Equal(readings.Length, actual.Values.Sum(window => window.Readings.Length) + anyOrder.Late);
            Assert.Equal(0, anyOrder.Held);
        });

    [Fact]
    public void With_little_room_closed_windows_are_given_up_first_and_nothing_is_counted_twice() =>
        Gen.Select(Gen.Double[0, 400].Array[1, 60], Gen.Int[1, 12]).Sample((seconds, capacity) =>
        {
            WindowCloser closer = Closer(capacity);
            Dictionary<DateTimeOffset, Window> last = [];
            foreach (Reading reading in seconds.Select((second, number) => At(second, number)))
            {
                foreach (Window window in closer.Add(reading))
                {
                    last[window.From] = window;
                }

                Assert.InRange(closer.Held, 0, capacity);
            }

            Assert.All(closer.Flush(), window => last[window.From] = window);
            Assert.Equal(0, closer.Held);
        });

    [Fact]
    public void Sliding_windows_close_one_after_the_other_each_with_all_its_readings()
    {
        var closer = new WindowCloser(new WindowShape.Sliding(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(20)), TimeSpan.Zero, TimeSpan.Zero);
        Window[] windows = [.. Enumerable.Range(0, 30).SelectMany(number => closer.Add(At(number * 10))), .. closer.Flush()];
        Assert.Equal(windows.OrderBy(window => window.From).Select(window => window.From), windows.Select(window => window.From));
        Assert.All(windows.Where(window => window.From >= Noon && window.Until <= Noon.AddSeconds(300)), window => Assert.Equal(6, window.Readings.Length));
        Assert.Equal(0, closer.Late);
    }

    private static Dictionary<DateTimeOffset, Window> Last(WindowCloser closer, IEnumerable<Reading> readings)
    {
        var last = new Dictionary<DateTimeOffset, Window>();
        foreach (Window window in (Window[])[.. readings.SelectMany(closer.Add), .. closer.Flush()])
        {
            last[window.From] = window;
        }

        return last;
    }
}
