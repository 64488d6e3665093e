namespace EdgeDePin.Execution.Learning;

/// <summary>
/// How long inputs and outputs travel to each neighbour and back: a latency plus bytes over a bandwidth, fitted by least squares in which an
/// old measurement counts for less with every new one. What the neighbour does beside running a task counts as travel, too: nobody else can
/// tell the two apart. Not safe for several threads.
/// </summary>
/// <typeparam name="TKey">Who is at the other end.</typeparam>
/// <param name="capacity">Neighbours kept (about 100 B each); beyond it the longest unused is forgotten.</param>
public sealed class TravelTimes<TKey>(int capacity)
    where TKey : notnull
{
    /// <summary>How much a measurement counts after the next one.</summary>
    private const double Memory = 0.95;

    /// <summary>10 MB/s: believed until sizes have differed enough to tell.</summary>
    private const double UsualSecondsPerByte = 1e-7;

    /// <summary>How much they must differ: as one measurement 10 kB off the mean.</summary>
    private const double Doubt = 1e8;

    /// <summary>A measurement so many times as long as expected is a hiccup and counts no more than that.</summary>
    private const double LongestSurprise = 4;

    private readonly Dictionary<TKey, Line> _lines = [];
    private long _clock;

    /// <returns>Seconds, there and back; null: nothing was measured with this neighbour yet.</returns>
    /// <param name="bytes">Both ways together.</param>
    public double? Expect(TKey key, double bytes) => _lines.TryGetValue(key, out Line line) ? line.At(bytes) : null;

    /// <param name="seconds">Above 0.</param>
    public void Observe(TKey key, double bytes, double seconds)
    {
        if (!_lines.TryGetValue(key, out Line line) && _lines.Count >= capacity)
        {
            _lines.Remove(_lines.MinBy(known => known.Value.UsedAt).Key);
        }

        double believed = line.Weight > 0 ? Math.Min(seconds, (LongestSurprise * line.At(bytes)) + 0.001) : seconds;
        _lines[key] = line.With(bytes, believed, ++_clock);
    }

    internal IEnumerable<KeyValuePair<TKey, double[]>> Save() =>
        _lines.OrderBy(line => line.Value.UsedAt).Select(line => KeyValuePair.Create(line.Key, line.Value.Numbers()));

    /// <exception cref="FormatException">The numbers make no line.</exception>
    internal void Load(IEnumerable<KeyValuePair<TKey, double[]>> lines)
    {
        foreach ((TKey key, double[] numbers) in lines.TakeLast(capacity))
        {
            _lines[key] = Line.Of(numbers, ++_clock);
        }
    }

    // Sums of weights, bytes, seconds, squares of bytes and products.
    private readonly record struct Line(double Weight, double Bytes, double Seconds, double Squares, double Products, long UsedAt)
    {
        public double At(double bytes)
        {
            double meanBytes = Bytes / Weight, meanSeconds = Seconds / Weight;
            double squares = Math.Max(0, Squares - (Bytes * meanBytes)), products = Products - (Bytes * meanSeconds);
            double slope = Math.Max(0, (products + (Doubt * UsualSecondsPerByte)) / (squares + Doubt));
            double latency = meanSeconds - (slope * meanBytes);
            // A line that would begin below zero has its slope from a hiccup: no latency, then, and the mean as it is.
            return latency >= 0 ? latency + (slope * bytes) : meanSeconds * bytes / meanBytes;
        }

        public Line With(double bytes, double seconds, long now) => new(
            (Memory * Weight) + 1, (Memory * Bytes) + bytes, (Memory * Seconds) + seconds, (Memory * Squares) + (bytes * bytes), (Memory * Products) + (bytes * seconds), now);

        public double[] Numbers() => [Weight, Bytes, Seconds, Squares, Products];

        public static Line Of(double[] numbers, long now) =>
            numbers.Length == 5 && numbers.All(number => double.IsFinite(number) && number >= 0) && numbers[0] > 0
                ? new Line(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], now)
                : throw new FormatException("A line of travel times has five finite numbers of which the first is above 0.");
    }
}
