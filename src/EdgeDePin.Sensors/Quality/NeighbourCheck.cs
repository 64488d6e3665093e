using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Quality;

/// <summary>
/// Compares readings with what other nodes of the site have measured last. The median of all of them and the reading itself votes, so
/// that one broken neighbour moves nothing, and two are the least that can tell who is wrong. Not for several threads at once.
/// </summary>
/// <param name="options">When a reading is unlike its neighbours.</param>
/// <param name="altitudeMetres">Of this node's barometer: pressures are compared at sea level.</param>
public sealed class NeighbourCheck(NeighbourCheckOptions options, double altitudeMetres)
{
    /// <summary>Others beyond these are not listened to.</summary>
    public const int MostNeighbours = 32;

    /// <summary>Of one quantity, with fewer there is no verdict.</summary>
    public const int LeastNeighbours = 2;

    // MAD of a normal distribution times this is its standard deviation.
    private const double Normal = 1.4826;
    private const double Sigmas = 3;

    private readonly Dictionary<string, Dictionary<Quantity, (double Value, DateTimeOffset At)>> _heard = new(StringComparer.Ordinal);
    private readonly Dictionary<(SensorId Sensor, Quantity Quantity), Own> _own = [];

    /// <summary>Values of neighbours that were taken, and those that were not: beyond the limits of their quantity, or of one neighbour too many.</summary>
    public (long Taken, long Refused) Heard { get; private set; }

    /// <summary>Readings that there were enough neighbours to compare with.</summary>
    public long Compared { get; private set; }

    /// <summary>Whether neighbours are told of a quantity: only of those in which good sensors agree.</summary>
    public static bool IsComparable(Quantity quantity) => !double.IsInfinity(QualityLimits.Of(quantity).Agreement);

    /// <summary>Takes what a neighbour has measured last.</summary>
    /// <param name="at">By this node's clock that verdicts go by.</param>
    /// <param name="now">By the same.</param>
    public void Hear(string neighbour, Quantity quantity, double value, DateTimeOffset at, DateTimeOffset now)
    {
        QualityLimits limits = QualityLimits.Of(quantity);
        bool isPossible = value >= limits.Lowest && value <= limits.Highest && IsComparable(quantity) && (now - at).Duration() <= CrossCheck.Fresh;
        if (!isPossible || !Admits(neighbour, now))
        {
            Heard = Heard with { Refused = Heard.Refused + 1 };
            return;
        }

        Heard = Heard with { Taken = Heard.Taken + 1 };
        if (!_heard.TryGetValue(neighbour, out Dictionary<Quantity, (double Value, DateTimeOffset At)>? values))
        {
            _heard[neighbour] = values = [];
        }

        // What was overtaken says nothing about now.
        if (!values.TryGetValue(quantity, out (double Value, DateTimeOffset At) last) || at > last.At)
        {
            values[quantity] = (value, at);
        }
    }

    /// <summary>Judges a reading that its own node finds nothing wrong with, and keeps it for the neighbours.</summary>
    public ReadingQuality Judge(SensorId sensor, Quantity quantity, double value, DateTimeOffset at, SensorDataClass dataClass)
    {
        if (dataClass == SensorDataClass.LocalOnly || !IsComparable(quantity))
        {
            return ReadingQuality.Good;
        }

        double comparable = quantity == Quantity.Pressure ? AtSeaLevel(value, altitudeMetres) : value;
        Own before = _own.GetValueOrDefault((sensor, quantity));
        bool isOutside = IsOutside(quantity, comparable, at);
        DateTimeOffset? since = isOutside ? before.OutsideSince ?? at : null;
        _own[(sensor, quantity)] = new Own(comparable, at, dataClass, since);
        return since is { } began && at - began >= TimeSpan.FromSeconds(options.SustainSeconds)
            ? ReadingQuality.Suspect(QualityReason.Neighbour)
            : ReadingQuality.Good;
    }

    /// <summary>What neighbours may hear now: of each quantity and class the median of this node's sensors.</summary>
    public IReadOnlyList<LatestValue> Latest(DateTimeOffset now) =>
    [
        .. _own.Where(one => (now - one.Value.At).Duration() <= CrossCheck.Fresh)
            .GroupBy(one => (one.Key.Quantity, one.Value.Class))
            .Select(group => new LatestValue(
                group.Key.Quantity, Median([.. group.Select(one => one.Value.Value).Order()]), group.Max(one => one.Value.At), group.Key.Class)),
    ];

    /// <summary>Neighbours that said something of late.</summary>
    public int Neighbours(DateTimeOffset now) => _heard.Values.Count(values => IsFresh(values, now));

    /// <summary>The pressure that a barometer at this height would show at the height of the sea, in the standard atmosphere (ISO 2533).</summary>
    public static double AtSeaLevel(double pascals, double altitudeMetres) => pascals / Math.Pow(1 - (2.25577e-5 * altitudeMetres), 5.25588);

    private bool IsOutside(Quantity quantity, double value, DateTimeOffset at)
    {
        Span<double> said = stackalloc double[MostNeighbours + 1];
        int count = 0;
        foreach (Dictionary<Quantity, (double Value, DateTimeOffset At)> values in _heard.Values)
        {
            if (values.TryGetValue(quantity, out (double Value, DateTimeOffset At) one) && (at - one.At).Duration() <= CrossCheck.Fresh)
            {
                said[count++] = one.Value;
            }
        }

        if (count < LeastNeighbours)
        {
            return false;
        }

        Compared++;
        said[count++] = value;
        Span<double> all = said[..count];
        double median = Median(all);
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = Math.Abs(all[i] - median);
        }

        // Places differ by as much as the neighbours differ among themselves, where that is more than their sensors may.
        double spread = Sigmas * Normal * Median(all);
        return Math.Abs(value - median) > Math.Max(options.Tolerance * QualityLimits.Of(quantity).AgreementAt(median), spread);
    }

    // Who has long said nothing makes room; who comes beside as many as there is room for does not.
    private bool Admits(string neighbour, DateTimeOffset now)
    {
        if (_heard.ContainsKey(neighbour) || _heard.Count < MostNeighbours)
        {
            return true;
        }

        string? silent = _heard.FirstOrDefault(one => !IsFresh(one.Value, now)).Key;
        return silent is not null && _heard.Remove(silent);
    }

    private static bool IsFresh(Dictionary<Quantity, (double Value, DateTimeOffset At)> values, DateTimeOffset now) =>
        values.Values.Any(one => (now - one.At).Duration() <= CrossCheck.Fresh);

    private static double Median(Span<double> values)
    {
        values.Sort();
        int half = values.Length / 2;
        return values.Length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }

    private readonly record struct Own(double Value, DateTimeOffset At, SensorDataClass Class, DateTimeOffset? OutsideSince);
}
