using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing.Ledger;

/// <summary>
/// A line of a node's receipt log, numbered without gaps. Amounts are millicredits. Balances follow from debits and credits
/// alone; the other lines keep what a restart must not forget.
/// </summary>
/// <param name="Number">From 0.</param>
/// <param name="Other">The other side of the pair.</param>
public abstract record LedgerEntry(long Number, NodeId Other)
{
    /// <summary>A worker's receipt that this node, the requester, pays for.</summary>
    /// <param name="Checked">It was run again with the same result. False: believed until it vested, or paid in part.</param>
    /// <param name="Cumulative">All that this node owes the worker, this receipt included.</param>
    /// <param name="Key">The worker's, 32 bytes, with which others can check <paramref name="Signature"/>; empty where part was paid.</param>
    public sealed record Debit(
        long Number, NodeId Other, TaskId Task, TaskKind Kind, Digest Input, Digest Output, long Fuel, long Price, bool Checked, long Amount, long Cumulative,
        ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> Key) : LedgerEntry(Number, Other);

    /// <summary>A requester's voucher that this node, the worker, got: what the requester owes it in all.</summary>
    public sealed record Credit(long Number, NodeId Other, long Cumulative, ReadOnlyMemory<byte> Voucher) : LedgerEntry(Number, Other);

    /// <summary>A result that was taken on trust; its pay waits for later checks.</summary>
    /// <param name="Vesting">Checks of this worker that must still pass.</param>
    public sealed record Provisional(
        long Number, NodeId Other, TaskId Task, TaskKind Kind, Digest Input, Digest Output, long Fuel, long Price, int Vesting,
        ReadOnlyMemory<byte> Signature) : LedgerEntry(Number, Other);

    /// <summary>A wrong result; what the worker had not been paid yet is forfeit.</summary>
    public sealed record Strike(long Number, NodeId Other, TaskId Task, Digest Input) : LedgerEntry(Number, Other);

    public byte[] Encode()
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical, initialCapacity: 320);
        switch (this)
        {
            case Debit debit:
                Start(writer, 1, 15);
                Name(writer, debit.Task);
                writer.WriteTextString(debit.Kind.ToString());
                writer.WriteByteString([.. debit.Input.ToBytes(), .. debit.Output.ToBytes()]);
                writer.WriteInt64(debit.Fuel);
                writer.WriteInt64(debit.Price);
                writer.WriteBoolean(debit.Checked);
                writer.WriteInt64(debit.Amount);
                writer.WriteInt64(debit.Cumulative);
                writer.WriteByteString(debit.Signature.Span);
                writer.WriteByteString(debit.Key.Span);
                break;
            case Credit credit:
                Start(writer, 2, 5);
                writer.WriteInt64(credit.Cumulative);
                writer.WriteByteString(credit.Voucher.Span);
                break;
            case Provisional provisional:
                Start(writer, 3, 12);
                Name(writer, provisional.Task);
                writer.WriteTextString(provisional.Kind.ToString());
                writer.WriteByteString([.. provisional.Input.ToBytes(), .. provisional.Output.ToBytes()]);
                writer.WriteInt64(provisional.Fuel);
                writer.WriteInt64(provisional.Price);
                writer.WriteInt32(provisional.Vesting);
                writer.WriteByteString(provisional.Signature.Span);
                break;
            case Strike strike:
                Start(writer, 4, 7);
                Name(writer, strike.Task);
                writer.WriteByteString(strike.Input.ToBytes());
                break;
        }

        writer.WriteEndArray();
        return writer.Encode();
    }

    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out LedgerEntry? entry)
    {
        entry = null;
        try
        {
            var reader = new CborReader(bytes, CborConformanceMode.Ctap2Canonical);
            reader.ReadStartArray();
            int type = reader.ReadInt32();
            long number = MessageReader.Number(reader, 0, long.MaxValue);
            NodeId other = NodeId.Parse(MessageReader.Text(reader, NodeId.Length));
            entry = type switch
            {
                1 => ReadDebit(reader, number, other),
                2 => new Credit(number, other, Whole(reader), MessageReader.Bytes(reader, MessageReader.MaxVoucher)),
                3 => ReadProvisional(reader, number, other),
                4 => new Strike(number, other, MessageReader.Task(reader), MessageReader.Digest(reader)),
                _ => throw new FormatException($"{type} is no type of entry."),
            };
            reader.ReadEndArray();
            return reader.BytesRemaining == 0;
        }
        catch (Exception error) when (MessageReader.IsMalformed(error))
        {
            return false;
        }
    }

    private static Debit ReadDebit(CborReader reader, long number, NodeId other)
    {
        TaskId task = MessageReader.Task(reader);
        TaskKind kind = MessageReader.Kind(reader);
        (Digest input, Digest output) = Digests(reader);
        return new Debit(
            number, other, task, kind, input, output, Whole(reader), Whole(reader), reader.ReadBoolean(), Whole(reader), Whole(reader),
            MessageReader.Bytes(reader, ReceiptSignatures.MaxBytes), MessageReader.Bytes(reader, 32));
    }

    private static Provisional ReadProvisional(CborReader reader, long number, NodeId other)
    {
        TaskId task = MessageReader.Task(reader);
        TaskKind kind = MessageReader.Kind(reader);
        (Digest input, Digest output) = Digests(reader);
        return new Provisional(
            number, other, task, kind, input, output, Whole(reader), Whole(reader), (int)MessageReader.Number(reader, 0, int.MaxValue),
            MessageReader.Bytes(reader, ReceiptSignatures.MaxBytes));
    }

    private static (Digest, Digest) Digests(CborReader reader)
    {
        ReadOnlyMemory<byte> both = MessageReader.Bytes(reader, 2 * Digest.Length);
        return (new Digest(both.Span[..Digest.Length]), new Digest(both.Span[Digest.Length..]));
    }

    private static long Whole(CborReader reader) => MessageReader.Number(reader, 0, long.MaxValue);

    private void Start(CborWriter writer, int type, int fields)
    {
        writer.WriteStartArray(fields);
        writer.WriteInt32(type);
        writer.WriteInt64(Number);
        writer.WriteTextString(Other.Value);
    }

    private static void Name(CborWriter writer, TaskId task)
    {
        writer.WriteUInt64(task.Job);
        writer.WriteUInt32(task.Task);
        writer.WriteUInt32(task.Attempt);
    }
}
