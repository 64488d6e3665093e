using System.Diagnostics;
using System.Formats.Cbor;
using EdgeDePin.Model;

namespace EdgeDePin.Sharing.Messages;

/// <summary>The bodies of messages as CBOR arrays, field by field in the order of the records.</summary>
internal static class MessageWriter
{
    public static MessageType TypeOf(Message message) => message switch
    {
        Message.Offer => MessageType.Offer,
        Message.Request => MessageType.Request,
        Message.Lease => MessageType.Lease,
        Message.Decline => MessageType.Decline,
        Message.Input => MessageType.Input,
        Message.Progress => MessageType.Progress,
        Message.Commit => MessageType.Commit,
        Message.Receipt => MessageType.Receipt,
        Message.Judgement => MessageType.Judgement,
        Message.Pay => MessageType.Pay,
        Message.Booked => MessageType.Booked,
        Message.Latest => MessageType.Latest,
        Message.Cancel => MessageType.Cancel,
        Message.Checkpoint => MessageType.Checkpoint,
        Message.Cosignature => MessageType.Cosignature,
        _ => throw new UnreachableException(),
    };

    /// <param name="seal">Seals a message's data to its reader.</param>
    public static void Write(CborWriter writer, Message message, Func<Message, ReadOnlyMemory<byte>> seal)
    {
        switch (message)
        {
            case Message.Offer offer:
                Offer(writer, offer);
                break;
            case Message.Request request:
                Request(writer, request);
                break;
            case Message.Lease lease:
                Start(writer, 5, lease.Task);
                Milliseconds(writer, lease.Until);
                Write(writer, lease.Terms);
                break;
            case Message.Decline decline:
                Start(writer, 5, decline.Task);
                writer.WriteInt32((int)decline.Reason);
                writer.WriteTextString(decline.Detail);
                break;
            case Message.Input input:
                Start(writer, 4, input.Task);
                writer.WriteByteString(seal(input).Span);
                break;
            case Message.Progress progress:
                Start(writer, 4, progress.Task);
                writer.WriteInt64(progress.Fuel);
                break;
            case Message.Commit commit:
                Start(writer, 5, commit.Task);
                Write(writer, commit.Commitment);
                Write(writer, commit.Seal);
                break;
            case Message.Receipt receipt:
                Receipt(writer, receipt, seal(receipt));
                break;
            case Message.Judgement judgement:
                Start(writer, 5, judgement.Task);
                writer.WriteInt32((int)judgement.Verdict);
                writer.WriteByteString(judgement.Nonce.Span);
                break;
            case Message.Pay pay:
                writer.WriteStartArray(1);
                writer.WriteByteString(pay.Voucher.Span);
                break;
            case Message.Booked booked:
                writer.WriteStartArray(1);
                writer.WriteInt64(booked.Cumulative);
                break;
            case Message.Latest latest:
                writer.WriteStartArray(1);
                writer.WriteByteString(seal(latest).Span);
                break;
            case Message.Cancel cancel:
                Start(writer, 3, cancel.Task);
                break;
            case Message.Checkpoint checkpoint:
                Checkpoint(writer, checkpoint);
                break;
            case Message.Cosignature cosignature:
                writer.WriteStartArray(2);
                writer.WriteInt64(cosignature.Size);
                writer.WriteTextString(cosignature.Line);
                break;
        }

        writer.WriteEndArray();
    }

    private static void Offer(CborWriter writer, Message.Offer offer)
    {
        writer.WriteStartArray(11);
        writer.WriteTextString(offer.Name);
        writer.WriteInt32(offer.FreeSlots);
        writer.WriteInt32(offer.Lanes);
        writer.WriteInt32(offer.SpeedPermille);
        Milliseconds(writer, offer.ValidFor);
        Write(writer, offer.Kinds, kind => writer.WriteTextString(kind.ToString()));
        writer.WriteInt64(offer.Price);
        Milliseconds(writer, offer.KeepsFor);
        Write(writer, offer.Purposes, writer.WriteTextString);
        writer.WriteByteString(offer.ReaderKey.Span);
        Write(writer, offer.Chain, certificate => writer.WriteByteString(certificate.Span));
    }

    private static void Request(CborWriter writer, Message.Request request)
    {
        Start(writer, 16, request.Task);
        writer.WriteTextString(request.Kind.ToString());
        Write(writer, request.InputDigest);
        writer.WriteInt32(request.InputLength);
        writer.WriteInt64(request.FuelLimit);
        Milliseconds(writer, request.RunWithin);
        writer.WriteInt64(request.Price);
        writer.WriteBoolean(request.Newcomer);
        Milliseconds(writer, request.Patience);
        writer.WriteInt32((int)request.Policy.Class);
        writer.WriteTextString(request.Policy.Purpose);
        writer.WriteTextString(request.Policy.Region);
        Milliseconds(writer, request.Policy.Retention);
        Write(writer, request.NonceDigest);
    }

    private static void Receipt(CborWriter writer, Message.Receipt receipt, ReadOnlyMemory<byte> output)
    {
        Start(writer, 10, receipt.Task);
        writer.WriteTextString(receipt.Kind.ToString());
        Write(writer, receipt.InputDigest);
        Write(writer, receipt.OutputDigest);
        writer.WriteInt64(receipt.Fuel);
        writer.WriteInt64(receipt.RunTime.Ticks / TimeSpan.TicksPerMicrosecond);
        writer.WriteByteString(receipt.Signature.Span);
        writer.WriteByteString(output.Span);
    }

    private static void Checkpoint(CborWriter writer, Message.Checkpoint checkpoint)
    {
        writer.WriteStartArray(3);
        writer.WriteTextString(checkpoint.Note);
        writer.WriteInt64(checkpoint.FromSize);
        Write(writer, checkpoint.Proof, hash => Write(writer, hash));
    }

    private static void Start(CborWriter writer, int fields, TaskId task)
    {
        writer.WriteStartArray(fields);
        writer.WriteUInt64(task.Job);
        writer.WriteUInt32(task.Task);
        writer.WriteUInt32(task.Attempt);
    }

    private static void Write(CborWriter writer, Digest digest) => writer.WriteByteString(digest.ToBytes());

    private static void Write<T>(CborWriter writer, IReadOnlyList<T> items, Action<T> write)
    {
        writer.WriteStartArray(items.Count);
        foreach (T item in items)
        {
            write(item);
        }

        writer.WriteEndArray();
    }

    private static void Milliseconds(CborWriter writer, TimeSpan span) => writer.WriteInt64((long)span.TotalMilliseconds);
}
