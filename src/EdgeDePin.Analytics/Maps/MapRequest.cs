using System.Formats.Cbor;

namespace EdgeDePin.Analytics;

/// <summary>What neighbours measured, and where a value is wanted: the input of <c>interpolate@1</c>.</summary>
/// <param name="Known">Places with their values; 3 to 200.</param>
/// <param name="Wanted">Places without one; up to 10,000.</param>
public sealed record MapRequest(IReadOnlyList<MapPoint> Known, IReadOnlyList<MapPoint> Wanted)
{
    private const int MaxKnown = 200;
    private const int MaxWanted = 10_000;

    public byte[] Encode() => CanonicalCbor.Encode(writer =>
    {
        writer.WriteStartArray(2);
        writer.WriteList(Known, MapPoint.Write);
        writer.WriteList(Wanted, MapPoint.Write);
        writer.WriteEndArray();
    });

    /// <exception cref="FormatException">Not a request, or too few or too many places.</exception>
    public static MapRequest Decode(byte[] bytes) => CanonicalCbor.Decode(bytes, "a map request", reader =>
    {
        reader.ReadStartArray();
        var request = new MapRequest(reader.ReadList(MapPoint.Read), reader.ReadList(MapPoint.Read));
        reader.ReadEndArray();
        return request.Known.Count is >= 3 and <= MaxKnown && request.Wanted.Count <= MaxWanted
            ? request
            : throw new FormatException($"Not a map request: {request.Known.Count} known places (3 to {MaxKnown}), {request.Wanted.Count} wanted (at most {MaxWanted}).");
    });
}

/// <summary>A place on a plane, in metres from any origin of the site, and the value there.</summary>
public readonly record struct MapPoint(double East, double North, double Value)
{
    internal double DistanceTo(MapPoint other) => Math.Sqrt(((East - other.East) * (East - other.East)) + ((North - other.North) * (North - other.North)));

    internal static void Write(CborWriter writer, MapPoint point)
    {
        writer.WriteStartArray(3);
        writer.WriteDouble(point.East);
        writer.WriteDouble(point.North);
        writer.WriteDouble(point.Value);
        writer.WriteEndArray();
    }

    internal static MapPoint Read(CborReader reader)
    {
        reader.ReadStartArray();
        var point = new MapPoint(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        reader.ReadEndArray();
        return double.IsFinite(point.East) && double.IsFinite(point.North) && double.IsFinite(point.Value)
            ? point
            : throw new InvalidOperationException("a place or a value is not finite.");
    }
}
