using System.Collections.Immutable;
using System.Formats.Cbor;
using EdgeDePin.Analytics.Faults;
using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>
/// <c>sensor-faults@1</c>: own input a window as observed and the book of the fault detectors before it, output the scores and the book after it.
/// </summary>
internal static class SensorFaultsTask
{
    public static readonly TaskKind Kind = new("sensor-faults", 1);

    /// <param name="book">As an earlier output holds it; empty for a new one.</param>
    public static byte[] Own(Window window, ReadOnlySpan<byte> book)
    {
        byte[] kept = book.ToArray();
        return CanonicalCbor.Encode(writer =>
        {
            writer.WriteStartArray(2);
            WindowCodec.Write(writer, window);
            writer.WriteByteString(kept);
            writer.WriteEndArray();
        });
    }

    public static byte[] Run(TaskInput input, CancellationToken cancellationToken)
    {
        (Window window, byte[] kept) = CanonicalCbor.Decode(input.Own, "a window and a book", reader =>
        {
            reader.ReadStartArray();
            (Window, byte[]) own = (WindowCodec.Read(reader), reader.ReadByteString());
            reader.ReadEndArray();
            return own;
        });
        FaultBook book = kept.Length == 0 ? new FaultBook() : CanonicalCbor.Decode(kept, "a book of faults", FaultBook.Read);
        IReadOnlyList<SensorHealth> healths = book.Judge(window);
        byte[] after = CanonicalCbor.Encode(book.Write);
        return CanonicalCbor.Encode(writer =>
        {
            writer.WriteStartArray(2);
            writer.WriteList(healths, Write);
            writer.WriteByteString(after);
            writer.WriteEndArray();
        });
    }

    /// <exception cref="FormatException">Not an output of this kind.</exception>
    public static (ImmutableArray<SensorHealth> Healths, ImmutableArray<byte> Book) Decode(byte[] output) => CanonicalCbor.Decode(output, "scores and a book", reader =>
    {
        reader.ReadStartArray();
        (ImmutableArray<SensorHealth>, ImmutableArray<byte>) result = ([.. reader.ReadList(Read)], [.. reader.ReadByteString()]);
        reader.ReadEndArray();
        return result;
    });

    private static void Write(CborWriter writer, SensorHealth health)
    {
        writer.WriteStartArray(6);
        writer.WriteTextString(health.Sensor.Value);
        writer.WriteTextString(health.Quantity.Name);
        writer.WriteInstant(health.Score.From);
        writer.WriteDouble(health.Score.Score);
        writer.WriteInt32(health.Score.Reason is { } reason ? (int)reason : -1);
        writer.WriteTextString(health.Score.Detail);
        writer.WriteEndArray();
    }

    private static SensorHealth Read(CborReader reader)
    {
        reader.ReadStartArray();
        var health = new SensorHealth(reader.ReadSensor(), reader.ReadQuantity(), new FaultScore(
            reader.ReadInstant(), reader.ReadDouble(), reader.ReadInt32() is >= 0 and int reason ? (FaultReason)reason : null, reader.ReadTextString()));
        reader.ReadEndArray();
        return health;
    }
}
