using System.Collections.Immutable;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>What the tasks of a window need to know from before it. It travels with the window, so that they stay pure.</summary>
/// <param name="AltitudeMetres">Of the station above sea level; null when unknown, then there is no sea-level pressure.</param>
/// <param name="HourlyMeans">Of PM2.5 and PM10: the last 12 hours, oldest first.</param>
/// <param name="History">Means of earlier windows per sensor and quantity, oldest first.</param>
/// <param name="Counters">The last believed reading of each energy counter.</param>
public sealed record WindowContext(
    double? AltitudeMetres,
    ImmutableArray<SensorSeries> HourlyMeans,
    ImmutableArray<SensorSeries> History,
    ImmutableArray<Reading> Counters)
{
    /// <summary>Nothing is known yet.</summary>
    public static WindowContext Empty { get; } = new(null, [], [], []);

    internal byte[] EncodeForDerivation() => CanonicalCbor.Encode(writer =>
    {
        writer.WriteStartArray(3);
        writer.WriteOptional(AltitudeMetres);
        writer.WriteList(HourlyMeans, SensorSeries.Write);
        writer.WriteList(Counters, static (writer, counter) =>
        {
            writer.WriteStartArray(4);
            writer.WriteTextString(counter.Sensor.Value);
            writer.WriteTextString(counter.Quantity.Name);
            writer.WriteDouble(counter.Value);
            writer.WriteInstant(counter.ObservedAt);
            writer.WriteEndArray();
        });
        writer.WriteEndArray();
    });

    internal byte[] EncodeForSpikes() => CanonicalCbor.Encode(writer => writer.WriteList(History, SensorSeries.Write));

    internal static WindowContext DecodeForDerivation(byte[] bytes) => CanonicalCbor.Decode(bytes, "the context of a window", reader =>
    {
        reader.ReadStartArray();
        double? altitude = reader.ReadOptional();
        List<SensorSeries> means = reader.ReadList(SensorSeries.Read);
        List<Reading> counters = reader.ReadList(static reader =>
        {
            reader.ReadStartArray();
            var counter = new Reading(reader.ReadSensor(), reader.ReadQuantity(), reader.ReadDouble(), reader.ReadInstant());
            reader.ReadEndArray();
            return counter;
        });
        reader.ReadEndArray();
        return new WindowContext(altitude, [.. means], [], [.. counters]);
    });

    internal static List<SensorSeries> DecodeForSpikes(byte[] bytes) =>
        CanonicalCbor.Decode(bytes, "the history of a window", reader => reader.ReadList(SensorSeries.Read));
}
