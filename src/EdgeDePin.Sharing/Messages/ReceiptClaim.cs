using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using EdgeDePin.Model;

namespace EdgeDePin.Sharing.Messages;

/// <summary>The bytes that both sides agree on: what a receipt's signature covers, what a commitment is of, what a lease accepts.</summary>
internal static class ReceiptClaim
{
    /// <summary><c>[1, site, requester, worker, job, task, attempt, kind, input, output, fuel]</c>.</summary>
    public static byte[] ToBeSigned(string site, NodeId requester, NodeId worker, Message.Receipt receipt)
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical, initialCapacity: 256);
        writer.WriteStartArray(11);
        writer.WriteInt32(1);
        writer.WriteTextString(site);
        writer.WriteTextString(requester.Value);
        writer.WriteTextString(worker.Value);
        writer.WriteUInt64(receipt.Task.Job);
        writer.WriteUInt32(receipt.Task.Task);
        writer.WriteUInt32(receipt.Task.Attempt);
        writer.WriteTextString(receipt.Kind.ToString());
        writer.WriteByteString(receipt.InputDigest.ToBytes());
        writer.WriteByteString(receipt.OutputDigest.ToBytes());
        writer.WriteInt64(receipt.Fuel);
        writer.WriteEndArray();
        return writer.Encode();
    }

    public static Digest Commitment(TaskId task, Digest output) => Digest.Of([.. "commit"u8, .. Bytes(task), .. output.ToBytes()]);

    public static Digest Seal(NodeId worker, TaskId task, Digest output) =>
        Digest.Of([.. "seal"u8, .. Encoding.ASCII.GetBytes(worker.Value), .. Bytes(task), .. output.ToBytes()]);

    /// <summary>The number in [0, 1) that decides on a check: nobody knows it before the worker has committed.</summary>
    public static double Draw(ReadOnlySpan<byte> nonce, Digest commitment)
    {
        Span<byte> drawn = stackalloc byte[Digest.Length];
        SHA256.HashData([.. nonce, .. commitment.ToBytes()], drawn);
        return (System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(drawn) >> 11) / (double)(1UL << 53);
    }

    public static Digest Terms(Message.Request request)
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical, initialCapacity: 256);
        MessageWriter.Write(writer, request, _ => throw new InvalidOperationException("A request carries no data."));
        return Digest.Of(writer.Encode());
    }

    private static byte[] Bytes(TaskId task)
    {
        byte[] bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, task.Job);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), task.Task);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), task.Attempt);
        return bytes;
    }
}
