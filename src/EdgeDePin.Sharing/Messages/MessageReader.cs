using System.Formats.Cbor;
using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Sharing.Messages;

/// <summary>Reads the bodies that <see cref="MessageWriter"/> writes, within the bounds that the records state.</summary>
internal static class MessageReader
{
    public const int MaxName = 64;
    public const int MaxDetail = 200;
    public const int MaxKinds = 256;
    private const long HourMilliseconds = 3_600_000;
    private const long DayMicroseconds = 86_400_000_000;

    /// <exception cref="FormatException">A field is outside its bounds.</exception>
    public static Message Read(CborReader reader, MessageType type)
    {
        Message message = type switch
        {
            MessageType.Offer => Offer(reader),
            MessageType.Request => new Message.Request(
                Start(reader, 7), Kind(reader), Digest(reader), Milliseconds(reader, 24 * HourMilliseconds), Data(reader)),
            MessageType.Lease => new Message.Lease(Start(reader, 4), Milliseconds(reader, HourMilliseconds)),
            MessageType.Decline => new Message.Decline(
                Start(reader, 5), (DeclineReason)Number(reader, 1, 8), Text(reader, MaxDetail)),
            MessageType.Progress => new Message.Progress(Start(reader, 3)),
            MessageType.Receipt => new Message.Receipt(
                Start(reader, 8), Kind(reader), Digest(reader), Digest(reader), Microseconds(reader), Data(reader)),
            MessageType.Judgement => new Message.Judgement(Start(reader, 4), (Verdict)Number(reader, 1, 4)),
            MessageType.Cancel => new Message.Cancel(Start(reader, 3)),
            _ => throw new FormatException($"{type} is no message type."),
        };
        reader.ReadEndArray();
        return message;
    }

    public static void StartArray(CborReader reader, int length)
    {
        int? found = reader.ReadStartArray();
        if (found != length)
        {
            throw new FormatException($"An array of {found} fields where {length} are expected.");
        }
    }

    private static Message.Offer Offer(CborReader reader)
    {
        StartArray(reader, 6);
        string name = Text(reader, MaxName);
        int slots = (int)Number(reader, 0, 1024);
        int lanes = (int)Number(reader, 0, 1024);
        int speed = (int)Number(reader, 1, 1_000_000);
        TimeSpan validFor = Milliseconds(reader, HourMilliseconds);
        int count = reader.ReadStartArray() ?? -1;
        if (count is < 0 or > MaxKinds)
        {
            throw new FormatException($"An offer of {count} kinds; at most {MaxKinds}.");
        }

        var kinds = new TaskKind[count];
        for (int index = 0; index < count; index++)
        {
            kinds[index] = Kind(reader);
        }

        reader.ReadEndArray();
        return new Message.Offer(name, slots, lanes, speed, validFor, kinds);
    }

    private static TaskId Start(CborReader reader, int fields)
    {
        StartArray(reader, fields);
        return new TaskId(reader.ReadUInt64(), reader.ReadUInt32(), reader.ReadUInt32());
    }

    // name of 64, '@', ten digits. Parsing accepts leading zeros, which would be a second spelling of the same kind.
    private static TaskKind Kind(CborReader reader)
    {
        string text = Text(reader, 75);
        TaskKind kind = TaskKind.Parse(text);
        return kind.ToString() == text ? kind : throw new FormatException($"'{text}' is not how {kind} is written.");
    }

    private static Digest Digest(CborReader reader) => new(reader.ReadDefiniteLengthByteString().Span);

    private static ReadOnlyMemory<byte> Data(CborReader reader)
    {
        ReadOnlyMemory<byte> data = reader.ReadDefiniteLengthByteString();
        return data.Length <= Message.MaxData
            ? data
            : throw new FormatException($"{data.Length} bytes of data; at most {Message.MaxData}.");
    }

    private static string Text(CborReader reader, int maxLength)
    {
        string text = reader.ReadTextString();
        return text.Length <= maxLength ? text : throw new FormatException($"A text of {text.Length} characters; at most {maxLength}.");
    }

    private static TimeSpan Milliseconds(CborReader reader, long max) => TimeSpan.FromMilliseconds(Number(reader, 1, max));

    private static TimeSpan Microseconds(CborReader reader) => TimeSpan.FromMicroseconds(Number(reader, 0, DayMicroseconds));

    private static long Number(CborReader reader, long min, long max)
    {
        long number = reader.ReadInt64();
        return number >= min && number <= max ? number : throw new FormatException($"{number} is not in {min}..{max}.");
    }
}
