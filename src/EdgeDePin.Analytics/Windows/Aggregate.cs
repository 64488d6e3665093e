using System.Formats.Cbor;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>What one sensor said about one quantity in one window.</summary>
/// <param name="From">Begin of the window.</param>
/// <param name="Count">Readings that count; at least 1. Bad ones do not where the window has others; where it has none, what there is counts.</param>
/// <param name="Mean">The one that is right for the quantity, see <see cref="WindowMean"/>; suspect readings have half the weight of good ones.</param>
/// <param name="Last">The value of the newest reading, observed at <paramref name="LastAt"/>.</param>
public sealed record Aggregate(
    SensorId Sensor, Quantity Quantity, DateTimeOffset From, int Count, double Mean, double Min, double Max, double Last, DateTimeOffset LastAt)
{
    /// <summary>Of a reading that may be right, beside the 1 of a good one.</summary>
    public const double SuspectWeight = 0.5;

    /// <summary>One aggregate per sensor that observed the quantity, in the order of the sensors.</summary>
    public static IReadOnlyList<Aggregate> Of(Window window, Quantity quantity)
    {
        ArgumentNullException.ThrowIfNull(window);
        return [.. window.Readings.Where(reading => reading.Quantity == quantity).GroupBy(reading => reading.Sensor)
            .Select(series => Of(window, [.. series]))];
    }

    private static Aggregate Of(Window window, Reading[] all)
    {
        Reading[] series = [.. all.Where(reading => reading.Quality.Verdict != QualityVerdict.Bad)];
        series = series.Length > 0 ? series : all;
        double[] weights = [.. series.Select(reading => reading.Quality.Verdict == QualityVerdict.Suspect ? SuspectWeight : 1)];
        return new Aggregate(
            series[0].Sensor,
            series[0].Quantity,
            window.From,
            series.Length,
            WindowMean.Of(series, weights, Speeds(window, series)),
            series.Min(reading => reading.Value),
            series.Max(reading => reading.Value),
            series[^1].Value,
            series[^1].ObservedAt);
    }

    // Of a wind vane whose mast has an anemometer: the speed beside each direction. Where one is missing directions count alike.
    private static double[] Speeds(Window window, Reading[] series)
    {
        if (series[0].Quantity != Quantity.WindDirection)
        {
            return [];
        }

        var speeds = window.Readings.Where(reading => reading.Quantity == Quantity.WindSpeed && reading.Sensor == series[0].Sensor)
            .DistinctBy(reading => reading.ObservedAt).ToDictionary(reading => reading.ObservedAt, reading => reading.Value);
        return series.All(reading => speeds.ContainsKey(reading.ObservedAt)) ? [.. series.Select(reading => speeds[reading.ObservedAt])] : [];
    }

    public static byte[] Encode(IReadOnlyList<Aggregate> aggregates) =>
        CanonicalCbor.Encode(writer => writer.WriteList(aggregates, Write));

    /// <exception cref="FormatException">Not aggregates.</exception>
    public static IReadOnlyList<Aggregate> Decode(byte[] bytes) =>
        CanonicalCbor.Decode(bytes, "aggregates", reader => reader.ReadList(Read));

    private static void Write(CborWriter writer, Aggregate aggregate)
    {
        writer.WriteStartArray(9);
        writer.WriteTextString(aggregate.Sensor.Value);
        writer.WriteTextString(aggregate.Quantity.Name);
        writer.WriteInstant(aggregate.From);
        writer.WriteInt32(aggregate.Count);
        writer.WriteDouble(aggregate.Mean);
        writer.WriteDouble(aggregate.Min);
        writer.WriteDouble(aggregate.Max);
        writer.WriteDouble(aggregate.Last);
        writer.WriteInstant(aggregate.LastAt);
        writer.WriteEndArray();
    }

    private static Aggregate Read(CborReader reader)
    {
        reader.ReadStartArray();
        var aggregate = new Aggregate(
            reader.ReadSensor(), reader.ReadQuantity(), reader.ReadInstant(), reader.ReadInt32(),
            reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadInstant());
        reader.ReadEndArray();
        return aggregate;
    }
}
