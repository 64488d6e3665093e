using System.Formats.Cbor;
using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Policy;

namespace EdgeDePin.Sharing.Messages;

/// <summary>Reads the bodies that <see cref="MessageWriter"/> writes, within the bounds that the records state.</summary>
internal static class MessageReader
{
    public const int MaxName = 64;
    public const int MaxDetail = 200;
    public const int MaxKinds = 256;
    public const int MaxPurposes = 8;
    public const int MaxNote = 4096;
    public const int MaxVoucher = 512;
    public const long MaxPrice = 1_000_000_000;
    public const long MaxFuel = 1_000_000_000_000_000;
    private const int MaxLine = 300;
    private const int MaxProof = 64;
    private const long HourMilliseconds = 3_600_000;
    private const long YearMilliseconds = 366L * 24 * HourMilliseconds;
    private const long DayMicroseconds = 86_400_000_000;

    /// <exception cref="FormatException">A field is outside its bounds.</exception>
    public static Message Read(CborReader reader, MessageType type)
    {
        Message message = type switch
        {
            MessageType.Offer => Offer(reader),
            MessageType.Request => Request(reader),
            MessageType.Lease => new Message.Lease(Start(reader, 5), Milliseconds(reader, 1, HourMilliseconds), Digest(reader)),
            MessageType.Decline => new Message.Decline(
                Start(reader, 5), (DeclineReason)Number(reader, 1, (int)DeclineReason.NoInput), Text(reader, MaxDetail)),
            MessageType.Input => new Message.Input(Start(reader, 4), Bytes(reader, Message.MaxData + Hpke.Overhead)),
            MessageType.Progress => new Message.Progress(Start(reader, 4), Number(reader, 0, MaxFuel)),
            MessageType.Commit => new Message.Commit(Start(reader, 5), Digest(reader), Digest(reader)),
            MessageType.Receipt => new Message.Receipt(
                Start(reader, 10), Kind(reader), Digest(reader), Digest(reader), Number(reader, 0, MaxFuel), Microseconds(reader),
                Bytes(reader, ReceiptSignatures.MaxBytes), Bytes(reader, Message.MaxData + Hpke.Overhead)),
            MessageType.Judgement => new Message.Judgement(
                Start(reader, 5), (Verdict)Number(reader, 1, (int)Verdict.Provisional), Bytes(reader, Model.Digest.Length)),
            MessageType.Pay => Pay(reader),
            MessageType.Booked => Booked(reader),
            MessageType.Latest => Latest(reader),
            MessageType.Cancel => new Message.Cancel(Start(reader, 3)),
            MessageType.Checkpoint => Checkpoint(reader),
            MessageType.Cosignature => Cosignature(reader),
            _ => throw new FormatException($"{type} is no message type."),
        };
        reader.ReadEndArray();
        return message;
    }

    /// <summary>What readers of foreign bytes throw; each means the same to us.</summary>
    public static bool IsMalformed(Exception error) =>
        error is CborContentException or InvalidOperationException or OverflowException or FormatException or ArgumentOutOfRangeException;

    public static void StartArray(CborReader reader, int length)
    {
        int? found = reader.ReadStartArray();
        if (found != length)
        {
            throw new FormatException($"An array of {found} fields where {length} are expected.");
        }
    }

    public static string Text(CborReader reader, int maxLength)
    {
        string text = reader.ReadTextString();
        return text.Length <= maxLength ? text : throw new FormatException($"A text of {text.Length} characters; at most {maxLength}.");
    }

    public static long Number(CborReader reader, long min, long max)
    {
        long number = reader.ReadInt64();
        return number >= min && number <= max ? number : throw new FormatException($"{number} is not in {min}..{max}.");
    }

    public static TaskId Task(CborReader reader) => new(reader.ReadUInt64(), reader.ReadUInt32(), reader.ReadUInt32());

    public static Digest Digest(CborReader reader) => new(reader.ReadDefiniteLengthByteString().Span);

    public static ReadOnlyMemory<byte> Bytes(CborReader reader, int max)
    {
        ReadOnlyMemory<byte> data = reader.ReadDefiniteLengthByteString();
        return data.Length <= max ? data : throw new FormatException($"{data.Length} bytes; at most {max}.");
    }

    private static Message.Offer Offer(CborReader reader)
    {
        StartArray(reader, 11);
        var offer = new Message.Offer(
            Text(reader, MaxName), (int)Number(reader, 0, 1024), (int)Number(reader, 0, 1024), (int)Number(reader, 1, 1_000_000),
            Milliseconds(reader, 1, HourMilliseconds), List(reader, MaxKinds, Kind), Number(reader, 0, MaxPrice),
            Milliseconds(reader, 0, YearMilliseconds), List(reader, MaxPurposes, inner => Text(inner, TaskPolicy.MaxPurpose)),
            Bytes(reader, NodeIdentity.KeyLength), List(reader, Membership.MaxChain, inner => Bytes(inner, Certificate.MaxBytes)));
        return offer.ReaderKey.Length == NodeIdentity.KeyLength ? offer : throw new FormatException("An offer without a reader's key.");
    }

    private static Message.Request Request(CborReader reader) => new(
        Start(reader, 16), Kind(reader), Digest(reader), (int)Number(reader, 0, Message.MaxData), Number(reader, 1, MaxFuel),
        Milliseconds(reader, 1, 24 * HourMilliseconds), Number(reader, 0, MaxPrice), reader.ReadBoolean(),
        Milliseconds(reader, 0, HourMilliseconds),
        new TaskPolicy(
            (DataClass)Number(reader, 1, 4), Text(reader, TaskPolicy.MaxPurpose), Text(reader, TaskPolicy.MaxRegion),
            Milliseconds(reader, 1, YearMilliseconds)),
        Digest(reader));

    private static Message.Pay Pay(CborReader reader)
    {
        StartArray(reader, 1);
        return new Message.Pay(Bytes(reader, MaxVoucher));
    }

    private static Message.Latest Latest(CborReader reader)
    {
        StartArray(reader, 1);
        return new Message.Latest(Bytes(reader, Message.MaxLatest + Hpke.Overhead));
    }

    private static Message.Booked Booked(CborReader reader)
    {
        StartArray(reader, 1);
        return new Message.Booked(Number(reader, 0, long.MaxValue));
    }

    private static Message.Checkpoint Checkpoint(CborReader reader)
    {
        StartArray(reader, 3);
        return new Message.Checkpoint(Text(reader, MaxNote), Number(reader, 0, long.MaxValue), List(reader, MaxProof, Digest));
    }

    private static Message.Cosignature Cosignature(CborReader reader)
    {
        StartArray(reader, 2);
        return new Message.Cosignature(Number(reader, 0, long.MaxValue), Text(reader, MaxLine));
    }

    private static T[] List<T>(CborReader reader, int max, Func<CborReader, T> read)
    {
        int count = reader.ReadStartArray() ?? -1;
        if (count < 0 || count > max)
        {
            throw new FormatException($"A list of {count}; at most {max}.");
        }

        var items = new T[count];
        for (int index = 0; index < count; index++)
        {
            items[index] = read(reader);
        }

        reader.ReadEndArray();
        return items;
    }

    private static TaskId Start(CborReader reader, int fields)
    {
        StartArray(reader, fields);
        return Task(reader);
    }

    // name of 64, '@', ten digits. Parsing accepts leading zeros, which would be a second spelling of the same kind.
    public static TaskKind Kind(CborReader reader)
    {
        string text = Text(reader, 75);
        TaskKind kind = TaskKind.Parse(text);
        return kind.ToString() == text ? kind : throw new FormatException($"'{text}' is not how {kind} is written.");
    }

    private static TimeSpan Milliseconds(CborReader reader, long min, long max) => TimeSpan.FromMilliseconds(Number(reader, min, max));

    private static TimeSpan Microseconds(CborReader reader) => TimeSpan.FromMicroseconds(Number(reader, 0, DayMicroseconds));
}
