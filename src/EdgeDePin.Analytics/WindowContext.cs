using System.Collections.Immutable;
using System.Formats.Cbor;
using EdgeDePin.Analytics.Anomalies;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>What the tasks of a window need to know from before it. It travels with the window, so that they stay pure.</summary>
/// <param name="AltitudeMetres">Of the station above sea level; null when unknown, then there is no sea-level pressure.</param>
/// <param name="HourlyMeans">Of PM2.5 and PM10: the last 12 hours, oldest first.</param>
/// <param name="History">Means of earlier windows per sensor and quantity, oldest first.</param>
/// <param name="Counters">The last believed reading of each counter.</param>
public sealed record WindowContext(
    double? AltitudeMetres,
    ImmutableArray<SensorSeries> HourlyMeans,
    ImmutableArray<SensorSeries> History,
    ImmutableArray<Reading> Counters)
{
    /// <summary>Nothing is known yet.</summary>
    public static WindowContext Empty { get; } = new(null, [], [], []);

    /// <summary>Of the station, in degrees, north is positive; null when unknown, then there is no forecast by pressure.</summary>
    public double? Latitude { get; init; }

    /// <summary>Mean pressures of three hours before, in the form of readings.</summary>
    public ImmutableArray<Reading> PressuresBefore { get; init; } = [];

    /// <summary>What the anomaly detectors remember.</summary>
    public ImmutableArray<SeriesMemory> Memories { get; init; } = [];

    /// <summary>Windows that come faster share a step of the anomaly detectors.</summary>
    public TimeSpan Cadence { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The book of the fault detectors; empty for a new one.</summary>
    public ImmutableArray<byte> Faults { get; init; } = [];

    internal byte[] EncodeForDerivation() => CanonicalCbor.Encode(writer =>
    {
        writer.WriteStartArray(5);
        writer.WriteOptional(AltitudeMetres);
        writer.WriteOptional(Latitude);
        writer.WriteList(HourlyMeans, SensorSeries.Write);
        writer.WriteList(Counters, Write);
        writer.WriteList(PressuresBefore, Write);
        writer.WriteEndArray();
    });

    internal byte[] EncodeForSpikes() => CanonicalCbor.Encode(writer => writer.WriteList(History, SensorSeries.Write));

    internal static WindowContext DecodeForDerivation(byte[] bytes) => CanonicalCbor.Decode(bytes, "the context of a window", reader =>
    {
        reader.ReadStartArray();
        double? altitude = reader.ReadOptional();
        double? latitude = reader.ReadOptional();
        List<SensorSeries> means = reader.ReadList(SensorSeries.Read);
        List<Reading> counters = reader.ReadList(ReadReading);
        List<Reading> pressures = reader.ReadList(ReadReading);
        reader.ReadEndArray();
        return new WindowContext(altitude, [.. means], [], [.. counters]) { Latitude = latitude, PressuresBefore = [.. pressures] };
    });

    internal static List<SensorSeries> DecodeForSpikes(byte[] bytes) =>
        CanonicalCbor.Decode(bytes, "the history of a window", reader => reader.ReadList(SensorSeries.Read));

    private static void Write(CborWriter writer, Reading reading)
    {
        writer.WriteStartArray(4);
        writer.WriteTextString(reading.Sensor.Value);
        writer.WriteTextString(reading.Quantity.Name);
        writer.WriteDouble(reading.Value);
        writer.WriteInstant(reading.ObservedAt);
        writer.WriteEndArray();
    }

    private static Reading ReadReading(CborReader reader)
    {
        reader.ReadStartArray();
        var reading = new Reading(reader.ReadSensor(), reader.ReadQuantity(), reader.ReadDouble(), reader.ReadInstant());
        reader.ReadEndArray();
        return reading;
    }
}
