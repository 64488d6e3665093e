using System.Diagnostics;
using System.Formats.Cbor;

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
        Message.Progress => MessageType.Progress,
        Message.Receipt => MessageType.Receipt,
        Message.Judgement => MessageType.Judgement,
        Message.Cancel => MessageType.Cancel,
        _ => throw new UnreachableException(),
    };

    public static void Write(CborWriter writer, Message message)
    {
        switch (message)
        {
            case Message.Offer offer:
                Offer(writer, offer);
                break;
            case Message.Request request:
                Start(writer, 7, request.Task);
                writer.WriteTextString(request.Kind.ToString());
                writer.WriteByteString(request.InputDigest.ToBytes());
                Milliseconds(writer, request.RunWithin);
                writer.WriteByteString(request.Input.Span);
                break;
            case Message.Lease lease:
                Start(writer, 4, lease.Task);
                Milliseconds(writer, lease.Until);
                break;
            case Message.Decline decline:
                Start(writer, 5, decline.Task);
                writer.WriteInt32((int)decline.Reason);
                writer.WriteTextString(decline.Detail);
                break;
            case Message.Progress progress:
                Start(writer, 3, progress.Task);
                break;
            case Message.Receipt receipt:
                Receipt(writer, receipt);
                break;
            case Message.Judgement judgement:
                Start(writer, 4, judgement.Task);
                writer.WriteInt32((int)judgement.Verdict);
                break;
            case Message.Cancel cancel:
                Start(writer, 3, cancel.Task);
                break;
        }

        writer.WriteEndArray();
    }

    private static void Offer(CborWriter writer, Message.Offer offer)
    {
        writer.WriteStartArray(6);
        writer.WriteTextString(offer.Name);
        writer.WriteInt32(offer.FreeSlots);
        writer.WriteInt32(offer.Lanes);
        writer.WriteInt32(offer.SpeedPermille);
        Milliseconds(writer, offer.ValidFor);
        writer.WriteStartArray(offer.Kinds.Count);
        foreach (Execution.TaskKind kind in offer.Kinds)
        {
            writer.WriteTextString(kind.ToString());
        }

        writer.WriteEndArray();
    }

    private static void Receipt(CborWriter writer, Message.Receipt receipt)
    {
        Start(writer, 8, receipt.Task);
        writer.WriteTextString(receipt.Kind.ToString());
        writer.WriteByteString(receipt.InputDigest.ToBytes());
        writer.WriteByteString(receipt.OutputDigest.ToBytes());
        writer.WriteInt64(receipt.RunTime.Ticks / TimeSpan.TicksPerMicrosecond);
        writer.WriteByteString(receipt.Output.Span);
    }

    private static void Start(CborWriter writer, int fields, TaskId task)
    {
        writer.WriteStartArray(fields);
        writer.WriteUInt64(task.Job);
        writer.WriteUInt32(task.Task);
        writer.WriteUInt32(task.Attempt);
    }

    private static void Milliseconds(CborWriter writer, TimeSpan span) => writer.WriteInt64((long)span.TotalMilliseconds);
}
