using System.Formats.Cbor;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>A number that was computed, not observed.</summary>
/// <param name="Name">Lower case with underscores, e.g. <c>dew_point</c>, <c>temperature_mean</c>.</param>
/// <param name="Unit">SenML symbol; <c>/</c> for ratios and indices, <c>count</c> for counts.</param>
/// <param name="Sensor">Whose readings it was computed from.</param>
/// <param name="At">Begin of the window, or instant of the newest value that went into it.</param>
/// <param name="Task">The task that computed it, as named in the execution records; empty until it is decoded from a run.</param>
public sealed record DerivedValue(string Name, string Unit, double Value, SensorId Sensor, DateTimeOffset At, string Task = "")
{
    internal static byte[] Encode(IReadOnlyList<DerivedValue> values) => CanonicalCbor.Encode(writer => writer.WriteList(values, Write));

    /// <exception cref="FormatException">Not derived values.</exception>
    internal static List<DerivedValue> Decode(byte[] bytes) =>
        CanonicalCbor.Decode(bytes, "derived values", reader => reader.ReadList(Read));

    private static void Write(CborWriter writer, DerivedValue value)
    {
        writer.WriteStartArray(5);
        writer.WriteTextString(value.Name);
        writer.WriteTextString(value.Unit);
        writer.WriteDouble(value.Value);
        writer.WriteTextString(value.Sensor.Value);
        writer.WriteInstant(value.At);
        writer.WriteEndArray();
    }

    private static DerivedValue Read(CborReader reader)
    {
        reader.ReadStartArray();
        var value = new DerivedValue(
            reader.ReadTextString(), reader.ReadTextString(), reader.ReadDouble(), reader.ReadSensor(), reader.ReadInstant());
        reader.ReadEndArray();
        return value;
    }
}
